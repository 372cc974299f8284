"""How many more cases would decide a gate that is inconclusive."""

import math
from functools import partial
from statistics import NormalDist

from pytest_distill.gates.alphas import Alphas
from pytest_distill.records import Estimate, Gate
from pytest_distill.stats.distributions import normal_quantile
from pytest_distill.stats.power import (
    MOST_CASES,
    Errors,
    cases_for,
    chance_to_decide,
    effective_cases,
)

CHANCE = 0.9
"""That the further cases decide."""


def more_cases(bounds: Estimate, gate: Gate, alphas: Alphas, *, is_rate: bool = True) -> int | None:
    """Return how many more cases decide the gate with a chance of 90 %; None if too many would.

    They are to be like those observed, of other questions and templates in proportion. The chance
    is averaged over the truths that the observed cases leave possible, so that it holds although
    the number that was seen is not the true one.

    Args:
        bounds: the number, with the bounds that did not decide it.
        gate: that is inconclusive.
        alphas: error probability of the two bounds.
        is_rate: whether the number is a rate if it is in [0, 1].
    """
    value, low, high = bounds.value, bounds.low, bounds.high
    if value is None or low is None or high is None or not bounds.n:
        return None
    errors = Errors(alphas.fail, alphas.passing)
    if not gate.is_ceiling:
        errors = Errors(alphas.passing, alphas.fail)
    is_below = value < gate.limit
    end, alpha = (high, errors.high) if is_below else (low, errors.low)
    is_rate = is_rate and not gate.is_relative
    if is_rate and low >= 0 and high <= 1 and 0 < gate.limit < 1:
        return _of_a_rate(bounds.n, value, end, alpha, gate.limit, errors)
    return _of_a_mean(bounds.n, abs(gate.limit - value), abs(end - value), alpha)


def _of_a_rate(
    cases: int, value: float, end: float, alpha: float, limit: float, errors: Errors
) -> int | None:
    effective = effective_cases(value, end, alpha=alpha)
    if effective is None:
        return None
    chance = partial(chance_to_decide, value * effective, effective, limit=limit, errors=errors)
    more = (cases_for(chance, CHANCE) or math.inf) * max(1.0, cases / effective)
    return math.ceil(more) if more <= MOST_CASES else None


def _of_a_mean(cases: int, distance: float, half: float, alpha: float) -> int | None:
    """Return the number for a mean or a difference, by the normal approximation.

    The mean of all cases differs from that of the first ones with the variance
    ``error ** 2 * more / (cases + more)``.
    """
    error = half / normal_quantile(1 - 2 * alpha)
    doubt = NormalDist().inv_cdf(CHANCE)

    def chance(more: int) -> float:
        share = cases / (cases + more)
        reach = half * math.sqrt(share) + doubt * error * math.sqrt(1 - share)
        return float(reach <= distance)

    return cases_for(chance, CHANCE)
