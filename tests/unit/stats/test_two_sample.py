"""A two-sample test on several answers to each prompt."""

import math
from itertools import combinations
from random import Random

import pytest

from pytest_distill.stats.two_sample import Answers, mmd_test, power


def rng_of(seed: int) -> Random:
    """Return a source of chance."""
    return Random(seed)  # noqa: S311 - chance, not secrets


def answers(first: list[float], second: list[float]) -> Answers:
    """Return answers that are numbers, as alike as they are near."""
    both = [*first, *second]
    return Answers([[math.exp(-abs(x - y)) for y in both] for x in both], len(first))


def discrepancy(kernel: list[list[float]], first: set[int]) -> float:
    """Return the unbiased statistic as textbooks write it."""
    rest = set(range(len(kernel))) - first
    one, other = len(first), len(rest)
    return (
        sum(kernel[i][j] for i in first for j in first if i != j) / (one * (one - 1))
        + sum(kernel[i][j] for i in rest for j in rest if i != j) / (other * (other - 1))
        - 2 * sum(kernel[i][j] for i in first for j in rest) / (one * other)
    )


def test_the_p_value_is_that_of_all_divisions() -> None:
    """Of one prompt all divisions can be listed; sides of other sizes, too."""
    asked = answers([0.0, 0.3, 0.9], [1.1, 1.2, 1.9, 0.8])
    kernel = [list(row) for row in asked.kernel]
    seen = discrepancy(kernel, {0, 1, 2})
    every = [discrepancy(kernel, set(chosen)) for chosen in combinations(range(7), 3)]
    exact = sum(value >= seen - 1e-9 for value in every) / len(every)

    found = mmd_test([asked], rng_of(0), permutations=20_000)

    assert found is not None
    assert found.p == pytest.approx(exact, abs=0.01)
    assert found.discrepancy == pytest.approx(seen)
    assert (found.prompts, found.answers) == (1, 7)


def test_models_that_differ_on_each_prompt_are_told_apart() -> None:
    """However far the prompts are from each other."""
    rng = rng_of(1)
    asked = [
        answers(
            [n + rng.gauss(0, 0.1) for _ in "abcd"], [n + 1 + rng.gauss(0, 0.1) for _ in "abcd"]
        )
        for n in range(6)
    ]

    found = mmd_test(asked, rng)

    assert found is not None
    assert found.p == 0.001


def test_equal_answers_are_no_evidence() -> None:
    """Every division is as extreme as the one that is there."""
    found = mmd_test([answers([1.0, 1.0], [1.0, 1.0])], rng_of(0))

    assert found is not None
    assert found.p == 1.0


def test_the_p_value_is_never_0() -> None:
    """With few permutations it says what they can say."""
    asked = [answers([0.0, 0.1], [9.0, 9.1]) for _ in range(9)]

    found = mmd_test(asked, rng_of(0), permutations=19)

    assert found is not None
    assert found.p == pytest.approx(1 / 20)


def test_with_many_prompts_there_are_fewer_permutations() -> None:
    """A full run must not take minutes to report."""
    asked = [answers([0.0, 0.1], [9.0, 9.1]) for _ in range(600)]

    found = mmd_test(asked, rng_of(0))

    assert found is not None
    assert found.p == pytest.approx(1 / 200)


def test_single_answers_cannot_be_tested() -> None:
    """Nothing tells how much they vary."""
    assert mmd_test([answers([1.0], [2.0, 3.0]), answers([1.0, 2.0], [3.0])], rng_of(0)) is None
    assert mmd_test([], rng_of(0)) is None


def test_power_rises_with_prompts_samples_and_difference() -> None:
    """A host that gives the same model's answers is found as often as the level says."""
    assert power(25, 1, share=1.0) == power(0, 10, share=1.0) == 0.0
    assert power(25, 10, share=0.0) == pytest.approx(0.05)
    assert power(25, 2, share=0.2) < power(25, 10, share=0.2) < power(100, 10, share=0.2)
    assert power(25, 10, share=1.0) == pytest.approx(1.0)
