"""The format of a number with its interval in all reports."""

from datetime import UTC, datetime

from pytest_distill.records import Estimate


def measured(estimate: Estimate, *, digits: int, has_interval: bool = True) -> str:
    """Return a number for a table, with its interval or without."""
    if has_interval:
        return with_interval(estimate, digits=digits)
    return "-" if estimate.value is None else f"{estimate.value:.{digits}f}"


def with_interval(estimate: Estimate, *, digits: int = 3) -> str:
    """Return ``0.123 [0.100, 0.200]``, ``0.123 [no interval]`` or ``undefined``."""
    if estimate.value is None:
        return "undefined"
    value = f"{estimate.value:.{digits}f}"
    if estimate.low is None or estimate.high is None:
        return f"{value} [no interval]"
    return f"{value} [{estimate.low:.{digits}f}, {estimate.high:.{digits}f}]"


def axis_value(x: float | str) -> str:
    """Return where a point of a series stands on its horizontal axis."""
    return x if isinstance(x, str) else f"{x:g}"


def day(seconds: float) -> str:
    """Return a time since 1970 as ``2026-11-29 21:08 UTC``, the same on every machine."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
