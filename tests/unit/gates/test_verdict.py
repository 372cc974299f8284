"""Whether a number meets its gate."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.gates import expression as expressions
from pytest_distill.gates.alphas import Alphas
from pytest_distill.gates.verdict import Measured, judge
from pytest_distill.records import Estimate, Verdict

ERRORS = Alphas(fail=0.05, passing=0.025)


def number(
    value: float | None, low: float | None, high: float | None, *, n: int = 100, missing: int = 0
) -> Estimate:
    """Return a measured number."""
    return Estimate(
        value=value, low=low, high=high, n=n, clusters=5, design_effect=1.0, missing=missing
    )


def verdict(
    expression: str,
    estimate: Estimate,
    *,
    blockers: tuple[str, ...] = (),
    doubts: tuple[str, ...] = (),
) -> Verdict:
    """Return what a gate says of a number that is the same at every level."""
    measured = Measured(lambda _: estimate, blockers=blockers, doubts=doubts)
    return judge(expressions.parse(expression), "m", measured, alphas=ERRORS, max_missing=0.05)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("ice.strict<=0.05", "fail"),
        ("ice.strict<=0.2", "inconclusive"),
        ("ice.strict<=0.35", "pass"),
        ("ice.strict<=0.3", "pass"),
        ("ice.strict<=0.1", "inconclusive"),
        ("ice.strict>=0.05", "pass"),
        ("ice.strict>=0.1", "pass"),
        ("ice.strict>=0.2", "inconclusive"),
        ("ice.strict>=0.35", "fail"),
    ],
)
def test_the_interval_decides(expression: str, expected: str) -> None:
    """Not the number: it lies between .1 and .3."""
    assert verdict(expression, number(0.2, 0.1, 0.3)).verdict == expected


@pytest.mark.parametrize("expression", ["own.words<=5", "own.words<=0.1", "own.words>=-1"])
def test_a_number_without_an_interval_decides_nothing(expression: str) -> None:
    """One value has no spread: its bounds are not 0."""
    found = verdict(expression, number(3, None, None, n=1))

    assert found.verdict == "inconclusive"
    assert found.why == "it is 3, and 1 cases are too few for an interval"


@given(
    bounds=st.tuples(*[st.floats(0, 1)] * 3).map(sorted),
    limit=st.floats(0, 1),
    sign=st.sampled_from(["<=", ">="]),
)
@settings(max_examples=200, derandomize=True, deadline=None)
def test_a_pass_is_never_contradicted_by_its_interval(
    bounds: list[float], limit: float, sign: str
) -> None:
    """And a fail never by its own."""
    low, value, high = bounds
    found = verdict(f"ice.strict{sign}{limit!r}", number(value, low, high))

    is_within = high <= limit if sign == "<=" else low >= limit
    is_beyond = low > limit if sign == "<=" else high < limit
    assert (found.verdict == "pass") == is_within
    assert (found.verdict == "fail") == (is_beyond and not is_within)


def test_each_bound_has_an_error_of_its_own() -> None:
    """A fail needs the one-sided bound, a pass the end of the two-sided interval."""
    asked = []

    def at(level: float) -> Estimate:
        asked.append(round(level, 6))
        return number(0.2, 0.2 - level / 10, 0.2 + level / 10)

    for expression in ("ice.strict<=0.5", "ice.strict>=0.1"):
        found = judge(
            expressions.parse(expression), "m", Measured(at), alphas=ERRORS, max_missing=0.05
        )
        wide, narrow = 0.095, 0.09
        ends = (0.2 - (found.low or 0), (found.high or 0) - 0.2)
        assert ends == pytest.approx((narrow, wide) if "<" in expression else (wide, narrow))
    assert set(asked) == {0.9, 0.95}


@pytest.mark.parametrize("expression", ["ice.strict<=0.05", "ice.strict<=0.5", "ice.strict>=0.5"])
def test_a_blocker_leaves_nothing_to_say(expression: str) -> None:
    """Neither good nor bad, whatever the number."""
    found = verdict(expression, number(0.2, 0.1, 0.3), blockers=("a canary is broken", "so"))

    assert (found.verdict, found.why) == ("inconclusive", "a canary is broken; so")
    assert found.value is None


def test_a_doubt_leaves_nothing_good_to_say() -> None:
    """What is proved against the model stays proved."""
    lost = ("2 cases were lost",)

    assert verdict("ice.strict<=0.5", number(0.2, 0.1, 0.3), doubts=lost).why == lost[0]
    assert verdict("ice.strict<=0.5", number(0.2, 0.1, 0.3), doubts=lost).verdict == "inconclusive"
    assert verdict("ice.strict<=0.05", number(0.2, 0.1, 0.3), doubts=lost).verdict == "fail"


def test_an_empty_result_is_inconclusive() -> None:
    """Whatever is demanded."""
    for sign in ("<=", ">="):
        nothing = number(None, None, None, n=0, missing=7)
        found = verdict(f"ice.strict{sign}0.5", nothing)
        assert (found.verdict, found.value) == ("inconclusive", None)
        assert found.why == "none of 7 cases has a verdict"


@pytest.mark.parametrize(("missing", "expected"), [(5, "pass"), (6, "inconclusive")])
def test_too_many_missing_are_inconclusive(missing: int, expected: str) -> None:
    """One in twenty may be."""
    found = verdict("ice.strict<=0.5", number(0.2, 0.1, 0.3, n=100 - missing, missing=missing))

    assert found.verdict == expected


def test_an_inconclusive_gate_says_what_would_decide() -> None:
    """Or that nobody could pay for it."""
    found = verdict("ice.strict<=baseline+0.28", number(0.2, 0.1, 0.3))
    near = verdict("ice.strict<=baseline+0.2", number(0.2, 0.1, 0.3))

    assert "more cases, of other questions or templates" in found.why
    assert "no affordable number of cases" in near.why


def test_a_number_that_no_case_has_is_inconclusive() -> None:
    """As a rate of thinking without any thinking."""
    found = verdict("ice.reasoning<=0.5", number(None, None, None, n=7))

    assert (found.verdict, found.why) == (
        "inconclusive",
        "there is no number: 7 cases, 0 missing",
    )


def test_a_verdict_says_how_it_was_compared() -> None:
    """Paired or not."""
    measured = Measured(lambda _: number(0.2, 0.1, 0.3), note="paired on 9 cases")
    gate = expressions.parse("ice.strict<=baseline+0.5")

    found = judge(gate, "m", measured, alphas=ERRORS, max_missing=0.05)

    assert found.why == (
        "ice.strict rose by 0.2 against the baseline (at most +0.3), limit +0.5 (paired on 9 cases)"
    )
