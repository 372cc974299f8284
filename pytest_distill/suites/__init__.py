"""Suites: one package per kind of measurement, behind one protocol."""
