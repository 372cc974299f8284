"""Means of scores of any range, with intervals that know clusters."""

import math
from collections.abc import Sequence

from pytest_distill.records import Estimate
from pytest_distill.stats.clustered import Labels, Spread, crossed_spread
from pytest_distill.stats.distributions import check_level, t_quantile

# Different values: with fewer, nothing tells how much others vary.
_FEWEST = 2


def clustered_mean(
    values: Sequence[float], clusters: Sequence[Labels], *, missing: int = 0, level: float = 0.95
) -> Estimate:
    """Return the mean of `values` with an interval for other templates and other probes.

    ``mean +- t * se`` with the crossed cluster-robust variance and its degrees of freedom
    (`crossed_spread`). For rates use `clustered_rate`, whose interval stays in [0, 1].

    Assumes that clusters of one dimension are independent draws from one population. A
    dimension with one value, or with another for each case, is not clustered.

    95 % intervals held the truth in 96-99 % of 3,000 simulated runs of 10 templates x 10 probes
    and in 95-98 % of 800 runs of 20 x 50, where effects of templates (deviation 0 to 1), probes
    (0 to .5) and cases (1) are normal; in 93-99 % and 92-98 % where they are exponential, least
    often where templates matter most.

    Args:
        values: shape (cases,), of any range.
        clusters: shape (dimensions, cases): which template, which probe, ...
        missing: cases without a value; counted in the record, no part of the mean.
        level: two-sided confidence, in (0, 1).

    Returns:
        The bounds are None where there are fewer than two cases, and where all values are equal:
        then nothing tells how much others vary. The value is None where there is no case.
    """
    check_level(level)
    n = len(values)
    dimensions = _dimensions(clusters, n)
    mean = math.fsum(values) / n if n else None
    blank = Estimate(
        value=mean,
        low=None,
        high=None,
        n=n,
        clusters=min((len(set(labels)) for labels in dimensions), default=n),
        design_effect=None,
        missing=missing,
    )
    if mean is None or len(set(values)) < _FEWEST:
        return blank
    spread = _spread(values, dimensions)
    half = t_quantile(level, spread.dof) * math.sqrt(spread.variance)
    alone = math.fsum((value - mean) ** 2 for value in values) / (n - 1) / n
    return blank.model_copy(
        update={
            "low": mean - half,
            "high": mean + half,
            "design_effect": spread.variance / alone if dimensions and alone > 0 else None,
        }
    )


def paired_mean_difference(
    now: Sequence[float], before: Sequence[float], clusters: Sequence[Labels], *, level: float
) -> Estimate:
    """Return how far a mean rose over cases that both runs hold, as `clustered_mean` has it.

    Args:
        now: shape (cases,), of the run that is judged.
        before: shape (cases,): the same cases, of the baseline.
        clusters: shape (dimensions, cases).
        level: two-sided confidence, in (0, 1).

    Raises:
        ValueError: no cases, or not as many on both sides.
    """
    if not now:
        message = "a difference needs at least one case that both runs share"
        raise ValueError(message)
    differences = [new - old for new, old in zip(now, before, strict=True)]
    return clustered_mean(differences, clusters, level=level)


def _dimensions(clusters: Sequence[Labels], n: int) -> list[Labels]:
    return [labels for labels in clusters if 1 < len(set(labels)) < n]


def _spread(values: Sequence[float], dimensions: Sequence[Labels]) -> Spread:
    if not dimensions:
        # Each case is a cluster of its own: the ordinary variance of a mean.
        return crossed_spread(values, [list(range(len(values)))])
    return crossed_spread(values, dimensions)
