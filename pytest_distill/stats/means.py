"""Means of scores of any range, with intervals that know clusters."""

import math
from collections.abc import Hashable, Sequence
from functools import lru_cache

from pytest_distill.records import UNDEFINED, Estimate
from pytest_distill.stats.clustered import Labels, Spread, crossed_spread
from pytest_distill.stats.distributions import check_level, t_quantile

# Different values, or prompts: with fewer, nothing tells how much others vary.
_FEWEST = 2

# A matrix has thousands of means over as many prompts each: the quantile is three quarters of one.
_t_quantile = lru_cache(256)(t_quantile)


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


def bounded_mean(
    values: Sequence[float],
    prompts: Sequence[Hashable],
    *,
    ends: tuple[float, float],
    missing: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Return the mean of scores on a bounded scale, with an interval for other prompts.

    Square and add, for each bound: the half-width ``t * se`` of the mean, with the cluster-robust
    variance and ``prompts - 1`` degrees of freedom; and the distance from the mean to that end of
    the scale times the largest share of prompts that may be of a kind which none of these is of
    (exact for 0 of n, "rule of three"). Without the second part an interval of few prompts misses
    what is rare: ten answers, all copies, say nothing of a model that copies nine of ten. It falls
    with 1 / prompts, ``t * se`` with its root, so with hundreds of prompts the two intervals are
    the same.

    Assumes that prompts are independent draws from one population.

    Measured on 61 recorded pairs of models with 0 to 98 % copied answers, three sets of prompts,
    on the scale of ``rse.overall``, 2,000 draws each: 95 % intervals held the mean of all prompts
    in at least 99, 99, 98, 97 and 95 % of draws of 2, 5, 10, 30 and 100 prompts (means over the
    pairs of one set), of the worst pair in 98, 97, 97, 96 and 94 %. ``t * se`` alone held it in
    84, 85, 90, 93 and 94 % where nothing is copied, and in 4, 9, 17, 42 and 78 % where 98 % are.
    The price where nothing is copied: up to 1.4 times as wide with 5 and 10 prompts, 1.2 with 30,
    1.06 with 100 (``python -m tests.benchmarks.rse_scale``).

    Args:
        values: shape (cases,), between `ends`.
        prompts: shape (cases,): all answers to one prompt are a cluster.
        ends: least and greatest possible score.
        missing: cases without a score; counted in the record, no part of the mean.
        level: two-sided confidence, in (0, 1).

    Returns:
        Bounds between `ends`. Value and bounds are None with fewer than two prompts.

    Raises:
        ValueError: a score beyond an end, or a level out of range.

    References:
        Hanley & Lippman-Hand (1983), JAMA 249:1743-1745 (nothing seen in n).
        Zou & Donner (2008), Statistics in Medicine 27:1693-1702 (square and add).
    """
    check_level(level)
    least, greatest = ends
    if not all(least <= value <= greatest for value in values):
        message = f"scores must be between {least:g} and {greatest:g}"
        raise ValueError(message)
    sums: dict[Hashable, tuple[float, int]] = {}
    for value, prompt in zip(values, prompts, strict=True):
        total, size = sums.get(prompt, (0.0, 0))
        sums[prompt] = (total + value, size + 1)
    n, clusters = len(values), len(sums)
    blank = UNDEFINED.model_copy(update={"n": n, "clusters": clusters, "missing": missing})
    if clusters < _FEWEST:
        return blank
    # Rounding must not move a mean of equal scores beyond the scale.
    mean = max(least, min(greatest, math.fsum(values) / n))
    squares = math.fsum((total - size * mean) ** 2 for total, size in sums.values())
    variance = squares * clusters / (clusters - 1) / n**2
    alone = math.fsum((value - mean) ** 2 for value in values) / (n - 1) / n
    half = _t_quantile(level, clusters - 1) * math.sqrt(variance)
    unseen = 1 - (1 - level) ** (1 / clusters)
    return blank.model_copy(
        update={
            "value": mean,
            "low": max(least, mean - math.hypot(half, unseen * (mean - least))),
            "high": min(greatest, mean + math.hypot(half, unseen * (greatest - mean))),
            "design_effect": variance / alone if alone > 0 else None,
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
