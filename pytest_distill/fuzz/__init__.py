"""Breeds templates around identity probes and learns from what leaked; asks nobody itself."""
