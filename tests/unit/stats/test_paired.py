"""Means over prompts and leads of one model over another."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.stats.paired import Mean, falls_short, lead, mean

VALUES = st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30)


def test_the_error_is_that_of_a_mean() -> None:
    """The standard deviation over the root of the number."""
    found = mean([1.0, 2.0, 3.0, 4.0])

    assert found == pytest.approx((2.5, math.sqrt(5 / 3 / 4)))
    assert found.interval(0.95) == pytest.approx(
        (2.5 - 1.959964 * found.error, 2.5 + 1.959964 * found.error)
    )


@given(own=VALUES)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_a_lead_over_oneself_is_nothing(own: list[float]) -> None:
    """And what all prompts share cancels."""
    assert lead(own, own) == (0.0, 0.0)
    assert lead([x + 1 for x in own], own).error == pytest.approx(0, abs=1e-9)


def test_one_prompt_is_no_sample() -> None:
    """Its error is undefined, not 0."""
    with pytest.raises(ValueError, match="two values"):
        mean([1.0])


def test_a_true_lead_falls_short_as_often_as_the_level_allows() -> None:
    """One in twenty, give or take what a thousand runs vary."""
    chance = random.Random(2)  # noqa: S311 - a simulation
    runs = [mean([chance.gauss(0.07, 0.4) for _ in range(200)]) for _ in range(1000)]

    rejected = sum(falls_short(found, 0.07, level=0.95) for found in runs)

    assert 33 <= rejected <= 69


def test_nothing_is_known_more_exactly_than_what_is_expected() -> None:
    """However many prompts there are."""
    exact = Mean(0.05, 0.001)

    assert falls_short(exact, 0.07, level=0.95)
    assert not falls_short(exact, 0.07, level=0.95, least_error=0.0135)


def test_a_level_out_of_range_is_refused() -> None:
    """Rather than taken for certainty."""
    with pytest.raises(ValueError, match="level"):
        falls_short(Mean(0.0, 1.0), 0.07, level=1.0)
