"""Suite `imitation`: has a student its teacher's manner, and has it its teacher's ability?"""

from pytest_distill.suites.imitation.suite import IMITATION

__all__ = ["IMITATION"]
