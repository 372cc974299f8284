"""Decides whether a number meets its gate: from its interval, never from the number alone.

A gate fails on evidence that the truth is on the wrong side of the limit, and passes on
evidence that it is not; else it is inconclusive. At confidence .95:

- *fail* if the one-sided 95 % bound is beyond the limit: wrong in at most 5 % of runs. Over
  several gates and models the chance of *any* wrong fail is also at most 5 %, by Holm's
  step-down: of m gates the first to fail needs 1 - .05 / m, the next 1 - .05 / (m - 1), ...
- *pass* if the far end of the two-sided 95 % interval, which reports show, is within the
  limit. A one-sided 95 % bound suffices for many leaks, but with few leaks in few templates it
  was wrong in up to 12 % of simulated runs; this one in up to 5.1 %. It needs no step-down: a
  run passes only if every gate does, so more gates do not make a wrong pass more likely.

Reference: Holm (1979), Scandinavian Journal of Statistics 6:65-70.
"""

import math
from collections.abc import Callable
from typing import Literal, NamedTuple

from pytest_distill.records import Estimate, Gate, Verdict

# More cases than any run could afford.
_MOST_CASES = 1_000_000


Decision = Literal["pass", "fail", "inconclusive"]
_UNDECIDED: Decision = "inconclusive"


class Alphas(NamedTuple):
    """Error probability of each of the two bounds."""

    fail: float
    passing: float


class Measured(NamedTuple):
    """The number that a gate is decided on."""

    at: Callable[[float], Estimate]
    """Returns its estimate with an interval of the given two-sided level."""
    note: str = ""
    """How it was compared or corrected; empty if it was not."""
    blockers: tuple[str, ...] = ()
    """Reasons why the gate is inconclusive whatever the number."""
    doubts: tuple[str, ...] = ()
    """Reasons why the gate cannot pass."""


def judge(
    gate: Gate, model: str, measured: Measured, *, alphas: Alphas, max_missing: float
) -> Verdict:
    """Return the verdict of `gate` on `model`.

    Args:
        gate: to decide.
        model: the label.
        measured: its number.
        alphas: error probability of each bound.
        max_missing: the share of missing cases above which the gate is inconclusive.
    """
    bounds = None if measured.blockers else bounds_of(gate, measured.at, alphas)
    if bounds is None:
        decision, why = _UNDECIDED, "; ".join(measured.blockers)
    elif problem := _problem(bounds, max_missing):
        decision, why = _UNDECIDED, problem
    else:
        decision, why = _decide(gate, bounds)
        if decision == "pass" and measured.doubts:
            decision, why = _UNDECIDED, "; ".join(measured.doubts)
        why += f" ({measured.note})" if measured.note else ""
    return Verdict(
        expression=gate.expression,
        model=model,
        verdict=decision,
        value=None if bounds is None else bounds.value,
        low=None if bounds is None else bounds.low,
        high=None if bounds is None else bounds.high,
        limit=gate.limit,
        why=why,
    )


def _problem(bounds: Estimate, max_missing: float) -> str | None:
    """Return why a number is inconclusive, if it is."""
    total = bounds.n + bounds.missing
    if bounds.value is None:
        return f"there is no number: {total} cases, {bounds.missing} missing"
    if bounds.low is None or bounds.high is None:
        return f"it is {bounds.value:.3g}, and {bounds.n} cases are too few for an interval"
    if bounds.missing > max_missing * total:
        share = bounds.missing / total
        return f"{bounds.missing} of {total} cases are missing: {share:.0%} > {max_missing:.0%}"
    return None


def _decide(gate: Gate, bounds: Estimate) -> tuple[Decision, str]:
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
    """Return how many more cases would decide the gate."""
    more = more_cases(bounds, gate)
    if more is None:
        return f"at {bounds.value:.3g} no affordable number of cases would decide"
    return f"about {more} more cases like these would decide if it stays {bounds.value:.3g}"


def bounds_of(gate: Gate, at: Callable[[float], Estimate], alphas: Alphas) -> Estimate:
    """Return the number with the two bounds that decide `gate`."""
    failing, passing = at(1 - 2 * alphas.fail), at(1 - 2 * alphas.passing)
    low, high = (failing, passing) if gate.is_ceiling else (passing, failing)
    return passing.model_copy(update={"low": low.low, "high": high.high})


def more_cases(bounds: Estimate, gate: Gate) -> int | None:
    """Return how many more cases would decide the gate, if they are like those observed.

    The half-width falls with the square root of the cases; for a rate it is that of the score
    test, which also holds without any leak. None if it would take more than `_MOST_CASES`.
    """
    value, low, high = bounds.value, bounds.low, bounds.high
    if value is None or low is None or high is None or value == gate.limit:
        return None
    end = high if value < gate.limit else low
    distance, half = abs(gate.limit - value), abs(end - value)
    if half > _MOST_CASES * distance:
        return None
    ratio = (half / distance) ** 2
    if not gate.is_relative and low >= 0 and high <= 1 and 0 < gate.limit < 1 and 0 < end < 1:
        ratio *= gate.limit * (1 - gate.limit) / (end * (1 - end))
    more = bounds.n * (ratio - 1)
    return max(1, math.ceil(more)) if more <= _MOST_CASES else None
