"""Suite `fuzz`: templates are bred around identity probes to bring out more leaks."""

from pytest_distill.suites.fuzz.suite import FUZZ

__all__ = ["FUZZ"]
