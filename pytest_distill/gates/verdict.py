"""Whether a number meets its gate: from its interval, never from the number alone.

A gate fails on evidence that the truth is on the wrong side of the limit, and passes on
evidence that it is not; else it is inconclusive. At confidence .95:

- *fail* where the one-sided 95 % bound is beyond the limit: wrong in at most 5 % of runs. Over
  several gates and models the chance that *any* is failed wrongly is kept there, by Holm's
  step-down: of m gates the first to fail needs 1 - .05 / m, the next 1 - .05 / (m - 1), ...
- *pass* where the far end of the two-sided 95 % interval, the one that reports show, is within
  the limit. One-sided 95 % would do for many leaks, but few leaks in few templates made it
  wrong in up to 12 % of simulated runs; this one in up to 5.1 %. It needs no step-down: a
  run passes where every gate does, so one that should not has to be passed wrongly in each.

Reference: Holm (1979), Scandinavian Journal of Statistics 6:65-70.
"""

import math
from collections.abc import Callable
from typing import Literal, NamedTuple

from pytest_distill.records import Estimate, Gate, Verdict

# Cases that nobody would pay for.
_MANY = 1_000_000


Said = Literal["pass", "fail", "inconclusive"]
_UNDECIDED: Said = "inconclusive"


class Alphas(NamedTuple):
    """How often a bound may be wrong."""

    fail: float
    passing: float


class Measured(NamedTuple):
    """A number as a gate sees it."""

    at: Callable[[float], Estimate]
    """Its estimate by the two-sided level of the interval."""
    note: str = ""
    """How it was compared; empty where it was not."""
    blockers: tuple[str, ...] = ()
    """Why nothing can be said, whatever the number."""
    doubts: tuple[str, ...] = ()
    """Why nothing good can be said."""


def judge(
    gate: Gate, model: str, measured: Measured, *, alphas: Alphas, max_missing: float
) -> Verdict:
    """Return what `gate` says of `model`.

    Args:
        gate: what is demanded.
        model: the label.
        measured: its number.
        alphas: that each bound may make.
        max_missing: the share of missing cases above which nothing is decided.
    """
    bounds = None if measured.blockers else bounds_of(gate, measured.at, alphas)
    if bounds is None:
        said, why = _UNDECIDED, "; ".join(measured.blockers)
    elif problem := _problem(bounds, max_missing):
        said, why = _UNDECIDED, problem
    else:
        said, why = _decide(gate, bounds)
        if said == "pass" and measured.doubts:
            said, why = _UNDECIDED, "; ".join(measured.doubts)
        why += f" ({measured.note})" if measured.note else ""
    return Verdict(
        expression=gate.expression,
        model=model,
        verdict=said,
        value=None if bounds is None else bounds.value,
        low=None if bounds is None else bounds.low,
        high=None if bounds is None else bounds.high,
        limit=gate.limit,
        why=why,
    )


def _problem(bounds: Estimate, max_missing: float) -> str | None:
    """Return why a number says nothing, if it does."""
    total = bounds.n + bounds.missing
    if bounds.value is None:
        return f"there is no number: {total} cases, {bounds.missing} missing"
    if bounds.low is None or bounds.high is None:
        return f"it is {bounds.value:.3g}, and {bounds.n} cases are too few for an interval"
    if bounds.missing > max_missing * total:
        share = bounds.missing / total
        return f"{bounds.missing} of {total} cases are missing: {share:.0%}, not {max_missing:.0%}"
    return None


def _decide(gate: Gate, bounds: Estimate) -> tuple[Said, str]:
    low, high = bounds.low or 0.0, bounds.high or 0.0
    limit = f"the limit is {gate.limit:g}"
    if gate.is_ceiling:
        near, far, least, most, sign = low, high, "at least", "at most", 1
    else:
        near, far, least, most, sign = high, low, "at most", "at least", -1
    if sign * near > sign * gate.limit:
        return "fail", f"it is {least} {near:.3g}, {limit}"
    if sign * far <= sign * gate.limit:
        return "pass", f"it is {most} {far:.3g}, {limit}"
    return _UNDECIDED, f"it is between {low:.3g} and {high:.3g}, {limit}; {_effort(gate, bounds)}"


def _effort(gate: Gate, bounds: Estimate) -> str:
    """Return what it would take to decide."""
    more = more_cases(bounds, gate)
    if more is None:
        return f"at {bounds.value:.3g} no number of cases that can be paid for would decide"
    return f"about {more} more cases like these would decide if it stays {bounds.value:.3g}"


def bounds_of(gate: Gate, at: Callable[[float], Estimate], alphas: Alphas) -> Estimate:
    """Return the number with the two bounds that `gate` is decided on."""
    failing, passing = at(1 - 2 * alphas.fail), at(1 - 2 * alphas.passing)
    low, high = (failing, passing) if gate.is_ceiling else (passing, failing)
    return passing.model_copy(update={"low": low.low, "high": high.high})


def more_cases(bounds: Estimate, gate: Gate) -> int | None:
    """Return how many more cases would decide, if they are like those that there are.

    The half-width falls with the root of the cases; for a rate in terms of the score test, so
    that it is right also where no leak was seen. None where nobody could pay for as many.
    """
    value, low, high = bounds.value, bounds.low, bounds.high
    if value is None or low is None or high is None or value == gate.limit:
        return None
    end = high if value < gate.limit else low
    distance, half = abs(gate.limit - value), abs(end - value)
    if half > _MANY * distance:
        return None
    ratio = (half / distance) ** 2
    if not gate.is_relative and low >= 0 and high <= 1 and 0 < gate.limit < 1 and 0 < end < 1:
        ratio *= gate.limit * (1 - gate.limit) / (end * (1 - end))
    more = bounds.n * (ratio - 1)
    return max(1, math.ceil(more)) if more <= _MANY else None
