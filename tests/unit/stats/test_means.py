"""Means of scores whose cases share templates and probes."""

import math
from itertools import product
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pytest_distill.stats.clustered import crossed_spread
from pytest_distill.stats.distributions import t_quantile
from pytest_distill.stats.means import bounded_mean, clustered_mean, paired_mean_difference
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


# statsmodels: OLS(v, ones).fit(cov_type="cluster", cov_kwds={"groups": g}, use_t=True), its bse
# times scipy's t.ppf; squared and added to beta.ppf(level, 1, prompts) times the way to each end.
SCORED = (1.4, 2.25, 2.0, 3.5, 1.75, 2.6, 4.0, 1.1)
PROMPTS = (0, 0, 1, 2, 2, 2, 3, 4)
BOUNDED = {
    (tuple(range(8)), 0.95): (1.3889452913826688, 3.5094896474642674),
    (PROMPTS, 0.95): (1.1906571848508172, 3.868934681032436),
    (PROMPTS, 0.8): (1.679549282742522, 3.233645304530403),
}


@pytest.mark.parametrize(("prompts", "level"), BOUNDED)
def test_a_bounded_mean_agrees_with_statsmodels_and_scipy(
    prompts: tuple[int, ...], level: float
) -> None:
    """With a prompt for each case, and with several answers to some."""
    found = bounded_mean(SCORED, prompts, ends=(1.0, 5.0), level=level)

    assert found.value == pytest.approx(2.325)
    assert (found.low, found.high) == pytest.approx(BOUNDED[prompts, level], rel=1e-9)
    assert (found.n, found.clusters) == (8, len(set(prompts)))


BOUNDED_SCORES = st.lists(st.sampled_from([1.0, 1.5, 2.25, 4.0, 5.0]), min_size=2, max_size=30)


@given(scores=BOUNDED_SCORES, level=st.sampled_from([0.5, 0.9, 0.99]))
def test_a_bounded_interval_stays_on_its_scale(scores: list[float], level: float) -> None:
    """It holds the mean, grows with the level, and is the mirror image of the mirrored scores."""
    found = bounded_mean(scores, range(len(scores)), ends=(1, 5), level=level)
    wide = bounded_mean(scores, range(len(scores)), ends=(1, 5), level=0.999)
    mirrored = bounded_mean([6 - x for x in scores], range(len(scores)), ends=(1, 5), level=level)

    low, value, high = found.low or 0, found.value or 0, found.high or 0
    assert 1 <= (wide.low or 0) <= low <= value <= high <= (wide.high or 0) <= 5
    assert (mirrored.low, mirrored.high) == pytest.approx((6 - high, 6 - low))


def test_prompts_that_are_all_alike_do_not_show_that_others_are() -> None:
    """Ten copies are no proof of only copies, a thousand nearly are; nothing is above the end."""
    few, many = (bounded_mean([5.0] * n, range(n), ends=(1, 5)) for n in (10, 1000))

    # Of 0 of 10 the exact bound is a share of .259, of 0 of 1000 of .003.
    assert few.low == pytest.approx(5 - 4 * 0.2589, abs=1e-3)
    assert (few.value, few.high) == (5.0, 5.0)
    assert many.low == pytest.approx(5 - 4 * 0.00299, abs=1e-4)


def test_several_answers_to_a_prompt_are_one_cluster() -> None:
    """The interval is that of the prompts' means; the design effect says what is lost."""
    scores = [1.0 + (n * n % 17) / 5 for n in range(20)]
    once = bounded_mean(scores, range(20), ends=(1, 5))

    often = bounded_mean(scores * 10, [*range(20)] * 10, ends=(1, 5))

    assert (often.low, often.high) == pytest.approx((once.low, once.high))
    assert (often.n, often.clusters) == (200, 20)
    assert once.design_effect == pytest.approx(1)
    assert often.design_effect == pytest.approx(10, rel=0.1)


@pytest.mark.parametrize("size", [2, 5, 10, 30])
@pytest.mark.parametrize("copied", [0.0, 0.1, 0.5, 0.9])
def test_bounded_intervals_hold_the_truth(size: int, copied: float) -> None:
    """Of skewed scores between 1 and 4, beside a share of 5s: `rse_scale` measures real ones."""
    chance = Random(size)  # noqa: S311 - a simulation
    truth = copied * 5 + (1 - copied) * (1 + 3 * 2 / 5)

    def holds() -> bool:
        drawn = [
            5.0 if chance.random() < copied else 1 + 3 * chance.betavariate(2, 3)
            for _ in range(size)
        ]
        found = bounded_mean(drawn, range(size), ends=(1, 5))
        return (found.low or 0) <= truth <= (found.high or 0)

    assert sum(holds() for _ in range(400)) >= 0.93 * 400


def test_a_bounded_mean_needs_two_prompts_and_scores_between_the_ends() -> None:
    """Undefined is None, and what makes no sense is refused."""
    one = bounded_mean([3.0, 4.0], ["p", "p"], ends=(1, 5), missing=2)

    assert (one.value, one.low, one.high) == (None, None, None)
    assert (one.n, one.clusters, one.missing) == (2, 1, 2)
    with pytest.raises(ValueError, match="between 1 and 5"):
        bounded_mean([0.5, 2.0], "ab", ends=(1, 5))
    with pytest.raises(ValueError, match="level"):
        bounded_mean([2.0, 2.0], "ab", ends=(1, 5), level=1)
    with pytest.raises(ValueError, match=r"longer|shorter"):
        bounded_mean([2.0, 2.0], "a", ends=(1, 5))
