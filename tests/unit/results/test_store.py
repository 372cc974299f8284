"""What was observed, a line a case."""

import pytest

from pytest_distill.errors import NOT_ASKED
from pytest_distill.records import (
    Case,
    Completion,
    IceSummary,
    IdentityVerdict,
    Likeness,
    LikenessVerdict,
    ModelSuite,
    Observation,
    SlotResult,
    Usage,
    Vote,
)
from pytest_distill.results.protocol import SummaryOptions
from pytest_distill.results.store import ResultStore
from tests.support.runs import new_store

CLEAN = IdentityVerdict(loose=False, strict=False, hard=False)


def observation(
    name: str, *, model: str = "m", usage: Usage | None = None, response: str | None = None
) -> Observation:
    """Return a clean answer."""
    case = Case(id=f"ice/{name}", suite="ice", query="Who?", probe_key=name, response=response)
    completion = Completion(text="I am X.", usage=usage or Usage())
    return Observation(
        case=case, model=model, judge="j", outcome="judged", completion=completion, verdict=CLEAN
    )


def ledger(*observations: Observation) -> ResultStore:
    """Return a ledger with these entries."""
    found = new_store()
    for one in observations:
        found.add(one)
    return found


def test_a_case_counts_once() -> None:
    """However often it comes, as when two workers run everything."""
    found = ledger(observation("a"), observation("b"), observation("a"))

    assert len(found) == 2
    summary = found.summaries("m", SummaryOptions(0.95))["ice"]
    assert isinstance(summary, IceSummary)
    assert summary.loose.n == 2


def test_the_order_does_not_matter() -> None:
    """Not for the numbers, and not for what names the cases."""
    one = ledger(observation("a"), observation("b"), observation("a", model="n"))
    two = ledger(observation("a", model="n"), observation("b"), observation("a"))

    options = SummaryOptions(0.9)
    assert one.summaries("m", options) == two.summaries("m", options)
    assert one.cases_sha256() == two.cases_sha256()
    assert one.cases_sha256() != ledger(observation("a")).cases_sha256()


def test_tokens_are_a_sum_over_all_or_none() -> None:
    """A sum over some calls would look like the sum over all."""
    counted = observation("a", usage=Usage(input_tokens=3, output_tokens=4))

    assert ledger(counted).cost().input_tokens == 3
    assert ledger(counted, observation("b")).cost().input_tokens is None
    assert ledger(counted, observation("b")).cost().calls == 2


def test_recorded_answers_cost_nothing() -> None:
    """Nobody was asked."""
    cost = ledger(observation("a", response="I am X.")).cost()

    assert (cost.calls, cost.input_tokens, cost.output_tokens) == (0, 0, 0)


LEAK = IdentityVerdict(loose=True, strict=True, hard=True)
ICE = ModelSuite("m", "ice")


def again(*, verdict: IdentityVerdict | None = None, why: str = "no answer") -> Observation:
    """Return another observation of case `a`; missing without a verdict."""
    outcome = {"outcome": "missing", "why_missing": why} if verdict is None else {}
    return observation("a").model_copy(update={"verdict": verdict, **outcome})


def ended(how: str = "ended") -> Observation:
    """Return what is left of case `a` where its test ended without an observation."""
    return again(why="killed").model_copy(update={"unobserved": how, "completion": None})


@pytest.mark.parametrize(
    ("observations", "strict", "missing"),
    [
        ([again(verdict=LEAK), observation("a")], 1.0, 0),
        ([observation("a"), again(verdict=LEAK)], 0.0, 0),
        ([again(verdict=LEAK), again()], 1.0, 0),
        ([again(), again(verdict=LEAK), observation("a")], 1.0, 0),
        ([ended(), again(verdict=LEAK)], 1.0, 0),
        ([again(verdict=LEAK), ended()], 1.0, 0),
        ([ended(), ended()], None, 1),
    ],
)
def test_the_first_verdict_counts(
    observations: list[Observation], strict: float | None, missing: int
) -> None:
    """A test that runs again gets no other chance; it may fill a missing one."""
    found = ledger(*observations)

    summary = found.summaries("m", SummaryOptions(0.95))["ice"]
    assert isinstance(summary, IceSummary)
    assert (summary.strict.value, summary.strict.missing) == (strict, missing)
    assert found.cases(ICE)[0].values is None if missing else found.cases(ICE)[0].values


def test_it_says_whether_an_observation_counts() -> None:
    """So that nobody else hears of one that does not; the last missing one says why."""
    found = new_store()

    told = [found.add(one) for one in (again(), ended(), again(why="unpaid"), again(verdict=LEAK))]

    assert told == [True, False, True, True]
    assert not found.add(observation("a"))


def test_a_case_without_an_observation_is_missing_and_not_observed() -> None:
    """It asked nothing, as far as anybody knows."""
    found = ledger(ended("crashed"), observation("b"))

    assert (len(found), found.observed, found.count(ICE)) == (2, 1, 2)
    assert found.unobserved == tuple(found.unobserved_of(ICE)) == (ended("crashed"),)
    assert found.ids() == {"m": ("ice/b",)}
    assert found.cases_sha256() == ledger(observation("b")).cases_sha256()
    assert found.cost().calls == 1


def test_a_finished_slot_stays_finished() -> None:
    """In any order; the reason of one that is not is known."""
    finished = SlotResult(suite="fuzz", model="m", slot="bare")
    killed = finished.model_copy(update={"is_finished": False, "why_unfinished": "killed"})
    other = killed.model_copy(update={"slot": "mut001", "why_unfinished": None})
    found = new_store()

    found.add_slot(killed)
    assert found.why_unfinished(ModelSuite("m", "fuzz")) == "bare: killed"
    for slot in (finished, killed, other):
        found.add_slot(slot)

    assert found.unfinished == (other,)
    assert found.why_unfinished(ModelSuite("m", "fuzz")) == ""


def voted(name: str, *, heard: str, silent: str, is_audit: bool = False) -> Observation:
    """Return the observation of a panel of judges with names of one letter."""
    votes = (
        *(Vote(judge=judge, loose=True, strict=True, hard=True) for judge in heard),
        *(
            Vote(judge=judge, loose=None, strict=None, hard=None, is_audit=is_audit)
            for judge in silent
        ),
    )
    return observation(name).model_copy(update={"judge": "panel", "votes": votes})


def test_a_judge_without_any_verdict_is_named() -> None:
    """One verdict is enough; what only checks another judge is none."""
    found = ledger(voted("a", heard="x", silent="yz"), voted("b", heard="xz", silent="y"))
    audited = ledger(voted("a", heard="", silent="yz", is_audit=True))

    assert found.silent_judges(ICE) == ["the judge y gave no verdict on any of 2 answers"]
    assert audited.silent_judges(ICE) == []


def test_a_judge_is_named_where_it_read_an_answer() -> None:
    """Not where there was none, nor where the reference gave none."""
    unread = again(why="unreadable")
    unasked = unread.model_copy(update={"completion": None})
    case = unread.case.model_copy(update={"id": "rse/a", "suite": "rse", "reference": "r"})
    alone = unread.model_copy(update={"case": case})

    assert ledger(unread).silent_judges(ICE) == ["the judge j gave no verdict on the only answer"]
    assert ledger(unasked).silent_judges(ICE) == []
    assert ledger(alone).silent_judges(ModelSuite("m", "rse")) == []


def test_a_judge_of_likeness_is_named_too() -> None:
    """A panel takes the mean of those that gave scores."""
    scores = Likeness(overall=3, style=3, structure=3, content=3)
    likeness = LikenessVerdict(scores=scores, judges={"x": True, "y": False})
    case = Case(id="rse/a", suite="rse", query="Who?", probe_key="a", reference="r")
    answer = Completion(text="I am X.")
    found = observation("a").model_copy(
        update={"case": case, "verdict": None, "reference": answer, "likeness": likeness}
    )

    told = ledger(found).silent_judges(ModelSuite("m", "rse"))

    assert told == ["the judge y gave no verdict on the only answer"]


def test_only_what_was_asked_for_costs() -> None:
    """Neither an answer from the cache, nor a case that the budget did not allow."""
    asked, cached = observation("a"), observation("b")
    known = Completion(text="I am X.", is_cached=True)
    unpaid = cached.model_copy(
        update={"outcome": "missing", "verdict": None, "completion": None, "is_unpaid": True}
    )

    assert ledger(asked, cached.model_copy(update={"completion": known})).cost().calls == 1
    assert ledger(asked, unpaid).cost().calls == 1
    assert ledger(asked, unpaid, cached).cost().calls == 2


def test_missing_cases_are_counted_by_reason() -> None:
    """What a message quotes, and whether a case was asked at all, are no reasons of their own."""
    found = new_store()
    for name, why in (
        ("a", "no answer to 'A'"),
        ("b", "no answer to 'B'"),
        ("c", f"{NOT_ASKED}the server is gone"),
        ("d", "the server is gone"),
        ("e", "the server is gone"),
        ("f", None),
    ):
        update = {"outcome": "missing", "verdict": None, "why_missing": why}
        found.add(observation(name).model_copy(update=update))
    found.add(observation("g"))
    found.add(observation("a", model="n"))

    assert [(each.model, each.reason, each.cases, each.of) for each in found.missing()] == [
        ("m", "the server is gone", 3, 7),
        ("m", "no answer to '…'", 2, 7),
        ("m", "no verdict", 1, 7),
    ]


def test_a_leak_that_is_judged_again_is_kept_once() -> None:
    """The first verdict counts here too."""
    verdict = IdentityVerdict(loose=True, strict=False, hard=False)
    leak = observation("a").model_copy(update={"verdict": verdict})

    assert [found.case for found in ledger(leak, leak).leaks()] == ["ice/a"]
    assert [found.case for found in ledger(leak, observation("a")).leaks()] == ["ice/a"]
    assert not ledger(observation("a"), leak).leaks()
