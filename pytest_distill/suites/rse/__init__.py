"""Suite `rse`: how alike are a model's answers to a reference's?"""

from pytest_distill.suites.rse.suite import RSE

__all__ = ["RSE"]
