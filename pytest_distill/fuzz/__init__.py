"""Breeds templates around identity probes and learns from leaks; makes no requests itself."""
