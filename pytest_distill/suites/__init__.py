"""Suites: what is measured, each a package of its own behind one protocol."""
