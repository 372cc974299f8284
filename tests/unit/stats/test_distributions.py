"""Quantiles against scipy, and what they refuse."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.stats import distributions
from tests.support.known_answers import REGULARISED_BETA, T_QUANTILE

SHAPES = st.floats(0.1, 2000)


@pytest.mark.parametrize(("level", "dof"), T_QUANTILE)
def test_students_quantiles_are_scipys(level: float, dof: float) -> None:
    """From one degree of freedom, through the expansion's threshold, to ten million."""
    found = distributions.t_quantile(level, dof)

    assert found == pytest.approx(T_QUANTILE[level, dof], rel=1e-9)


def test_students_quantile_becomes_the_normals() -> None:
    """Infinitely many degrees of freedom are a known variance."""
    assert distributions.t_quantile(0.95, math.inf) == distributions.normal_quantile(0.95)


@pytest.mark.parametrize(("a", "b", "x"), REGULARISED_BETA)
def test_the_incomplete_beta_is_scipys(a: float, b: float, x: float) -> None:
    """Both tails, small and large shapes."""
    found = distributions.regularised_beta(a, b, x, 1 - x)

    assert found == pytest.approx(REGULARISED_BETA[a, b, x], rel=1e-9)


@given(SHAPES, SHAPES, st.floats(0, 1))
def test_the_two_tails_of_a_beta_add_up(a: float, b: float, x: float) -> None:
    """I_x(a, b) and I_{1-x}(b, a) are the two sides of one point."""
    left = distributions.regularised_beta(a, b, x, 1 - x)
    right = distributions.regularised_beta(b, a, 1 - x, x)

    assert left + right == pytest.approx(1, abs=1e-9)


@given(st.floats(1, 5000), st.floats(0.01, 0.999), st.floats(0.01, 0.999))
def test_students_quantile_grows_with_the_level(dof: float, one: float, other: float) -> None:
    """And is never below the normal's."""
    low, high = sorted((one, other))

    assert distributions.t_quantile(low, dof) <= distributions.t_quantile(high, dof)
    assert distributions.t_quantile(low, dof) >= distributions.normal_quantile(low)


@pytest.mark.parametrize("level", [0, 1, -0.5, 95, math.nan])
def test_a_level_outside_0_and_1_is_refused(level: float) -> None:
    """Ninety-five is no level either."""
    with pytest.raises(ValueError, match="confidence level"):
        distributions.t_quantile(level, 5)


@pytest.mark.parametrize("dof", [0, -1, math.nan])
def test_no_degrees_of_freedom_are_refused(dof: float) -> None:
    """A quantile without data does not exist."""
    with pytest.raises(ValueError, match="degrees of freedom"):
        distributions.t_quantile(0.95, dof)
