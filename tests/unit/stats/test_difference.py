"""The rise of a rate from one run to another."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.stats import clustered_rate, independent_difference, paired_difference
from tests.support.known_answers import NEWCOMBE, PAIRED_T

GRID = [list(labels) for labels in zip(*product(range(6), range(8)), strict=True)]
"""Six templates, eight probes."""

PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=48, max_size=48)


@pytest.mark.parametrize(("counts", "expected"), NEWCOMBE.items())
def test_two_independent_rates_agree_with_statsmodels(
    counts: tuple[int, int, int, int], expected: tuple[float, float]
) -> None:
    """Newcombe's interval is this one where nothing is clustered."""
    now, n, before, m = counts

    found = independent_difference(
        clustered_rate([1] * now + [0] * (n - now), []),
        clustered_rate([1] * before + [0] * (m - before), []),
    )

    assert (found.low, found.high) == pytest.approx(expected, abs=1e-9)


def test_many_differing_pairs_agree_with_the_paired_t_test() -> None:
    """Up to the weight that the other interval still has: 4 of 124."""
    now = [1.0] * 40 + [0.0] * 60 + [1.0] * 60 + [0.0] * 40
    before = [1.0] * 40 + [1.0] * 60 + [0.0] * 60 + [0.0] * 40

    found = paired_difference(now, before, [])

    assert (found.low, found.high) == pytest.approx(PAIRED_T, rel=0.03)


def test_runs_that_agree_everywhere_may_still_differ() -> None:
    """The interval is as wide as the one of a rate of which nothing was seen."""
    same = [0.0, 1.0] * 24

    found = paired_difference(same, same, GRID)

    unseen = clustered_rate([0.0] * 48, GRID).high or 0.0
    assert found.value == 0
    assert found.high == pytest.approx(unseen)
    assert found.low == -(found.high or 0.0)


def test_pairs_tell_more_than_two_rates() -> None:
    """The same cases leak in both runs, and one more template in the new one."""
    before = [float(template < 2) for template in GRID[0]]
    now = [float(template < 2 or probe == 0) for template, probe in zip(*GRID, strict=True)]

    paired = paired_difference(now, before, GRID)
    apart = independent_difference(clustered_rate(now, GRID), clustered_rate(before, GRID))

    assert paired.value == pytest.approx(apart.value)
    assert width(paired) < width(apart)


@given(pairs=PAIRS, level=st.sampled_from([0.5, 0.9, 0.99]))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_the_interval_holds_the_value_and_turns_with_the_runs(
    pairs: list[tuple[bool, bool]], level: float
) -> None:
    """Also for the runs the other way round."""
    now, before = [[float(pair[which]) for pair in pairs] for which in (0, 1)]

    rise = paired_difference(now, before, GRID, level=level)
    fall = paired_difference(before, now, GRID, level=level)

    assert -1 <= (rise.low or 0) <= (rise.value or 0) <= (rise.high or 0) <= 1
    assert (fall.low, fall.high) == pytest.approx((-(rise.high or 0), -(rise.low or 0)))
    assert width(rise) > 0


def test_one_shared_case_says_next_to_nothing() -> None:
    """And is no error."""
    found = paired_difference([1.0], [0.0], [["t"], ["p"]])

    assert found.value == 1
    assert (found.low or 0.0) < 0.2


def test_what_is_not_there_cannot_be_compared() -> None:
    """Undefined raises; it is not 0."""
    nothing = clustered_rate([], [])

    with pytest.raises(ValueError, match="at least one case"):
        paired_difference([], [], [])
    with pytest.raises(ValueError, match="defined"):
        independent_difference(clustered_rate([1.0], []), nothing)


def width(estimate: object) -> float:
    """Return how wide an interval is."""
    return float(getattr(estimate, "high", 0.0)) - float(getattr(estimate, "low", 0.0))
