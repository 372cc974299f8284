"""Several questions to one run, and one error for all of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.stats.multiplicity import step_down
from tests.support.known_answers import HOLM


@pytest.mark.parametrize(("values", "expected"), HOLM.items())
def test_it_shows_what_holm_shows(values: tuple[float, ...], expected: tuple[bool, ...]) -> None:
    """As statsmodels has it, of p-values."""
    shown, _ = step_down(len(values), lambda index, each: values[index] <= each, alpha=0.05)

    assert tuple(index in shown for index in range(len(values))) == expected


@given(values=st.lists(st.floats(0, 1), max_size=8))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_what_was_shown_is_shown_at_the_last_step_too(values: list[float]) -> None:
    """So that one error says all."""
    shown, alpha = step_down(len(values), lambda index, each: values[index] <= each, alpha=0.05)

    assert shown == {index for index, value in enumerate(values) if value <= alpha}
