"""Several questions to one run, and one error for all of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.stats.multiplicity import holm, step_down
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


PS = st.lists(st.floats(0, 1), max_size=8)


def test_worked_by_hand() -> None:
    """Times 3, 2 and 1 from the smallest on, never falling."""
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([0.2]) == [0.2]
    assert holm([]) == []


@given(ps=PS)
@settings(max_examples=100, derandomize=True, deadline=None)
def test_between_the_raw_value_and_bonferroni(ps: list[float]) -> None:
    """And in the same order."""
    adjusted = holm(ps)

    for raw, found in zip(ps, adjusted, strict=True):
        assert raw <= found <= min(1.0, len(ps) * raw)
    assert [adjusted[i] for i in sorted(range(len(ps)), key=ps.__getitem__)] == sorted(adjusted)


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(bad: float) -> None:
    """Rather than adjusted."""
    with pytest.raises(ValueError, match=r"in \[0, 1\]"):
        holm([0.1, bad])
