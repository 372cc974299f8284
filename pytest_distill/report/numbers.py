"""The format of a number with its interval in all reports."""

from pytest_distill.records import Estimate


def with_interval(estimate: Estimate, *, digits: int = 3) -> str:
    """Return ``0.123 [0.100, 0.200]``, or ``undefined``."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "undefined"
    value, low, high = (f"{x:.{digits}f}" for x in (estimate.value, estimate.low, estimate.high))
    return f"{value} [{low}, {high}]"
