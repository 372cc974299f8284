"""Suite `fuzz`: mutates templates around identity probes to provoke more leaks."""

from pytest_distill.suites.fuzz.suite import FUZZ

__all__ = ["FUZZ"]
