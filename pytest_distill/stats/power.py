"""Power and sample size, to plan a run."""

import math
from statistics import NormalDist


def power(
    truth: float, limit: float, effective_cases: float, *, alpha: float, is_above: bool
) -> float:
    """Return the probability that a bound is beyond `limit` if the rate is `truth`.

    The score test by the normal approximation: under `limit` the mean has the variance
    ``limit (1 - limit) / effective_cases``, under `truth` its own. Assumes that the design
    effect is the planned one.

    Args:
        truth: the true rate, in (0, 1).
        limit: that the rate is to be shown above or below, in (0, 1).
        effective_cases: cases over their design effect.
        alpha: error probability of the bound, in (0, 1).
        is_above: show that the rate is above `limit`; else below.

    References:
        Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, ch. 2.

    Raises:
        ValueError: an argument out of range.
    """
    _check(truth, limit, alpha)
    if effective_cases <= 0:
        message = f"the number of effective cases must be above 0, not {effective_cases}"
        raise ValueError(message)
    quantile = NormalDist().inv_cdf(1 - alpha)
    distance = truth - limit if is_above else limit - truth
    scaled = distance * math.sqrt(effective_cases) - quantile * _deviation(limit)
    return NormalDist().cdf(scaled / _deviation(truth))


def required_cases(truth: float, limit: float, *, alpha: float, power: float) -> float:
    """Return the effective cases for which a bound is beyond `limit` with probability `power`.

    The same approximation as `power`; multiply by the design effect for the number of cases.

    Raises:
        ValueError: an argument out of range, or `truth` at the limit: no number is enough.
    """
    _check(truth, limit, alpha)
    if truth == limit or not 0 < power < 1:
        message = f"no number of cases distinguishes {truth} from {limit} with power {power}"
        raise ValueError(message)
    normal = NormalDist()
    sum_ = normal.inv_cdf(1 - alpha) * _deviation(limit) + normal.inv_cdf(power) * _deviation(truth)
    return (sum_ / (truth - limit)) ** 2


def _deviation(rate: float) -> float:
    return math.sqrt(rate * (1 - rate))


def _check(truth: float, limit: float, alpha: float) -> None:
    if not all(0 < number < 1 for number in (truth, limit, alpha)):
        message = f"truth, limit and alpha must be in (0, 1): {truth}, {limit}, {alpha}"
        raise ValueError(message)
