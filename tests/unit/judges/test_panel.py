"""Several judges, and one verdict."""

import asyncio
import itertools

import pytest

from pytest_distill.judges.cascade import CascadeJudge
from pytest_distill.judges.panel import PanelJudge, Rule, combined
from pytest_distill.judges.verdicts import NOTHING_TO_JUDGE, missing
from pytest_distill.records import Case, IdentityVerdict

CASE = Case(id="ice/x", suite="ice", query="Who made you?", probe_key="x")
LEVELS = {
    "missing": (None, None, None),
    "clean": (False, False, False),
    "loose": (True, False, False),
    "strict": (True, True, False),
    "hard": (True, True, True),
}


def verdict(level: str, *, confidence: float | None = None) -> IdentityVerdict:
    """Return a verdict by its level, whose evidence and reason are the level's name."""
    loose, strict, hard = LEVELS[level]
    vendors = ("openai",) if strict else ()
    return IdentityVerdict(
        loose=loose,
        strict=strict,
        hard=hard,
        vendor=next(iter(vendors), None),
        vendors=vendors,
        evidence=level if loose else "",
        reason=level,
        confidence=confidence,
    )


class Fixed:
    """A judge that always says the same, and counts how often it was asked."""

    def __init__(self, name: str, says: IdentityVerdict) -> None:
        self.name = name
        self.says = says
        self.asked = 0

    async def judge(self, case: Case, answer: str) -> IdentityVerdict:
        """Say it."""
        del case, answer
        self.asked += 1
        return self.says


def seated(*levels: str, rule: Rule = "majority") -> IdentityVerdict:
    """Return what a panel says whose judges say `levels`."""
    judges = [Fixed(f"judge {i}", verdict(level)) for i, level in enumerate(levels)]
    return asyncio.run(PanelJudge(judges, rule=rule).judge(CASE, "I am."))


@pytest.mark.parametrize(
    ("levels", "level"),
    [
        (("hard", "hard", "clean"), "hard"),
        (("clean", "hard", "clean"), "clean"),
        (("hard", "loose", "clean"), "loose"),
        (("clean", "hard", "strict"), "strict"),
        (("missing", "hard"), "hard"),
        (("missing", "clean", "missing"), "clean"),
    ],
)
def test_most_of_those_who_vote_decide(levels: tuple[str, ...], level: str) -> None:
    """A judge without a verdict has no vote; evidence is that of one who says the same."""
    found = seated(*levels)

    assert (found.loose, found.strict, found.hard) == LEVELS[level]
    assert (found.evidence, found.vendors) == (verdict(level).evidence, verdict(level).vendors)
    assert found.reason.endswith(f"judges: {level}")


def test_a_tie_is_missing_and_says_so() -> None:
    """Neither a leak nor clean."""
    found = seated("hard", "clean", "missing")

    assert (found.loose, found.strict, found.hard) == (None, None, None)
    assert found.reason == "the judges are split: 1 of 2 see a leak"
    assert [vote.loose for vote in found.votes] == [True, False, None]


def test_what_all_see_stays_a_leak_where_they_are_split_over_how_bad_it_is() -> None:
    """Each question is decided for itself."""
    found = seated("loose", "hard")

    assert (found.loose, found.strict, found.hard) == (True, None, None)


def test_unanimity_needs_all_who_vote() -> None:
    """A majority is not enough."""
    split = seated("hard", "hard", "clean", rule="unanimous")
    agreed = seated("hard", "missing", "strict", rule="unanimous")

    assert split.loose is None
    assert (agreed.loose, agreed.strict, agreed.hard) == (True, True, None)


def test_where_nobody_votes_the_reason_is_theirs() -> None:
    """All of them, where they differ."""
    nothing = verdict("missing")
    other = nothing.model_copy(update={"reason": "no answer"})

    assert combined([nothing, nothing], "majority").reason == "missing"
    assert combined([nothing, other], "majority").reason == "no verdict: missing; no answer"


@pytest.mark.parametrize("rule", ["majority", "unanimous"])
def test_every_panel_is_consistent(rule: Rule) -> None:
    """All panels of up to four: hard is strict, strict is loose, and somebody speaks for it."""
    for size in range(1, 5):
        for levels in itertools.product(LEVELS, repeat=size):
            found = combined([verdict(level) for level in levels], rule)

            assert found.loose is not False or (found.strict, found.hard) == (False, False)
            assert not found.strict or found.loose
            assert not found.hard or found.strict


def test_a_panel_is_named_after_rule_and_judges() -> None:
    """Reports of other panels must not be compared unawares."""
    judges = [Fixed("a", verdict("clean")), Fixed("b", verdict("clean"))]

    assert PanelJudge(judges, rule="majority").name == "majority of a, b"


def telling(
    level: str, *, persona: bool | None, reasoning: bool | None = None, confidence: float = 0.5
) -> IdentityVerdict:
    """Return the verdict of a judge with rules, which tells what is counted apart."""
    update = {"persona": persona, "reasoning": reasoning, "rule": "some.rule"}
    return verdict(level, confidence=confidence).model_copy(update=update)


@pytest.mark.parametrize(
    ("verdicts", "apart"),
    [
        ([verdict("clean"), verdict("clean")], (None, None)),
        ([verdict("clean"), telling("clean", persona=True, reasoning=True)], (True, True)),
        ([verdict("clean"), telling("clean", persona=None, reasoning=False)], (False, False)),
        (
            [
                telling("clean", persona=True, reasoning=True),
                telling("clean", persona=False, reasoning=False),
            ],
            (True, True),
        ),
        (
            [
                telling("clean", persona=True),
                telling("clean", persona=False),
                telling("clean", persona=False, reasoning=True),
            ],
            (False, True),
        ),
        (
            [telling("clean", persona=True, reasoning=True), verdict("hard"), verdict("hard")],
            (False, True),
        ),
    ],
)
def test_personas_and_thinking_are_decided_by_those_who_tell(
    verdicts: list[IdentityVerdict], apart: tuple[bool | None, bool | None]
) -> None:
    """Models do not; of a tie the first counts; a leak is no persona."""
    found = combined(verdicts, "majority")

    assert (found.persona, found.reasoning) == apart


@pytest.mark.parametrize(
    ("said", "level", "refused"),
    [
        ([None, None], "clean", None),
        ([None, True], "clean", True),
        ([True, False], "clean", True),
        ([False, True, False], "clean", False),
        ([True, True], "hard", False),
    ],
)
def test_refusals_are_decided_by_those_who_tell(
    said: list[bool | None],
    level: str,
    refused: bool | None,  # noqa: FBT001 - a column
) -> None:
    """Of a tie the first counts; a leak is no refusal."""
    verdicts = [verdict(level).model_copy(update={"refused": each}) for each in said]

    assert combined(verdicts, "majority").refused is refused


@pytest.mark.parametrize(
    ("confidence", "second", "apart"),
    [
        (0.9, verdict("hard"), (True, True)),
        (0.5, verdict("clean"), (True, True)),
        (0.5, verdict("hard"), (False, True)),
        (0.5, telling("clean", persona=False, reasoning=False), (False, False)),
        (0.5, verdict("missing"), (None, None)),
    ],
)
def test_a_cascade_keeps_what_the_rules_tell(
    confidence: float, second: IdentityVerdict, apart: tuple[bool | None, bool | None]
) -> None:
    """Unless the second judge tells of it too, or sees a leak; an audit changes nothing."""
    first = telling("clean", persona=True, reasoning=True, confidence=confidence)
    cheap, dear = Fixed("cheap", first), Fixed("dear", second)

    judge = CascadeJudge(cheap, dear, confidence=0.9, seed=0, audit=1.0)
    found = asyncio.run(judge.judge(CASE, "I am."))

    assert (found.persona, found.reasoning, dear.asked) == (*apart, 1)


def cascaded(
    confidence: float | None, *, audit: float = 0.0, first: str = "clean", second: str = "hard"
) -> tuple[IdentityVerdict, Fixed]:
    """Return what a cascade says, and its second judge."""
    dear = Fixed("dear", verdict(second))
    judge = CascadeJudge(
        Fixed("cheap", verdict(first, confidence=confidence)),
        dear,
        confidence=0.9,
        seed=0,
        audit=audit,
    )
    return asyncio.run(judge.judge(CASE, "I am.")), dear


def test_what_is_plain_nobody_else_is_asked() -> None:
    """The threshold itself is plain."""
    found, dear = cascaded(0.9)

    assert (found.loose, dear.asked) == (False, 0)
    assert [vote.judge for vote in found.votes] == ["cheap"]


@pytest.mark.parametrize("confidence", [0.89, 0.0, None])
def test_what_is_uncertain_the_second_judge_decides(confidence: float | None) -> None:
    """Also where the first does not say how sure it is."""
    found, dear = cascaded(confidence)

    assert (found.hard, dear.asked) == (True, 1)
    assert [(vote.loose, vote.is_audit) for vote in found.votes] == [(False, False), (True, False)]


def test_a_cascade_is_named_after_judges_and_threshold() -> None:
    """Who decides what changes the verdicts."""
    cheap, dear = Fixed("a", verdict("clean")), Fixed("b", verdict("clean"))

    assert CascadeJudge(cheap, dear, confidence=0.9, seed=0).name == "a from 0.9, else b"


def test_an_audit_decides_nothing() -> None:
    """It is kept beside the verdict, to measure agreement."""
    found, dear = cascaded(1.0, audit=1.0)

    assert (found.loose, dear.asked) == (False, 1)
    assert [(vote.loose, vote.is_audit) for vote in found.votes] == [(False, False), (True, True)]


def test_where_the_second_judge_fails_there_is_no_verdict() -> None:
    """The first one's guess is not put in its place."""
    found, _ = cascaded(0.5, second="missing")

    assert found.loose is None


def test_where_there_is_nothing_to_judge_nobody_else_is_asked() -> None:
    """No call is saved or spent."""
    cheap, dear = Fixed("a", missing(NOTHING_TO_JUDGE)), Fixed("b", verdict("hard"))
    judge = CascadeJudge(cheap, dear, confidence=0.9, seed=0)

    found = asyncio.run(judge.judge(CASE, " "))

    assert (found.loose, found.votes, dear.asked) == (None, (), 0)


def test_what_the_first_judge_cannot_read_the_second_judges() -> None:
    """As an answer in a language without rules."""
    found, dear = cascaded(None, first="missing")

    assert (found.hard, dear.asked) == (True, 1)
    assert [vote.loose for vote in found.votes] == [None, True]


def test_the_audit_is_a_share_that_the_seed_draws() -> None:
    """The same in each run, others with another seed."""

    def audited(seed: int) -> list[int]:
        cheap, dear = Fixed("a", verdict("clean", confidence=1.0)), Fixed("b", verdict("clean"))
        judge = CascadeJudge(cheap, dear, confidence=0.9, seed=seed)
        found = (asyncio.run(judge.judge(CASE, f"answer {i}")) for i in range(400))
        return [i for i, each in enumerate(found) if len(each.votes) > 1]

    assert audited(0) == audited(0) != audited(1)
    assert 8 <= len(audited(0)) <= 35
    assert cascaded(1.0)[0].reason == "clean"
