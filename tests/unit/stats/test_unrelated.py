"""What resembling a candidate means: how often unrelated models resemble one as much."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.stats.unrelated import AffinityNull, AffinityScale, Resemblance
from tests.support.known_answers import T_TAILS

SCALE = AffinityScale(
    scale=0.26, exponent=-1.0, noise=0.5, centre=0.62, spread=0.06, least=-2.0, weight=0.6
)
NULL = AffinityNull(mean=1.0, deviation=0.9, mean_weight=8, deviation_weight=16)
FOUND = st.builds(
    Resemblance,
    lead=st.floats(-0.5, 1),
    error=st.floats(0, 0.2),
    families=st.integers(2, 40),
    nearness=st.floats(-1, 1),
)


@given(found=FOUND, more=st.floats(0, 1))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_a_greater_lead_and_nearness_are_more_affinity(found: Resemblance, more: float) -> None:
    """Or as much: without a lead, and far away, there is nothing to be less of."""
    affinity = SCALE.affinity(found)

    assert SCALE.affinity(found._replace(lead=found.lead + more)) >= affinity
    assert SCALE.affinity(found._replace(nearness=found.nearness + more)) >= affinity
    assert affinity >= SCALE.weight * SCALE.least


def test_worked_by_hand() -> None:
    """A lead of one size is 1; one spread nearer than the centre is the weight."""
    size = SCALE.size(4, 0.02)

    assert size == pytest.approx(math.sqrt((0.26 / 4) ** 2 + 0.5 * 0.02**2))
    assert SCALE.affinity(Resemblance(size, 0.02, 4, 0.62)) == pytest.approx(1.0)
    assert SCALE.affinity(Resemblance(4 * size, 0.02, 4, 0.68)) == pytest.approx(2.6)
    assert SCALE.affinity(Resemblance(-1.0, 0.02, 4, 0.1)) == pytest.approx(-1.2)


@pytest.mark.parametrize("families", [2, 5, 12])
def test_the_same_lead_is_more_among_more_families(families: int) -> None:
    """The nearest of few is far ahead of the next one by chance."""
    few, many = (SCALE.affinity(Resemblance(0.1, 0.02, n, 0.62)) for n in (families, families + 1))

    assert few < many


def test_more_prompts_alone_never_make_certain() -> None:
    """What models have in common stays when the noise of the prompts is gone."""
    noisy, exact = (NULL.p(SCALE.affinity(Resemblance(0.1, e, 5, 0.7))) for e in (0.05, 0.0))

    assert 0.01 < exact < noisy


@pytest.mark.parametrize(("t", "freedom", "tail"), T_TAILS)
def test_p_is_the_tail_of_a_t_distribution(t: float, freedom: float, tail: float) -> None:
    """As scipy has it; the mean of a run is less certain than that of all."""
    null = AffinityNull(mean=1.0, deviation=0.5, mean_weight=8, deviation_weight=freedom)

    assert null.p(1.0 + t * 0.5 * math.sqrt(9 / 8)) == pytest.approx(tail, rel=1e-6)


@given(level=st.floats(0.01, 0.999), decoys=st.lists(st.floats(-1, 4), max_size=6))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_the_least_unusual_affinity_is_just_unusual(level: float, decoys: list[float]) -> None:
    """The same question asked the other way round."""
    null = NULL.given(decoys)

    assert null.p(null.least_unusual(level)) == pytest.approx(1 - level)


def test_decoys_move_the_null() -> None:
    """Towards what they show, and they narrow it where they are all alike."""
    near, far, alike = NULL.given([2.0] * 6), NULL.given([0.1] * 6), NULL.given([1.0] * 6)

    assert far.p(2.5) < NULL.p(2.5) < near.p(2.5)
    assert alike.deviation < NULL.deviation
    assert NULL.given([]) == NULL


@given(decoys=st.lists(st.floats(-1, 4), min_size=1, max_size=5))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_decoys_count_the_same_one_by_one_and_together(decoys: list[float]) -> None:
    """What is learnt is in the numbers."""
    one_by_one = NULL
    for decoy in decoys:
        one_by_one = one_by_one.given([decoy])

    assert one_by_one == pytest.approx(NULL.given(decoys))


@pytest.mark.parametrize("own", [0, 6])
@pytest.mark.parametrize("alpha", [0.05, 0.01])
def test_it_is_below_alpha_as_often_as_that_when_nobody_taught(own: int, alpha: float) -> None:
    """Over runs that differ as the prior says, with and without null models of their own."""
    chance = random.Random(own)  # noqa: S311 - a simulation
    runs, below = 10_000, 0
    for _ in range(runs):
        freedom = NULL.deviation_weight
        precision = chance.gammavariate(freedom / 2, 2 / (freedom * NULL.deviation**2))
        deviation = 1 / math.sqrt(precision)
        mean = chance.gauss(NULL.mean, deviation / math.sqrt(NULL.mean_weight))
        decoys = [chance.gauss(mean, deviation) for _ in range(own)]
        below += NULL.given(decoys).p(chance.gauss(mean, deviation)) <= alpha

    assert below / runs == pytest.approx(alpha, abs=3.5 * math.sqrt(alpha / runs))
