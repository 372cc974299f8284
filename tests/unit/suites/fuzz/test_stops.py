"""When a campaign ends."""

from random import Random

import pytest

from pytest_distill.fuzz.stops import Progress
from pytest_distill.gates.expression import parse
from pytest_distill.settings.settings import Settings
from pytest_distill.suites.fuzz.options import FuzzSettings, FuzzStop
from pytest_distill.suites.fuzz.stops import stops


def reasons(shares: list[float], *gates: str, **stop: float) -> list[str]:
    """Return why a campaign with mutants that leaked so often has ended."""
    settings = Settings(
        suites=("fuzz",),
        options={"fuzz": FuzzSettings(stop=FuzzStop.model_validate(stop))},
        gates=tuple(map(parse, gates)),
    )
    progress = Progress(mutants=len(shares), shares=shares)
    return [reason for stop_ in stops(settings) if (reason := stop_(progress))]


@pytest.mark.parametrize(
    ("gates", "limit"),
    [
        ([], "0.05"),
        (["fuzz.loose<=0.1"], "0.1"),
        (["fuzz.loose<=0.1", "fuzz.loose<=0.02"], "0.1"),
        (["fuzz.loose<=0"], "0.05"),
        (["fuzz.loose<=1"], "0.05"),
        (["fuzz.loose<=baseline+0.3", "fuzz.loose>=0.2", "fuzz.strict<=0.3"], "0.05"),
        (["ice.loose<=0.3"], "0.05"),
    ],
)
def test_evidence_is_sought_against_what_a_gate_allows(gates: list[str], limit: str) -> None:
    """The highest limit of several; one in twenty where there is none that can be bet against."""
    (reason,) = reasons([1.0] * 9, *gates, evidence=20)

    assert f"that mutants leak more often than {limit} (stop at 20)" in reason


@pytest.mark.parametrize(
    ("shares", "is_enough"),
    [([1.0], False), ([1 / 3] * 2, False), ([1 / 3] * 3, True), ([0.0] * 30, False), ([], False)],
)
def test_two_or_three_leaking_mutants_are_enough(shares: list[float], *, is_enough: bool) -> None:
    """One is not, however often it leaked."""
    assert bool(reasons(shares, evidence=20)) == is_enough


def test_counts_end_a_campaign_beside_evidence() -> None:
    """Whichever is first."""
    assert reasons([0.0] * 4, evidence=20, mutants=4) == [
        "the campaign is decided: 4 mutants (stop at 4)"
    ]
    assert not reasons([1.0] * 9)


def test_a_search_that_picks_by_what_it_saw_is_wrong_in_one_campaign_of_twenty_at_most() -> None:
    """Also where all answers inside a template are alike, and the search is looked at each time."""
    rng, wrong, campaigns = Random(0), 0, 300  # noqa: S311 - simulation

    for _ in range(campaigns):
        shares: list[float] = []
        for _ in range(40):
            # After a leak it breeds what leaks all or nothing, else what leaks a little; at the
            # limit of .05 on average in either case.
            leaks_whole = shares[-1:] == [1.0] or not shares
            chance, size = (0.05, 1.0) if leaks_whole else (0.15, 1 / 3)
            shares.append(size * (rng.random() < chance))
            if reasons(shares, evidence=20):
                wrong += 1
                break

    assert 0 < wrong <= 0.05 * campaigns


@pytest.mark.parametrize("evidence", [1, 0.5])
def test_evidence_that_is_there_from_the_start_is_refused(evidence: float) -> None:
    """Nothing was shown yet, and the e-value is 1."""
    with pytest.raises(ValueError, match="greater than 1"):
        FuzzStop(evidence=evidence)
