"""Suite `ice`: does the model know who it is? Bare identity probes, judged against facts."""

from pytest_distill.suites.ice.suite import ICE

__all__ = ["ICE"]
