"""Evidence by betting."""

from fractions import Fraction
from itertools import product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.stats import evidence

VALUES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), max_size=12)


def capital(values: list[int], limit: Fraction, *, is_above: bool) -> Fraction:
    """Return the final capital in exact fractions."""
    ruin = limit if is_above else 1 - limit
    sign = 1 if is_above else -1
    bets = [Fraction(step, 10) for step in range(1, 10)]
    gains = [sign * (value - limit) / ruin for value in values]
    owned = (Fraction(prod(1 + bet * gain for gain in gains)) for bet in bets)
    return sum(owned, Fraction(0)) / len(bets)


@pytest.mark.parametrize("is_above", [True, False])
@pytest.mark.parametrize("limit", [Fraction(1, 10), Fraction(1, 2)])
def test_the_bets_are_fair_at_the_limit(limit: Fraction, *, is_above: bool) -> None:
    """Over all outcomes of six draws the expected capital is exactly 1."""
    expected = sum(
        prod(limit if value else 1 - limit for value in values)
        * capital(list(values), limit, is_above=is_above)
        for values in product((0, 1), repeat=6)
    )

    assert expected == 1


@pytest.mark.parametrize("values", [[1], [0, 1, 1], [1, 1, 1, 0, 0, 0, 0]])
def test_the_largest_capital_counts(values: list[int]) -> None:
    """As exact fractions have it, also where it was lost again."""
    limit = Fraction(1, 4)
    best = max(capital(values[:count], limit, is_above=True) for count in range(len(values) + 1))

    assert evidence(values, 0.25, is_above=True) == pytest.approx(float(best))


@given(values=VALUES, more=VALUES)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_evidence_never_shrinks(values: list[float], more: list[float]) -> None:
    """What was shown once stays shown."""
    for is_above in (True, False):
        first = evidence(values, 0.3, is_above=is_above)
        assert 1 <= first <= evidence(values + more, 0.3, is_above=is_above)


def test_twenty_clean_templates_show_little() -> None:
    """The number that the docstring gives."""
    assert evidence([0.0] * 20, 0.21, is_above=False) > 20
    assert evidence([0.0] * 20, 0.2, is_above=False) < 20


@pytest.mark.parametrize(("value", "limit"), [(1.5, 0.5), (0.5, 0.0), (0.5, 1.0)])
def test_what_is_out_of_range_is_refused(value: float, limit: float) -> None:
    """A bet on it could ruin."""
    with pytest.raises(ValueError, match="must be in"):
        evidence([value], limit, is_above=True)
