"""Means of scores whose cases share templates and probes."""

import math
from itertools import product
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pytest_distill.stats.clustered import crossed_spread
from pytest_distill.stats.distributions import t_quantile
from pytest_distill.stats.means import clustered_mean, paired_mean_difference
from tests.support.known_answers import (
    ALONE,
    CROSSED_MEANS,
    STATSMODELS_CR3_OF_SCORES,
    STATSMODELS_HC3,
    crossed_scores,
)

GRID = [list(labels) for labels in zip(*product(range(4), range(6)), strict=True)]
"""Four templates, six probes."""

SCORES = st.lists(st.integers(-40, 40).map(float), min_size=24, max_size=24)


@pytest.mark.parametrize(("design", "expected"), CROSSED_MEANS.items())
def test_a_crossed_mean_agrees_with_numpy_and_scipy(
    design: tuple[int, int, bool, bool], expected: tuple[float, float, float, float]
) -> None:
    """Value, bounds and design effect."""
    templates, probes, probes_matter, thin = design
    scores, *clusters = crossed_scores(templates, probes, probes_matter=probes_matter, thin=thin)

    found = clustered_mean(scores, clusters)

    told = (found.value, found.low, found.high, found.design_effect)
    assert told == pytest.approx(expected, rel=1e-9)
    assert (found.n, found.clusters) == (len(scores), min(templates, probes))


def test_the_variance_of_scores_agrees_with_statsmodels() -> None:
    """Crossed, and of cases that are clusters of their own."""
    scores, *clusters = crossed_scores(20, 50, probes_matter=True, thin=False)
    alone = crossed_spread(ALONE, [range(12)])

    found = clustered_mean(ALONE, [])

    assert crossed_spread(scores, clusters).variance == pytest.approx(STATSMODELS_CR3_OF_SCORES)
    assert alone.variance == pytest.approx(STATSMODELS_HC3)
    half = t_quantile(0.95, alone.dof) * math.sqrt(STATSMODELS_HC3)
    assert (found.high or 0) - (found.value or 0) == pytest.approx(half)


@given(scores=SCORES, level=st.sampled_from([0.5, 0.9, 0.99]), scale=st.sampled_from([-3.0, 0.5]))
def test_the_interval_moves_with_the_scale(scores: list[float], level: float, scale: float) -> None:
    """It holds the mean, grows with the level, and is that of the scores in any unit."""
    others = [7 + scale * score for score in scores]
    assume(len(set(scores)) > 1)
    assume(len(set(others)) > 1)
    found = clustered_mean(scores, GRID, level=level)
    wide = clustered_mean(scores, GRID, level=0.999)
    other = clustered_mean(others, GRID, level=level)

    low, value, high = found.low or 0, found.value or 0, found.high or 0
    assert low <= value <= high
    assert min(scores) - 1e-9 <= value <= max(scores) + 1e-9
    assert (wide.low or 0) <= low
    assert (wide.high or 0) >= high
    ends = sorted((7 + scale * low, 7 + scale * high))
    assert (other.low, other.high) == pytest.approx(ends, abs=1e-6)
    assert other.value == pytest.approx(7 + scale * value, abs=1e-9)


@pytest.mark.parametrize("count", [1, 2, 12])
def test_equal_scores_have_no_interval(count: int) -> None:
    """Nothing tells how much others vary; a gate on it is inconclusive."""
    found = clustered_mean([0.1] * count, [])

    assert found.value == pytest.approx(0.1)
    assert (found.low, found.high) == (None, None)


@given(scores=SCORES, seed=st.integers(0, 99))
def test_the_order_of_cases_does_not_matter(scores: list[float], seed: int) -> None:
    """Nor does the order of the dimensions."""
    rows = list(zip(scores, *GRID, strict=True))
    Random(seed).shuffle(rows)  # noqa: S311 - an order, not a secret
    shuffled, templates, probes = (list(column) for column in zip(*rows, strict=True))

    one, two = clustered_mean(scores, GRID), clustered_mean(shuffled, [probes, templates])

    assert one.value == two.value
    assert (one.low, one.high) == pytest.approx((two.low, two.high))


@given(now=SCORES, before=SCORES)
def test_a_rise_is_a_fall_the_other_way(now: list[float], before: list[float]) -> None:
    """And the mean of the differences of each case."""
    rise = paired_mean_difference(now, before, GRID, level=0.9)
    fall = paired_mean_difference(before, now, GRID, level=0.9)

    differences = [new - old for new, old in zip(now, before, strict=True)]
    assume(len(set(differences)) > 1)
    assert rise == clustered_mean(differences, GRID, level=0.9)
    assert (fall.low, fall.value, fall.high) == pytest.approx(
        (-(rise.high or 0), -(rise.value or 0), -(rise.low or 0))
    )


def test_too_few_cases_have_no_interval() -> None:
    """One has a value, none has nothing; missing ones are counted in both."""
    one, none = clustered_mean([3.0], [["t"]], missing=2), clustered_mean([], [[]], missing=2)

    assert (one.value, one.low, one.high, one.n, one.missing) == (3.0, None, None, 1, 2)
    assert (none.value, none.low, none.high, none.n, none.missing) == (None, None, None, 0, 2)


def test_a_dimension_of_one_value_or_of_all_different_ones_is_none() -> None:
    """Nothing is clustered by it."""
    plain = clustered_mean(ALONE, [])

    assert clustered_mean(ALONE, [["t"] * 12, list(range(12))]) == plain
    assert (plain.clusters, plain.design_effect) == (12, None)


def test_what_makes_no_sense_is_refused() -> None:
    """Undefined raises."""
    with pytest.raises(ValueError, match="level"):
        clustered_mean(ALONE, [], level=1)
    with pytest.raises(ValueError, match="at least one case"):
        paired_mean_difference([], [], [], level=0.9)
    with pytest.raises(ValueError, match=r"longer|shorter"):
        paired_mean_difference([1.0], [], [], level=0.9)


@pytest.mark.parametrize(("templates", "probes", "runs"), [(10, 10, 400), (20, 50, 100)])
def test_intervals_hold_the_truth(templates: int, probes: int, runs: int) -> None:
    """The docstring of `clustered_mean` has what 3,000 and 800 runs show."""
    rng = Random(1)  # noqa: S311 - a simulation, not a secret
    clusters = [
        list(labels) for labels in zip(*product(range(templates), range(probes)), strict=True)
    ]
    held = 0
    for _ in range(runs):
        shifts = [[rng.gauss(0, 0.5) for _ in range(count)] for count in (templates, probes)]
        cells = zip(*clusters, strict=True)
        scores = [3 + shifts[0][t] + shifts[1][p] + rng.gauss(0, 1) for t, p in cells]
        found = clustered_mean(scores, clusters)
        held += (found.low or 0) <= 3 <= (found.high or 0)

    # Three standard errors below what is promised.
    assert held / runs >= 0.93 - 3 * math.sqrt(0.93 * 0.07 / runs)
