"""Decides whether a number meets its gate: from its interval, never from the number alone.

A gate fails on evidence that the truth is on the wrong side of the limit, and passes on
evidence that it is not; else it is inconclusive. At confidence .95:

- *fail* if the one-sided 95 % bound is beyond the limit: wrong in at most 5 % of runs.
- *pass* if the far end of the two-sided 95 % interval, which reports show, is within the limit.

Over several gates and models the chance of *any* wrong fail is at most 5 %, and so is that of any
wrong pass, by Holm's step-down: of m gates the first to fail needs 1 - .05 / m, the next
1 - .05 / (m - 1), ...; the same for those that pass, which with more than two gates need a wider
interval than the one that is shown.

A number of the nearest of R references fails with an R-th of that probability, by Bonferroni's
inequality: whichever is nearest, its bound has to be beyond the limit. It passes if each of them
does, for which no correction is needed (an intersection-union test); a gate that one of them meets
for all, such as a floor on likeness, passes with an R-th, too.

References: Holm (1979), Scandinavian Journal of Statistics 6:65-70; Berger (1982), Technometrics
24:295-300, on intersection-union tests.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

from pytest_distill.gates.alphas import Alphas
from pytest_distill.gates.effort import CHANCE, more_cases
from pytest_distill.gates.wording import PLAIN, Wording, between, bounded
from pytest_distill.records import Estimate, Gate, Verdict

Decision = Literal["pass", "fail", "inconclusive"]
_UNDECIDED: Decision = "inconclusive"


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
    is_rate: bool = True
    """Whether it may be a rate: not for a difference, nor a mean of other values than 0 and 1."""


def judge(
    gate: Gate,
    model: str,
    measured: Measured,
    *,
    alphas: Alphas,
    max_missing: float,
    wording: Wording = PLAIN,
    says_effort: bool = True,
) -> Verdict:
    """Return the verdict of `gate` on `model`.

    Args:
        gate: to decide.
        model: the label.
        measured: its number.
        alphas: error probability of each bound.
        max_missing: the share of missing cases above which the gate is inconclusive.
        wording: what the number says, in words.
        says_effort: whether an undecided one says how many more cases decide, which takes a while.
    """
    bounds = None if measured.blockers else bounds_of(gate, measured.at, alphas)
    if bounds is None:
        decision, why = _UNDECIDED, "; ".join(measured.blockers)
    elif problem := _problem(bounds, max_missing):
        decision, why = _UNDECIDED, problem
    else:
        decision, why = _decide(gate, bounds, wording)
        if decision == _UNDECIDED and says_effort:
            why += f"; {_effort(gate, bounds, alphas, is_rate=measured.is_rate)}"
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
    if bounds.value is None and total == bounds.missing > 0:
        return f"none of {total} cases has a verdict"
    if bounds.value is None:
        return f"there is no number: {total} cases, {bounds.missing} missing"
    if bounds.low is None or bounds.high is None:
        return f"it is {bounds.value:.3g}, and {bounds.n} cases are too few for an interval"
    if bounds.missing > max_missing * total:
        share, most = 100 * bounds.missing / total, 100 * max_missing
        return f"{bounds.missing} of {total} cases are missing: {share:.0f} % > {most:.0f} %"
    return None


def _decide(gate: Gate, bounds: Estimate, wording: Wording) -> tuple[Decision, str]:
    low, high = bounds.low or 0.0, bounds.high or 0.0
    if gate.is_ceiling:
        near, far, least, most, sign = low, high, "at least", "at most", 1
    else:
        near, far, least, most, sign = high, low, "at most", "at least", -1
    if sign * near > sign * gate.limit:
        return "fail", bounded(gate, bounds, wording, which=least, bound=near)
    if sign * far <= sign * gate.limit:
        return "pass", bounded(gate, bounds, wording, which=most, bound=far)
    return _UNDECIDED, between(gate, bounds, wording)


def _effort(gate: Gate, bounds: Estimate, alphas: Alphas, *, is_rate: bool) -> str:
    """Return how many more cases would decide the gate."""
    more = more_cases(bounds, gate, alphas, is_rate=is_rate)
    if more is None:
        return "no affordable number of cases would decide, if it stays so"
    return (
        f"about {more} more cases, of other questions or templates, decide with a chance of"
        f" {100 * CHANCE:.0f} %"
    )


def bounds_of(gate: Gate, at: Callable[[float], Estimate], alphas: Alphas) -> Estimate:
    """Return the number with the two bounds that decide `gate`."""
    failing, passing = at(1 - 2 * alphas.fail), at(1 - 2 * alphas.passing)
    low, high = (failing, passing) if gate.is_ceiling else (passing, failing)
    return passing.model_copy(update={"low": low.low, "high": high.high})
