"""What a run would be able to tell."""

import pytest

from pytest_distill.stats import power, required_cases
from tests.support.known_answers import POWER, SAMPLE_SIZE


@pytest.mark.parametrize(("arguments", "expected"), POWER.items())
def test_power_agrees_with_statsmodels(
    arguments: tuple[float, float, int, float, bool], expected: float
) -> None:
    """For rises and falls; at the limit it is the error."""
    truth, limit, cases, alpha, is_above = arguments

    assert power(truth, limit, cases, alpha=alpha, is_above=is_above) == pytest.approx(expected)


@pytest.mark.parametrize(("arguments", "expected"), SAMPLE_SIZE.items())
def test_the_number_of_cases_agrees_with_statsmodels(
    arguments: tuple[float, float, float, float], expected: float
) -> None:
    """For rises and falls."""
    truth, limit, alpha, chance = arguments

    assert required_cases(truth, limit, alpha=alpha, power=chance) == pytest.approx(expected)


def test_no_number_of_cases_tells_a_truth_at_the_limit() -> None:
    """Nor is there power without cases, or for a rate of 0."""
    with pytest.raises(ValueError, match="no number of cases"):
        required_cases(0.05, 0.05, alpha=0.05, power=0.8)
    with pytest.raises(ValueError, match="effective cases"):
        power(0.1, 0.05, 0, alpha=0.05, is_above=True)
    with pytest.raises(ValueError, match="must be in"):
        power(0.0, 0.05, 10, alpha=0.05, is_above=False)
