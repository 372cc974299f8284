"""What a lead means: how often unrelated models lead as far."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.stats.unrelated import Lead, LeadLaw, least_unusual, p_of_lead

LAW = LeadLaw(scale=0.3, exponent=-1.0, noise=0.5, shape=1.2, weight=16)
LEADS = st.builds(
    Lead, value=st.floats(-0.5, 1), error=st.floats(0, 0.2), families=st.integers(2, 40)
)
DECOYS = st.lists(st.lists(LEADS, max_size=3), max_size=6)


def drawn(chance: random.Random, law: LeadLaw, families: int, error: float, run: float) -> Lead:
    """Draw the lead of an unrelated model; `run` is the factor of these prompts and candidates."""
    units = chance.expovariate(1.0) * run
    return Lead(law.size(families, error) * units ** (1 / law.shape), error, families)


@given(lead=LEADS, further=st.floats(0, 1), decoys=DECOYS)
@settings(max_examples=200, derandomize=True, deadline=None)
def test_a_longer_lead_is_rarer(lead: Lead, further: float, decoys: list[list[Lead]]) -> None:
    """And a probability, of 1 where there is no lead."""
    p = p_of_lead(lead, LAW, decoys)

    assert 0 < p <= 1
    assert p_of_lead(lead._replace(value=lead.value + further), LAW, decoys) <= p
    assert lead.value > 0 or p == 1


@given(lead=LEADS, level=st.floats(0.5, 0.999), decoys=DECOYS)
@settings(max_examples=200, derandomize=True, deadline=None)
def test_the_least_unusual_lead_is_just_unusual(
    lead: Lead, level: float, decoys: list[list[Lead]]
) -> None:
    """The same question asked the other way round."""
    needed = least_unusual(lead.families, lead.error, LAW, decoys, level=level)

    assert p_of_lead(lead._replace(value=needed), LAW, decoys) == pytest.approx(1 - level)


def test_more_prompts_alone_never_make_certain() -> None:
    """What models have in common stays when the noise of the prompts is gone."""
    few, many = (p_of_lead(Lead(0.1, error, 8), LAW) for error in (0.05, 0.0))

    assert many < few
    assert many == pytest.approx((1 + LAW.units(Lead(0.1, 0.0, 8)) / 16) ** -16)
    assert many > 0.02


@pytest.mark.parametrize("families", [2, 5, 12])
def test_it_is_the_less_the_more_families_are_compared(families: int) -> None:
    """The nearest of many has a second one close by."""
    assert p_of_lead(Lead(0.1, 0.02, families), LAW) > p_of_lead(Lead(0.1, 0.02, families + 1), LAW)


def test_decoys_that_lead_far_make_every_lead_usual() -> None:
    """And those that hardly do make it rare."""
    lead = Lead(0.1, 0.01, 5)
    near, far = ([[Lead(value, 0.01, 4)]] * 4 for value in (0.01, 0.4))

    assert p_of_lead(lead, LAW, near) < p_of_lead(lead, LAW) < p_of_lead(lead, LAW, far)


def test_kin_are_one_decoy() -> None:
    """Ten snapshots of one model are no ten models."""
    one = Lead(0.2, 0.01, 4)

    assert p_of_lead(one, LAW, [[one] * 10]) == pytest.approx(p_of_lead(one, LAW, [[one]]))
    assert p_of_lead(one, LAW, [[]]) == p_of_lead(one, LAW)


@pytest.mark.parametrize("own", [0, 6])
@pytest.mark.parametrize("alpha", [0.05, 0.01])
def test_it_is_below_alpha_as_often_as_that_when_nobody_taught(own: int, alpha: float) -> None:
    """Over runs that differ, as the prior says; with and without decoys of their own."""
    chance = random.Random(own)  # noqa: S311 - a simulation
    runs, below = 20_000, 0
    for _ in range(runs):
        run = 1 / chance.gammavariate(LAW.weight, 1 / LAW.weight)
        decoys = [[drawn(chance, LAW, 5, 0.02, run)] for _ in range(own)]
        below += p_of_lead(drawn(chance, LAW, 6, 0.02, run), LAW, decoys) <= alpha

    assert below / runs == pytest.approx(alpha, abs=3 * math.sqrt(alpha / runs))
