"""Suite `rse`: how similar are the answers of a model and a reference?"""

from pytest_distill.suites.rse.suite import RSE

__all__ = ["RSE"]
