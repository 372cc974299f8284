"""Which part of the distance from a base to a ceiling a student has closed."""

import math
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from pytest_distill.records import UNDEFINED, Estimate
from pytest_distill.stats.distributions import check_level, t_quantile

# Clusters: with fewer, nothing tells how much others vary.
_FEWEST = 2


class _Moments(NamedTuple):
    """Means of two numbers over the same cases, and their cluster-robust covariance."""

    rise: float
    distance: float
    of_rise: float
    of_distance: float
    of_both: float


def closure(
    student: Sequence[float],
    base: Sequence[float],
    ceiling: Sequence[float],
    clusters: Sequence[Hashable],
    *,
    missing: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Return ``(student - base) / (ceiling - base)``, of means, with Fieller's interval.

    0: where the base is; 1: at the ceiling; below 0 the student lost what the base had. All three
    are measured on the same cases, so their covariance counts; it is cluster-robust.

    Square and add, as in `bounded_mean`: to the variance of each difference comes the largest share
    of clusters that may be of a kind which none of these is of. Without it, the interval of a
    student that does as its teacher in every case would have length 0.

    Assumes that clusters are independent draws from one population, and many enough for their
    means to be normal. 95 % intervals held the true closure in 94.4-98.1 % of 2,000 runs of 40, 80
    and 320 questions each, with bases of .1 and .4, teachers of .6 to .95 and closures of -.1 to 1;
    in up to 99.9 % where a teacher is right in .9 and more and the student as well
    (``python -m tests.benchmarks.imitation``).

    Args:
        student: shape (cases,): its scores, in [0, 1].
        base: shape (cases,): those of the model before it was distilled.
        ceiling: shape (cases,): those of the teacher, or of its own resample.
        clusters: shape (cases,): questions about one passage are a cluster.
        missing: cases without a score; counted in the record, no part of the number.
        level: two-sided confidence, in (0, 1).

    Returns:
        Undefined where the ceiling is not shown, at `level`, to be above the base: nothing is there
        to be closed. Defined, the interval is finite.

    Raises:
        ValueError: an argument out of range, or not as many scores of each.

    References:
        Fieller (1954), J. R. Stat. Soc. B 16:175-185 (interval of a ratio).
        arXiv:2305.15717 (the closure of style and of capability).
    """
    check_level(level)
    n, groups = len(student), len(set(clusters))
    blank = UNDEFINED.model_copy(update={"n": n, "clusters": groups, "missing": missing})
    rises = [own - first for own, first in zip(student, base, strict=True)]
    distances = [last - first for last, first in zip(ceiling, base, strict=True)]
    if groups < _FEWEST:
        return blank
    found = _moments(rises, distances, clusters, groups)
    quantile = t_quantile(level, groups - 1) ** 2
    unseen = (1 - (1 - level) ** (1 / groups)) ** 2
    square = found.distance**2 - quantile * found.of_distance - unseen
    if found.distance <= 0 or square <= 0:
        return blank
    product = found.rise * found.distance - quantile * found.of_both
    constant = found.rise**2 - quantile * found.of_rise - unseen
    half = math.sqrt(max(0.0, product**2 - square * constant))
    value = found.rise / found.distance
    return blank.model_copy(
        update={
            "value": value,
            "low": min(value, (product - half) / square),
            "high": max(value, (product + half) / square),
            "design_effect": _design_effect(rises, distances, found),
        }
    )


def _moments(
    rises: Sequence[float],
    distances: Sequence[float],
    clusters: Sequence[Hashable],
    groups: int,
) -> _Moments:
    n = len(rises)
    rise, distance = math.fsum(rises) / n, math.fsum(distances) / n
    members: dict[Hashable, list[int]] = {}
    for place, cluster in enumerate(clusters):
        members.setdefault(cluster, []).append(place)
    parts = [
        (
            math.fsum(rises[place] - rise for place in places),
            math.fsum(distances[place] - distance for place in places),
        )
        for places in members.values()
    ]
    factor = groups / (groups - 1) / n**2
    return _Moments(
        rise,
        distance,
        of_rise=factor * math.fsum(one * one for one, _ in parts),
        of_distance=factor * math.fsum(other * other for _, other in parts),
        of_both=factor * math.fsum(one * other for one, other in parts),
    )


def _design_effect(
    rises: Sequence[float], distances: Sequence[float], found: _Moments
) -> float | None:
    """Return the variance over that of independent cases; None if there is none."""
    ratio, n = found.rise / found.distance, len(rises)
    rest = [rise - ratio * distance for rise, distance in zip(rises, distances, strict=True)]
    alone = math.fsum(each * each for each in rest) / (n - 1) / n
    clustered = found.of_rise - 2 * ratio * found.of_both + ratio**2 * found.of_distance
    return max(0.0, clustered) / alone if alone > 0 else None
