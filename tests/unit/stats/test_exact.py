"""Exact tests where counts are small, and what they hold back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.records import Estimate
from pytest_distill.stats import clustered_rate, independent_difference, paired_difference
from pytest_distill.stats.exact import (
    fisher,
    mcnemar,
    paired_if_few,
    unpaired_if_few,
    widened_to_exact_test,
)
from tests.support.known_answers import FISHER, MCNEMAR

NOTHING = Estimate(value=None, low=None, high=None, n=0, clusters=0, design_effect=None, missing=0)


@pytest.mark.parametrize(("counts", "expected"), MCNEMAR.items())
def test_pairs_agree_with_scipy(counts: tuple[int, int], expected: tuple[float, float]) -> None:
    """Both tails."""
    found = mcnemar(*counts)

    assert (found.p_above, found.p_below) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("counts", "expected"), FISHER.items())
def test_two_runs_agree_with_scipy(
    counts: tuple[int, int, int, int], expected: tuple[float, float]
) -> None:
    """Both tails."""
    found = fisher(*counts)

    assert (found.p_above, found.p_below) == pytest.approx(expected, rel=1e-12)


@given(leaks=st.integers(0, 9), before=st.integers(0, 12))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_a_rise_is_a_fall_the_other_way_round(leaks: int, before: int) -> None:
    """And both tails hold what was seen."""
    now, then = fisher(leaks, 9, before, 12), fisher(before, 12, leaks, 9)

    assert (now.p_above, now.p_below) == pytest.approx((then.p_below, then.p_above))
    assert now.p_above + now.p_below > 1


@pytest.mark.parametrize("counts", [(3, 2, 0, 5), (-1, 5, 0, 5), (1, 5, 6, 5)])
def test_counts_that_cannot_be_are_refused(counts: tuple[int, int, int, int]) -> None:
    """Fewer than none."""
    with pytest.raises(ValueError, match="0 or more"):
        fisher(*counts)
    with pytest.raises(ValueError, match="0 or more"):
        mcnemar(-1, 2)


@pytest.mark.parametrize(("rises", "is_few"), [(0, False), (1, True), (24, True), (25, False)])
def test_pairs_are_few_below_25_that_differ(rises: int, *, is_few: bool) -> None:
    """Where none differs there is nothing to test."""
    now, before = [1.0] * rises + [1.0, 0.0], [0.0] * rises + [1.0, 0.0]

    assert (paired_if_few(now, before) == mcnemar(rises, 0)) == is_few
    assert (paired_if_few(now, before) is None) != is_few


@pytest.mark.parametrize(
    ("counts", "is_few"),
    [
        ((0, 50, 0, 50), False),
        ((50, 50, 50, 50), False),
        ((3, 50, 6, 50), True),
        ((4, 50, 6, 50), False),
        ((47, 50, 44, 50), True),
        ((3, 8, 600, 1000), True),
    ],
)
def test_two_runs_are_few_below_5_expected(
    counts: tuple[int, int, int, int], *, is_few: bool
) -> None:
    """Leaks or clean answers, in the smaller run."""
    leaks, cases, leaks_before, cases_before = counts
    now = [1.0] * leaks + [0.0] * (cases - leaks)
    before = [1.0] * leaks_before + [0.0] * (cases_before - leaks_before)

    assert unpaired_if_few(now, before) == (fisher(*counts) if is_few else None)


def test_four_rises_of_sixty_show_no_rise() -> None:
    """What the t interval calls one has a chance of .0625 where nothing rose."""
    now, before = [1.0] * 4 + [0.0] * 56, [0.0] * 60
    free = paired_difference(now, before, [], level=0.9)

    rise = widened_to_exact_test(free, mcnemar(4, 0), level=0.9)
    fall = widened_to_exact_test(
        paired_difference(before, now, [], level=0.9), mcnemar(0, 4), level=0.9
    )

    assert (free.low or 0) > 0
    assert (rise.low or 0) < 0
    assert rise.high == free.high
    assert (fall.low, fall.high) == pytest.approx((-(rise.high or 0), -(rise.low or 0)))


def test_without_any_evidence_the_bound_is_the_end_of_the_scale() -> None:
    """No normal interval fits a p-value of one half or more."""
    sure = Estimate(value=0.1, low=0.05, high=0.2, n=9, clusters=9, design_effect=None, missing=0)

    assert widened_to_exact_test(sure, mcnemar(1, 0), level=0.9).low == -1


def test_what_is_undefined_stays_so() -> None:
    """There is no bound to hold."""
    assert widened_to_exact_test(NOTHING, mcnemar(1, 0), level=0.9) == NOTHING


@given(
    rises=st.integers(0, 12), falls=st.integers(0, 12), level=st.sampled_from([0.5, 0.8, 0.9, 0.99])
)
@settings(max_examples=80, derandomize=True, deadline=None)
def test_the_interval_excludes_nothing_that_the_test_does_not(
    rises: int, falls: int, level: float
) -> None:
    """It is only ever widened, and holds its value."""
    same = [0.0] * (60 - rises - falls)
    now, before = [1.0] * rises + [0.0] * falls + same, [0.0] * rises + [1.0] * falls + same
    free, exact = paired_difference(now, before, [], level=level), mcnemar(rises, falls)

    found = widened_to_exact_test(free, exact, level=level)

    assert (found.low or 0) <= (free.low or 0) <= (free.high or 0) <= (found.high or 0)
    assert exact.p_above <= (1 - level) / 2 or (found.low or 0) <= 1e-12
    assert exact.p_below <= (1 - level) / 2 or (found.high or 0) >= -1e-12


def test_fisher_holds_two_rates_back() -> None:
    """No leak of 20, then four: Newcombe's one-sided 95 % bound says more than it may."""
    now, before = [1.0] * 4 + [0.0] * 16, [0.0] * 20
    free = independent_difference(
        clustered_rate(now, [], level=0.9), clustered_rate(before, [], level=0.9)
    )
    exact = unpaired_if_few(now, before)

    assert exact == fisher(4, 20, 0, 20)
    assert (free.low or 0) > 0
    assert (widened_to_exact_test(free, exact, level=0.9).low or 0) < 0


def test_the_test_says_what_it_assumes() -> None:
    """Cases are clustered, and the p-value is not theirs."""
    assert str(mcnemar(4, 0)) == (
        "p = 0.062 if cases were independent (McNemar's exact test, one-sided)"
    )
