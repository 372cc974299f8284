"""Wilson against statsmodels, and what holds for every count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.stats import wilson
from tests.support.known_answers import WILSON

COUNTS = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
LEVELS = st.floats(0.5, 0.999)


@pytest.mark.parametrize(("successes", "trials", "level"), WILSON)
def test_wilson_is_that_of_statsmodels(successes: int, trials: int, level: float) -> None:
    """Zero and all successes among them."""
    found = wilson(successes, trials, level=level)

    assert found == pytest.approx(WILSON[successes, trials, level], rel=1e-9, abs=1e-15)


@given(counts=COUNTS, level=LEVELS)
def test_the_interval_holds_the_rate_and_is_no_point(counts: tuple[int, int], level: float) -> None:
    """0 <= low <= rate <= high <= 1, also for 0 of n and n of n."""
    successes, trials = counts

    low, high = wilson(successes, trials, level=level)

    assert 0 <= low <= successes / trials <= high <= 1
    assert low < high


@given(counts=COUNTS, levels=st.tuples(LEVELS, LEVELS))
def test_a_higher_level_is_a_wider_interval(
    counts: tuple[int, int], levels: tuple[float, float]
) -> None:
    """More confidence costs precision."""
    narrow, wide = (wilson(*counts, level=level) for level in sorted(levels))

    assert wide.low <= narrow.low + 1e-12
    assert wide.high >= narrow.high - 1e-12


@given(counts=COUNTS)
def test_counting_the_clean_answers_mirrors_the_interval(counts: tuple[int, int]) -> None:
    """Leaks and clean answers are treated alike."""
    successes, trials = counts

    low, high = wilson(successes, trials)

    assert wilson(trials - successes, trials) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@pytest.mark.parametrize(
    ("successes", "trials", "level", "message"),
    [
        (0, 0, 0.95, "at least one trial"),
        (-1, 10, 0.95, "successes must be"),
        (11, 10, 0.95, "successes must be"),
        (5, 10, 1.0, "confidence level"),
    ],
)
def test_impossible_counts_are_refused(
    successes: int, trials: int, level: float, message: str
) -> None:
    """Undefined raises; it is not 0."""
    with pytest.raises(ValueError, match=message):
        wilson(successes, trials, level=level)
