"""A plugin that adds a suite: all of it is in this package, and a run needs only its name."""

from .suite import Shouting

__all__ = ["pytest_distill_suites"]


def pytest_distill_suites() -> list[Shouting]:
    """Add the suite."""
    return [Shouting()]
