"""Intervals for a rate over independent cases."""

from typing import NamedTuple

from pytest_distill.stats.distributions import normal_quantile


class Interval(NamedTuple):
    """A confidence interval, both ends included."""

    low: float
    high: float


def wilson(successes: int, trials: int, *, level: float = 0.95) -> Interval:
    """Return the Wilson score interval for a rate.

    Preferred to the Wald interval because its coverage holds near 0 and 1, where leak rates
    often are. Assumes independent trials: where cases share templates or
    probes use `clustered_rate` instead.

    Args:
        successes: leaking cases, ``0 <= successes <= trials``.
        trials: judged cases; missing ones are not trials.
        level: two-sided confidence, in (0, 1).

    Returns:
        Bounds in [0, 1], ``low <= successes / trials <= high``.

    Raises:
        ValueError: no trials, or an argument out of range.

    References:
        Wilson (1927), JASA 22:209-212, doi:10.1080/01621459.1927.10502953.
    """
    _check_counts(successes, trials)
    return score_interval(successes / trials, trials, normal_quantile(level))


def score_interval(rate: float, trials: float, quantile: float) -> Interval:
    """Return Wilson's interval for an effective number of trials and any quantile.

    The bounds are the rates p at which ``|rate - p| = quantile * sqrt(p (1 - p) / trials)``.
    """
    square = quantile * quantile / trials
    middle = rate + square / 2
    half = (square * (rate * (1 - rate) + square / 4)) ** 0.5
    high = min(1.0, max(rate, (middle + half) / (1 + square)))
    # From the product of the roots, which avoids the cancellation of middle - half.
    low = min(rate, rate * rate / ((1 + square) * high)) if rate else 0.0
    return Interval(low, high)


def _check_counts(successes: int, trials: int) -> None:
    if trials < 1:
        message = f"a rate needs at least one trial, not {trials}"
        raise ValueError(message)
    if not 0 <= successes <= trials:
        message = f"successes must be between 0 and the {trials} trials, not {successes}"
        raise ValueError(message)
