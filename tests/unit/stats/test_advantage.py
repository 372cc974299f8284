"""What the guesses of an adversary say."""

import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.records import UNDEFINED, Estimate
from pytest_distill.stats.advantage import (
    Guesses,
    Verdict,
    advantage,
    chance_to_show,
    consistent_advantage,
    flip_rate,
    prompts_for,
    total_variation,
    verdict,
)


def guesses(right: int, wrong: int, neither: int, missing: int = 0) -> Guesses:
    """Return guesses on as many prompts."""
    values = [1.0] * right + [-1.0] * wrong + [0.0] * neither
    return Guesses(values, [str(n) for n in range(len(values))], missing)


def estimate(value: float | None, low: float | None, high: float | None) -> Estimate:
    """Return an advantage over 100 prompts."""
    return UNDEFINED.model_copy(
        update={"value": value, "low": low, "high": high, "n": 100, "clusters": 100}
    )


def test_self_contradiction_is_no_advantage() -> None:
    """It is counted, apart, and left out of the advantage of those that are consistent."""
    found = guesses(right=30, wrong=10, neither=60)

    assert advantage(found).value == pytest.approx(0.2)
    assert consistent_advantage(found).value == pytest.approx(0.5)
    assert flip_rate(found).value == pytest.approx(0.6)
    assert (advantage(found).n, consistent_advantage(found).n) == (100, 40)


def test_an_adversary_that_always_contradicts_itself_has_no_consistent_advantage() -> None:
    """Undefined, not 0."""
    found = guesses(right=0, wrong=0, neither=40, missing=2)

    assert consistent_advantage(found).value is None
    assert consistent_advantage(found).missing == 2
    assert advantage(found).value == 0.0
    assert flip_rate(found).value == 1.0


def test_several_answers_to_a_prompt_are_worth_less_than_as_many_prompts() -> None:
    """Guesses on one prompt go together."""
    values = [1.0, 1.0, -1.0, -1.0] * 20
    apart = advantage(Guesses(values, list(range(80))))
    together = advantage(Guesses(values, [n // 2 for n in range(80)]))

    assert together.clusters == 40
    assert (together.high or 0) - (together.low or 0) > (apart.high or 0) - (apart.low or 0)


def test_guesses_that_err_together_are_worth_less() -> None:
    """Up to twice the variance, within the scale; without a number there is nothing to widen."""
    alone = advantage(guesses(right=60, wrong=40, neither=0))
    mutual = advantage(guesses(right=60, wrong=40, neither=0)._replace(mutual=1.0))
    sure = advantage(guesses(right=9, wrong=0, neither=0)._replace(mutual=1.0))

    assert mutual.value == alone.value
    assert 0.2 - (mutual.low or 0) == pytest.approx(2**0.5 * (0.2 - (alone.low or 0)))
    assert (mutual.high or 0) - 0.2 == pytest.approx(2**0.5 * ((alone.high or 0) - 0.2))
    assert sure.high == 1.0
    assert advantage(Guesses([1.0], [0], mutual=1.0)).value is None


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=5), st.floats(0, 1))
def test_no_pair_of_distributions_is_nearer_than_the_bound_says(
    weights: list[float], share: float
) -> None:
    """The optimal advantage on pairs, and the distance, of any two distributions."""
    one = [weight / sum(weights) for weight in weights]
    mixed = [share * p + (1 - share) * q for p, q in zip(one, reversed(one), strict=True)]
    distance = sum(abs(p - q) for p, q in zip(one, mixed, strict=True)) / 2
    states = list(product(range(len(one)), repeat=2))
    best = sum(abs(one[x] * mixed[y] - mixed[x] * one[y]) for x, y in states) / 2

    bound = total_variation(estimate(best, best, best)).value

    assert bound is not None
    assert bound <= distance + 1e-9


def test_the_bound_is_reached_where_one_model_shares_some_answers_of_the_other() -> None:
    """Two models that give a common answer, else one of their own: TV = .3."""
    found = total_variation(estimate(0.51, 0.36, 0.64))

    assert (found.value, found.low, found.high) == pytest.approx((0.3, 0.2, 0.4))


def test_an_adversary_that_is_always_wrong_knows_as_much() -> None:
    """The distance is the same whoever is named."""
    found = total_variation(estimate(-0.51, -0.64, -0.36))

    assert (found.value, found.low, found.high) == pytest.approx((0.3, 0.2, 0.4))


def test_without_an_interval_there_is_no_bound() -> None:
    """None, never 0."""
    assert total_variation(estimate(0.5, None, None)).value is None


@pytest.mark.parametrize(
    ("found", "decision"),
    [
        ((0.3, 0.2, 0.4), "distinguishable"),
        ((-0.3, -0.4, -0.2), "distinguishable"),
        ((0.0, -0.05, 0.05), "indistinguishable"),
        ((0.1, 0.05, 0.15), "inconclusive"),
        ((-0.06, -0.15, 0.03), "inconclusive"),
        ((None, None, None), "inconclusive"),
    ],
)
def test_three_verdicts(
    found: tuple[float | None, float | None, float | None], decision: str
) -> None:
    """By the interval, on either side."""
    assert verdict({"judge": estimate(*found)}, epsilon=0.1).decision == decision


def test_one_adversary_is_enough_to_tell_them_apart_and_all_have_to_fail_otherwise() -> None:
    """What one cannot tell, another may."""
    blind, sharp = estimate(0.0, -0.05, 0.05), estimate(0.3, 0.2, 0.4)
    unsure = estimate(0.05, -0.1, 0.2)

    assert verdict({"a": blind, "b": sharp}, epsilon=0.1) == Verdict("distinguishable", "b")
    assert verdict({"a": blind, "b": unsure}, epsilon=0.1).adversary == "b"
    assert verdict({"a": unsure, "b": blind}, epsilon=0.1).decision == "inconclusive"
    assert verdict({"a": UNDEFINED, "b": unsure}, epsilon=0.1) == Verdict("inconclusive", "a")
    assert verdict({}, epsilon=0.1) == Verdict("inconclusive")


def test_an_inconclusive_verdict_says_how_many_prompts_decide() -> None:
    """Half as far from the limit needs four times as many."""
    far = verdict({"a": estimate(0.0, -0.15, 0.15)}, epsilon=0.1).prompts
    near = verdict({"a": estimate(0.05, -0.1, 0.2)}, epsilon=0.1).prompts

    assert far is not None
    assert near is not None
    assert 400 < far < 500
    assert near == pytest.approx(4 * far, abs=4)


def test_on_the_limit_no_number_decides() -> None:
    """Nor one that nobody could afford."""
    assert verdict({"a": estimate(0.1, 0.0, 0.2)}, epsilon=0.1).prompts is None
    assert verdict({"a": estimate(0.0999, 0.0, 0.2)}, epsilon=0.1).prompts is None


# Power for a one-sided level of 5 %, exact binomial: shared by the field's notes.
@pytest.mark.parametrize(("truth", "pairs"), [(0.158, 246), (0.081, 941), (0.05, 2472)])
def test_power_is_that_of_the_exact_test(truth: float, pairs: int) -> None:
    """Within a few pairs: the deviation of guesses falls with the advantage."""
    deviation = math.sqrt(1 - truth**2)

    assert prompts_for(truth, level=0.9, deviation=deviation) == pytest.approx(pairs, rel=0.02)
    assert chance_to_show(truth, pairs, level=0.9) == pytest.approx(0.8, abs=0.01)
