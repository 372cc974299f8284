"""How many more cases would decide a gate."""

from functools import partial
from random import Random

import pytest

from pytest_distill.gates import expression
from pytest_distill.gates.alphas import Alphas
from pytest_distill.gates.effort import CHANCE, more_cases
from pytest_distill.gates.verdict import Measured, bounds_of, judge
from pytest_distill.records import Estimate
from pytest_distill.stats import clustered_rate

ERRORS = Alphas(fail=0.05, passing=0.025)


def number(value: float, low: float, high: float) -> Estimate:
    """Return a measured number of 100 cases."""
    return Estimate(
        value=value, low=low, high=high, n=100, clusters=5, design_effect=1.0, missing=0
    )


def rate(leaks: int, cases: int, level: float) -> Estimate:
    """Return the rate of independent cases."""
    return clustered_rate([case < leaks for case in range(cases)], [], level=level)


def more(gate: str, estimate: Estimate) -> int | None:
    """Return how many more cases decide."""
    return more_cases(estimate, expression.parse(gate), ERRORS)


def test_without_a_leak_so_many_are_missing_as_the_bound_needs() -> None:
    """189 clean answers pass a limit of .02; few of the further ones can leak."""
    at = partial(rate, 0, 162)

    found = more("ice.strict<=0.02", bounds_of(expression.parse("ice.strict<=0.02"), at, ERRORS))

    assert found == 189 - 162


@pytest.mark.parametrize("truth", [0.0, 0.002, 0.005, 0.05, 0.08])
def test_the_cases_that_are_said_to_decide_do_so(truth: float) -> None:
    """In nine of ten runs that were inconclusive first, over all truths together nearly so."""
    gate, rng, decided, asked = expression.parse("ice.strict<=0.02"), Random(7), 0, 0  # noqa: S311 - simulation
    while asked < 60:
        leaks = sum(rng.random() < truth for _ in range(162))
        measured = Measured(partial(rate, leaks, 162))
        if judge(gate, "m", measured, alphas=ERRORS, max_missing=0).verdict != "inconclusive":
            continue
        needed = more_cases(bounds_of(gate, measured.at, ERRORS), gate, ERRORS)
        if needed is None or needed > 5000:
            continue
        asked += 1
        leaks += sum(rng.random() < truth for _ in range(needed))
        again = Measured(partial(rate, leaks, 162 + needed))
        verdict = judge(gate, "m", again, alphas=ERRORS, max_missing=0).verdict
        decided += verdict != "inconclusive"

    assert decided / asked > (CHANCE if truth in {0.0, 0.08} else 0.8)


@pytest.mark.parametrize(
    ("gate", "estimate"),
    [
        ("ice.strict<=baseline+0.2", number(0.2, 0.1, 0.3)),
        ("ice.strict<=0.5", number(1.0, 5e-324, 1.0)),
        ("ice.strict<=0.02", number(0.02, 0.0199, 0.0201)),
        ("ice.strict<=0.5", number(0.2, 0.1, 0.3).model_copy(update={"n": 0})),
        ("ice.strict<=0.5", number(0.2, 0.1, 0.3).model_copy(update={"high": None})),
    ],
)
def test_what_no_affordable_number_decides_has_none(gate: str, estimate: Estimate) -> None:
    """At the limit, without a number, or where no number of cases has such bounds."""
    assert more(gate, estimate) is None


def test_a_floor_is_a_ceiling_upside_down() -> None:
    """The errors change sides with it."""
    high, low = number(0.2, 0.14, 0.27), number(0.8, 0.73, 0.86)

    assert more("ice.strict<=0.25", high) == more("ice.strict>=0.75", low)


def test_a_mean_that_happens_to_be_in_0_to_1_is_no_rate() -> None:
    """An advantage of .2 varies as much as one of -.2; a rate of .2 varies less than one of .5."""
    gate, found = expression.parse("bbi.advantage<=0.1"), number(0.2, 0.09, 0.31)
    below = expression.parse("bbi.advantage<=-0.1"), number(0.0, -0.11, 0.11)

    as_mean = more_cases(found, gate, ERRORS, is_rate=False)

    assert as_mean == more_cases(below[1], below[0], ERRORS)
    assert as_mean != more_cases(found, gate, ERRORS)


def test_a_mean_needs_what_its_half_width_says() -> None:
    """And more, since the number that was seen is not the true one."""
    found = more("rse.overall<=3.5", number(3.2, 2.8, 3.6))

    assert found is not None
    assert found > 100 * ((0.4 / 0.3) ** 2 - 1)
