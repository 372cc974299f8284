"""The interval over crossed clusters: independent numbers, and what holds for every design."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.records import Estimate
from pytest_distill.stats import clustered_rate, wilson
from pytest_distill.stats.clustered import crossed_spread
from tests.support.known_answers import CROSSED, STATSMODELS_CR3, crossed_cases

CASES = st.lists(
    st.tuples(st.booleans(), st.integers(0, 6), st.integers(0, 9)), min_size=1, max_size=80
)
SCORED = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 6), st.integers(0, 9)), min_size=1, max_size=80
)


def rate_of(cases: list[tuple[float, int, int]], level: float = 0.95) -> Estimate:
    """Return the estimate over cases of outcome, template and probe."""
    outcomes, templates, probes = ([case[column] for case in cases] for column in range(3))
    return clustered_rate(outcomes, [templates, probes], level=level)


def bounds(estimate: Estimate) -> tuple[float, float, float]:
    """Return low, value and high of an estimate that has them."""
    assert estimate.low is not None
    assert estimate.value is not None
    assert estimate.high is not None
    return estimate.low, estimate.value, estimate.high


@pytest.mark.parametrize("design", CROSSED)
def test_the_interval_is_that_of_an_independent_program(
    design: tuple[int, int, bool, bool],
) -> None:
    """Balanced and not, with the crossed variance and with that of one dimension alone."""
    templates, probes, probes_matter, thin = design
    leaks, *clusters = crossed_cases(templates, probes, probes_matter=probes_matter, thin=thin)
    variance, dof, effect, low, high = CROSSED[design]

    spread = crossed_spread(leaks, clusters)
    estimate = clustered_rate(leaks, clusters)

    assert spread == pytest.approx((variance, dof), rel=1e-9)
    assert estimate.design_effect == pytest.approx(effect, rel=1e-9)
    assert bounds(estimate) == pytest.approx((low, sum(leaks) / len(leaks), high), rel=1e-8)
    assert (estimate.n, estimate.clusters) == (len(leaks), templates)


def test_the_crossed_variance_is_that_of_statsmodels() -> None:
    """Apart from the small-sample factor, which CR3 has squared."""
    leaks, *clusters = crossed_cases(20, 50, probes_matter=True, thin=False)

    assert crossed_spread(leaks, clusters).variance == pytest.approx(STATSMODELS_CR3, rel=1e-9)


def test_no_cases_have_no_rate() -> None:
    """Undefined is None, never 0."""
    assert clustered_rate([], [[], []], missing=3) == Estimate(
        value=None, low=None, high=None, n=0, clusters=0, design_effect=None, missing=3
    )


@pytest.mark.parametrize("clusters", [[], [["bare"] * 40], [["bare"] * 40, range(40)]])
def test_without_clusters_the_interval_is_wilsons(clusters: list[list[str]]) -> None:
    """One template, or another for each case, is no clustering."""
    estimate = clustered_rate([True] * 3 + [False] * 37, clusters)

    interval = wilson(3, 40)
    assert bounds(estimate) == pytest.approx((interval.low, 3 / 40, interval.high), rel=1e-12)
    assert (estimate.clusters, estimate.design_effect) == (40, 1)


@pytest.mark.parametrize(
    ("n", "templates", "probes", "most"),
    [(1000, 20, 50, 0.1612), (3000, 60, 50, 0.0714), (130, 1, 25, 0.1339), (130, 130, 130, 0.0288)],
)
def test_without_a_leak_the_bound_is_that_of_one_case_per_cluster(
    n: int, templates: int, probes: int, most: float
) -> None:
    """A template that always leaks may be among those that were not drawn."""
    clusters = [[i % templates for i in range(n)], [i // templates % probes for i in range(n)]]

    clean = clustered_rate([False] * n, clusters)
    leaking = clustered_rate([True] * n, clusters)

    assert bounds(clean) == pytest.approx((0, 0, most), abs=1e-4)
    assert bounds(leaking) == pytest.approx((1 - most, 1, 1), abs=1e-4)
    assert clean.design_effect == leaking.design_effect == (1 if templates == n else None)


def test_leaks_in_many_clusters_show_that_they_do_not_come_in_clusters() -> None:
    """The bound falls at first, without jumps: with each of them less is assumed."""
    clusters = [[i // 50 for i in range(1000)], [i % 50 for i in range(1000)]]
    # One leak in each of the first templates, each at another probe.
    highs = [
        bounds(clustered_rate([i < leaks * 51 and i % 51 == 0 for i in range(1000)], clusters))[2]
        for leaks in range(16)
    ]

    assert highs == sorted(highs, reverse=True)
    assert all(before - after < 0.021 for before, after in pairwise(highs))


def test_few_clusters_make_wide_intervals() -> None:
    """Two templates that differ say little of others, however many cases they hold."""
    leaks = [True] * 30 + [False] * 70 + [True] * 10 + [False] * 90

    low, _, high = bounds(clustered_rate(leaks, [[i // 100 for i in range(200)]]))

    assert high - low > 0.6


def test_equal_scores_have_no_variance_but_an_interval() -> None:
    """A score need not be 0 or 1; below the binomial variance the design effect is 1 at least."""
    estimate = clustered_rate([0.5] * 12, [[i // 3 for i in range(12)]])

    low, value, high = bounds(estimate)
    assert low < value < high
    assert estimate.design_effect is not None
    assert estimate.design_effect >= 1


@given(SCORED)
def test_the_interval_holds_the_rate_and_is_no_point(cases: list[tuple[float, int, int]]) -> None:
    """0 <= low <= value <= high <= 1, in every design."""
    low, value, high = bounds(rate_of(cases))

    assert 0 <= low <= value <= high <= 1
    assert low < high


@given(SCORED, st.randoms(use_true_random=False))
def test_the_order_of_the_cases_changes_no_digit(
    cases: list[tuple[float, int, int]], rng: Random
) -> None:
    """Workers finish in any order; neither do names or the order of dimensions matter."""
    shuffled = rng.sample(cases, len(cases))
    swapped = [(outcome, -probe, -template) for outcome, template, probe in cases]

    assert rate_of(shuffled) == rate_of(swapped) == rate_of(cases)


@given(CASES)
def test_counting_the_clean_answers_mirrors_the_interval(
    cases: list[tuple[bool, int, int]],
) -> None:
    """Leaks and clean answers are treated alike."""
    low, value, high = bounds(rate_of([*cases]))

    mirrored = bounds(rate_of([(not leak, template, probe) for leak, template, probe in cases]))

    assert mirrored == pytest.approx((1 - high, 1 - value, 1 - low), abs=1e-9)


@given(SCORED, st.floats(0.5, 0.999), st.floats(0.5, 0.999))
def test_a_higher_level_is_a_wider_interval(
    cases: list[tuple[float, int, int]], one: float, other: float
) -> None:
    """More confidence costs precision."""
    narrow, wide = (bounds(rate_of(cases, level)) for level in sorted((one, other)))

    assert wide[0] <= narrow[0] + 1e-12
    assert wide[2] >= narrow[2] - 1e-12


@given(st.lists(st.booleans(), min_size=4, max_size=9), st.integers(8, 12))
def test_asking_everything_twice_is_no_new_evidence(leaking: list[bool], probes: int) -> None:
    """Doubled inside their clusters, the cases raise the design effect, not the precision."""
    # Templates that leak always or never: without a leak the assumption would rule instead.
    leaking = [True, False, *leaking]
    cases = [(leaks, t, p) for t, leaks in enumerate(leaking) for p in range(probes)]
    once, twice = rate_of([*cases]), rate_of([*cases, *cases])
    assert once.design_effect is not None
    assert twice.design_effect is not None

    assert twice.design_effect > 1.9 * once.design_effect
    once_low, _, once_high = bounds(once)
    twice_low, _, twice_high = bounds(twice)
    assert twice_high - twice_low >= 0.95 * (once_high - once_low)


@pytest.mark.parametrize(
    ("outcomes", "clusters", "missing", "level", "message"),
    [
        ([1.5, 0], [], 0, 0.95, "outcomes"),
        ([1, 0], [["a"]], 0, 0.95, "labels 1 cases, but there are 2"),
        ([1, 0], [], -1, 0.95, "missing"),
        ([], [], 0, 0, "confidence level"),
    ],
)
def test_arguments_out_of_range_are_refused(
    outcomes: list[float], clusters: list[list[str]], missing: int, level: float, message: str
) -> None:
    """Also where there is nothing to estimate."""
    with pytest.raises(ValueError, match=message):
        clustered_rate(outcomes, clusters, missing=missing, level=level)
