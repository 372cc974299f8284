"""A number with its interval, as every report writes it."""

from pytest_distill.records import Estimate


def with_interval(estimate: Estimate, *, digits: int = 3) -> str:
    """Return ``0.123 [0.100, 0.200]``, or ``undefined``."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "undefined"
    value, low, high = (f"{x:.{digits}f}" for x in (estimate.value, estimate.low, estimate.high))
    return f"{value} [{low}, {high}]"


def axis_value(x: float | str) -> str:
    """Return where a point of a series stands on its horizontal axis."""
    return x if isinstance(x, str) else f"{x:g}"
