"""What a run would be able to decide."""

import pytest

from pytest_distill.stats import wilson
from pytest_distill.stats.power import (
    Errors,
    cases_for,
    chance_above,
    chance_below,
    chance_to_decide,
    effective_cases,
)
from tests.support.known_answers import CHANCE_ABOVE, CHANCE_BELOW, CHANCE_TO_DECIDE

Numbers = tuple[float, float, int, float]


@pytest.mark.parametrize(("arguments", "expected"), CHANCE_BELOW.items())
def test_the_chance_to_be_below_agrees_with_scipy(arguments: Numbers, expected: float) -> None:
    """Also where no number of leaks is few enough."""
    truth, limit, cases, alpha = arguments

    assert chance_below(truth, limit, cases, alpha=alpha) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("arguments", "expected"), CHANCE_ABOVE.items())
def test_the_chance_to_be_above_agrees_with_scipy(arguments: Numbers, expected: float) -> None:
    """At the limit it is the error."""
    truth, limit, cases, alpha = arguments

    assert chance_above(truth, limit, cases, alpha=alpha) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("arguments", "expected"), CHANCE_TO_DECIDE.items())
def test_the_chance_to_decide_agrees_with_scipy(
    arguments: tuple[float, float, int, float, float, float], expected: float
) -> None:
    """On either side, whatever the truth is."""
    leaks, cases, more, limit, low, high = arguments

    found = chance_to_decide(leaks, cases, more, limit, errors=Errors(low, high))

    assert found == pytest.approx(expected, abs=1e-9)


def test_what_is_certain_is_certain() -> None:
    """Everything leaks, or nothing does."""
    assert chance_below(0.0, 0.02, 200, alpha=0.025) == 1
    assert chance_above(1.0, 0.5, 20, alpha=0.05) == 1
    assert chance_above(0.0, 0.5, 20, alpha=0.05) == 0
    assert chance_below(0.9, 0.1, 5, alpha=0.025) == 0
    assert chance_above(0.5, 0.9, 2, alpha=0.05) == 0
    assert chance_to_decide(0, 1000, 1, 0.02, errors=Errors(0.05, 0.025)) == pytest.approx(1)
    assert chance_to_decide(0, 10, 1, 0.02, errors=Errors(0.05, 0.025)) < 0.05


def test_effective_cases_are_those_of_wilsons_bound() -> None:
    """Turned round."""
    low, high = wilson(3, 40)

    assert effective_cases(3 / 40, high, alpha=0.025) == pytest.approx(40)
    assert effective_cases(3 / 40, low, alpha=0.025) == pytest.approx(40)
    assert effective_cases(0.2, 0.2, alpha=0.025) is None
    assert effective_cases(0.0, 1e-200, alpha=0.025) is None
    assert effective_cases(0.2, 1.0, alpha=0.025) is None
    assert effective_cases(1.0, 1e-9, alpha=0.025) is None


def test_the_least_number_of_cases_is_found() -> None:
    """In steps; None where there is none."""
    assert cases_for(lambda cases: cases / 100, 0.3) in range(30, 32)
    assert cases_for(lambda _: 0.0, 0.3, most=50) is None


@pytest.mark.parametrize(
    ("truth", "limit", "cases", "alpha"),
    [(-0.1, 0.1, 10, 0.05), (0.1, 0.0, 10, 0.05), (0.1, 0.1, 10, 0.5), (0.1, 0.1, 0, 0.05)],
)
def test_arguments_out_of_range_are_refused(
    truth: float, limit: float, cases: float, alpha: float
) -> None:
    """Instead of a chance of nothing."""
    with pytest.raises(ValueError, match="must be"):
        chance_below(truth, limit, cases, alpha=alpha)
