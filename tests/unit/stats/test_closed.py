"""How much of the way from base to teacher a student has gone."""

from random import Random

import pytest

from pytest_distill.stats.closed import Values, closed


def rng_of(seed: int) -> Random:
    """Return a source of chance."""
    return Random(seed)  # noqa: S311 - chance, not secrets


def guesses(rng: Random, chance: float, prompts: int = 200) -> Values:
    """Return a right or wrong guess on each prompt."""
    return {str(n): [1.0 if rng.random() < chance else -1.0] for n in range(prompts)}


def test_half_of_the_way_is_half() -> None:
    """The interval holds it."""
    rng = rng_of(0)

    found = closed(guesses(rng, 0.95), guesses(rng, 0.725), guesses(rng, 0.5))

    assert found.value == pytest.approx(0.5, abs=0.1)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.5 < found.high
    assert (found.n, found.clusters) == (200, 200)


def test_the_bounds_are_where_the_difference_is_just_shown() -> None:
    """Fieller's: at a bound r, base - student - r (base - resample) is as far from 0 as t says."""
    base, student = {"0": [1.0], "1": [1.0], "2": [0.0]}, {"0": [0.0], "1": [1.0], "2": [0.0]}
    resample = {"0": [0.0, 0.0], "1": [0.0], "2": [-1.0]}

    found = closed(base, student, resample, level=0.5)

    # base - student: 1, 0, 0; base - resample: 1, 1, 1; t of one half and two degrees: .8165
    assert found.value == pytest.approx(1 / 3)
    assert found.low == pytest.approx(1 / 3 - 0.8165 / 3, abs=1e-4)
    assert found.high == pytest.approx(1 / 3 + 0.8165 / 3, abs=1e-4)


def test_guesses_that_err_together_widen_it() -> None:
    """As if the t quantile were greater."""
    rng = rng_of(0)
    arms = [guesses(rng, chance) for chance in (0.95, 0.725, 0.5)]

    alone, mutual = closed(*arms), closed(*arms, mutual=1.0)

    assert mutual.value == alone.value
    assert (mutual.high or 0) - (mutual.low or 0) > 1.4 * ((alone.high or 0) - (alone.low or 0))


def test_without_a_way_to_go_it_is_undefined() -> None:
    """A base that cannot be told from the teacher, or is only by chance."""
    rng = rng_of(1)

    assert closed(guesses(rng, 0.5), guesses(rng, 0.5), guesses(rng, 0.5)).value is None
    assert closed(guesses(rng, 0.1), guesses(rng, 0.5), guesses(rng, 0.9)).value is None


def test_only_prompts_that_all_three_have_count() -> None:
    """Of one there is no number."""
    one = {"0": [1.0]}

    assert closed(one, one, one).value is None
    assert closed({}, one, one).n == 0


def test_where_nothing_varies_there_is_no_interval() -> None:
    """Then nothing tells how much other prompts would."""
    found = closed({"0": [1.0], "1": [1.0]}, {"0": [0.0], "1": [0.0]}, {"0": [0.0], "1": [0.0]})

    assert (found.value, found.low, found.high) == (1.0, None, None)
