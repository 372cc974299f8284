"""What a run of so many cases can decide: chances of a verdict, and the cases that it needs.

A gate on a rate is decided by the score test: a rate is shown to be below a limit if it is at most
``limit - z * sqrt(limit * (1 - limit) / cases)``, and above it likewise. That is Wilson's interval
(`stats.proportions`), turned round. Cases are effective ones: over their design effect.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

from pytest_distill.stats.distributions import normal_quantile, regularised_beta

MOST_CASES = 20_000
"""More cases than any run could afford."""

# Jeffreys' prior: half a leak and half a clean answer.
_PRIOR = 0.5

# Numbers of cases are searched in steps of two per cent.
_STEP = 1.02


class Errors(NamedTuple):
    """Error probability of each bound of a rate, each in (0, 0.5)."""

    low: float
    high: float


def chance_below(truth: float, limit: float, cases: float, *, alpha: float) -> float:
    """Return the probability that a run shows a rate to be at most `limit`.

    Args:
        truth: the true rate, in [0, 1].
        limit: in (0, 1).
        cases: effective number, at least 1; their leaks are binomial.
        alpha: error probability of the bound, in (0, 0.5).

    Raises:
        ValueError: an argument out of range.
    """
    _check(truth, limit, cases, alpha)
    return _at_most(_most_below(limit, cases, alpha), truth, int(cases))


def chance_above(truth: float, limit: float, cases: float, *, alpha: float) -> float:
    """Return the probability that a run shows a rate to be above `limit`.

    Args and errors as for `chance_below`.
    """
    _check(truth, limit, cases, alpha)
    return 1 - _at_most(_least_above(limit, cases, alpha) - 1, truth, int(cases))


def cases_for(
    chance: Callable[[int], float], power: float, *, most: int = MOST_CASES
) -> int | None:
    """Return the least number of cases, in steps of 2 %, that has a chance of `power` or more.

    Args:
        chance: returns the chance of a number of cases.
        power: in (0, 1).
        most: the last number that is tried.

    Returns:
        None if none of them has it.
    """
    cases = 1
    while cases <= most:
        if chance(cases) >= power:
            return cases
        cases = max(cases + 1, math.ceil(cases * _STEP))
    return None


def chance_to_decide(
    leaks: float, cases: float, more: float, limit: float, *, errors: Errors
) -> float:
    """Return the probability that `more` cases, added to those of a run, decide about `limit`.

    The true rate is not known: it is averaged over what the run leaves possible (Jeffreys' prior),
    so the leaks among the further cases are beta-binomial.

    Args:
        leaks: seen so far, ``0 <= leaks <= cases``; need not be whole.
        cases: effective ones, so far.
        more: effective ones, to come.
        limit: in (0, 1).
        errors: of the bounds.

    References:
        Spiegelhalter & Freedman (1986), Statistics in Medicine 5:1-13 (predictive power).
    """
    total, coming = cases + more, int(more)
    a, b = leaks + _PRIOR, cases - leaks + _PRIOR
    below = _most_below(limit, total, errors.high) - leaks
    above = _least_above(limit, total, errors.low) - leaks
    return _predicted(below, a, b, coming) + 1 - _predicted(math.ceil(above) - 1, a, b, coming)


def effective_cases(value: float, end: float, *, alpha: float) -> float | None:
    """Return how many independent cases have this bound; None if no possible number has.

    Args:
        value: a rate.
        end: the bound, above or below it.
        alpha: error probability of the bound.
    """
    # Squared, since the square of a tiny distance is 0.
    if not 0 < end < 1 or not ((end - value) ** 2):
        return None
    quantile = normal_quantile(1 - 2 * alpha)
    cases = quantile**2 * end * (1 - end) / (end - value) ** 2
    return cases if 1 <= cases <= MOST_CASES else None


def _most_below(limit: float, cases: float, alpha: float) -> int:
    """Return the greatest number of leaks that shows the rate to be at most `limit`, or -1."""
    return math.floor(cases * (limit - _reach(limit, cases, alpha)) + _ROUNDING)


def _least_above(limit: float, cases: float, alpha: float) -> int:
    """Return the least number of leaks that shows the rate to be above `limit`."""
    return math.floor(cases * (limit + _reach(limit, cases, alpha)) + _ROUNDING) + 1


# A number of leaks that is exactly at its bound counts as within.
_ROUNDING = 1e-9


def _reach(limit: float, cases: float, alpha: float) -> float:
    return normal_quantile(1 - 2 * alpha) * math.sqrt(limit * (1 - limit) / cases)


def _at_most(leaks: float, rate: float, cases: int) -> float:
    """Return the binomial probability of at most so many leaks."""
    if leaks < 0:
        return 0.0
    if leaks >= cases:
        return 1.0
    return regularised_beta(cases - leaks, leaks + 1, 1 - rate, rate)


def _predicted(leaks: float, a: float, b: float, cases: int) -> float:
    """Return the beta-binomial probability of at most so many leaks."""
    if leaks < 0:
        return 0.0
    if leaks >= cases:
        return 1.0
    log = math.lgamma
    start = log(b + cases) + log(a + b) - log(b) - log(a + b + cases)
    terms = [math.exp(start)]
    for k in range(math.floor(leaks)):
        terms.append(terms[-1] * (cases - k) * (a + k) / ((k + 1) * (b + cases - k - 1)))
    return min(1.0, math.fsum(terms))


def _check(truth: float, limit: float, cases: float, alpha: float) -> None:
    if not 0 <= truth <= 1 or not 0 < limit < 1 or not 0 < alpha < 0.5:  # noqa: PLR2004 - one side
        message = (
            f"truth must be in [0, 1], limit in (0, 1), alpha in (0, .5): {truth}, {limit}, {alpha}"
        )
        raise ValueError(message)
    if cases < 1:
        message = f"the number of effective cases must be at least 1, not {cases}"
        raise ValueError(message)
