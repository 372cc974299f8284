"""How far judges agree."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.records import Vote
from pytest_distill.stats.agreement import effective_judges, krippendorff_alpha
from pytest_distill.stats.panels import Voted, cascade, panel
from tests.support.known_answers import KRIPPENDORFF

SAID = {"y": True, "n": False, "-": None}


@pytest.mark.parametrize("judges", KRIPPENDORFF)
def test_alpha_is_that_of_the_krippendorff_package(judges: tuple[str, ...]) -> None:
    """With missing verdicts, below chance, and in the example of Krippendorff (2011)."""
    cases = [[SAID[said] for said in case] for case in zip(*judges, strict=True)]

    assert krippendorff_alpha(cases) == pytest.approx(KRIPPENDORFF[judges], abs=1e-12)


def test_alpha_leaves_out_what_only_one_judged() -> None:
    """A case with one verdict has no pair, and one with none has nothing."""
    cases = [(True, True), (True, False), (False, False)]

    assert krippendorff_alpha([*cases, (True, None), (None, None)]) == krippendorff_alpha(cases)


@pytest.mark.parametrize("cases", [[], [(True, None)], [(True, True), (True, True)]])
def test_alpha_is_undefined_without_variation(cases: list[tuple[bool | None, ...]]) -> None:
    """Agreement by chance would be certain."""
    with pytest.raises(ValueError, match="undefined"):
        krippendorff_alpha(cases)


def test_judges_that_say_the_same_are_one() -> None:
    """However many."""
    assert effective_judges([(True,) * 4, (False,) * 4]) == 1


def test_judges_that_have_nothing_in_common_are_as_many_as_they_are() -> None:
    """A correlation of 0, and one below it, which counts as 0."""
    independent = [(True, True), (True, False), (False, True), (False, False)]
    opposed = [(True, False), (False, True)]

    assert effective_judges(independent) == effective_judges(opposed) == 2


def test_the_mean_correlation_of_pairs_counts() -> None:
    """Two judges agree, the third has nothing to do with them: rho is 1/3."""
    cases = [(a, a, b) for a in (True, False) for b in (True, False)]

    assert effective_judges(cases) == pytest.approx(3 / (1 + 2 / 3))


@pytest.mark.parametrize(
    "cases", [[], [(True,)], [(True, True), (True, False)], [(True, None), (None, False)]]
)
def test_without_variation_nobody_knows(cases: list[tuple[bool | None, ...]]) -> None:
    """A judge who says the same of all, or judged nothing with another, or is alone."""
    with pytest.raises(ValueError, match=r"two judges|undefined"):
        effective_judges(cases)


@settings(max_examples=100)
@given(st.lists(st.tuples(*[st.sampled_from([True, False, None])] * 3), min_size=4, max_size=30))
def test_a_panel_is_worth_one_to_all_of_its_judges(cases: list[tuple[bool | None, ...]]) -> None:
    """Or an unknown number."""
    try:
        worth = effective_judges(cases)
    except ValueError:
        return
    assert 1 - 1e-9 <= worth <= 3


def outcome(votes: str, *, is_audit: bool = False) -> Voted:
    """Return a case on which judges voted ``y``, ``n`` or ``-``; each leak is a strict one."""
    said = [SAID[vote] for vote in votes]
    ballots = tuple(
        Vote(judge=f"judge {i}", loose=vote, strict=vote, hard=vote, is_audit=is_audit and i > 0)
        for i, vote in enumerate(said)
    )
    return Voted(ballots, "t", "p")


def test_a_panel_tells_how_far_it_agrees() -> None:
    """Over what at least two judged."""
    cases = [outcome("yy"), outcome("nn"), outcome("yn"), outcome("y-")]

    found = panel(cases, rule="majority")

    assert found.judges == ("judge 0", "judge 1")
    assert found.loose == found.strict
    assert found.loose.n == 3
    assert found.loose.alpha == pytest.approx(4 / 9)
    assert found.loose.effective_judges == pytest.approx(2 / 1.5)


def test_a_panel_that_never_differs_knows_nothing_of_its_worth() -> None:
    """Nor one that judged nothing."""
    for cases in ([outcome("yy")], [], [outcome("")]):
        found = panel(cases, rule="unanimous")

        assert (found.loose.alpha, found.loose.effective_judges) == (None, None)


def test_a_cascade_tells_what_it_saved_and_what_that_cost() -> None:
    """Of five plain cases two were checked, once with another result; a third had no verdict."""
    cases = [
        *[outcome("n")] * 2,
        outcome("nn", is_audit=True),
        outcome("ny", is_audit=True),
        outcome("n-", is_audit=True),
        outcome("yn"),
        outcome(""),
    ]

    found = cascade(cases, confidence=0.9, level=0.95)

    assert (found.plain, found.uncertain, found.audited, found.saved) == (5, 1, 3, 2)
    assert (found.agreement.value, found.agreement.n, found.agreement.missing) == (0.5, 2, 1)
