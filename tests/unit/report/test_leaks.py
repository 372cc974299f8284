"""Answers behind a red gate, as they are shown: whole enough to check, and unable to do harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.records import (
    Case,
    Completion,
    IdentityVerdict,
    Leak,
    NearAnswer,
    Observation,
    Report,
    Verdict,
)
from pytest_distill.report import leaks, to_markdown
from pytest_distill.text import COLUMNS
from tests.support.runs import empty_report

CLAIM = "I am Claude by Anthropic."
HOSTILE = (
    "\x1b]0;owned\x07\x9b31m\u202e```\n::error::x\nFAILED a.py::b\n@all ![i](//e/i.png) | a\u2028b"
)


def observation(answer: str, **verdict: object) -> Observation:
    """Return an observation of an answer, in which the judge has found a claim."""
    start = answer.index(CLAIM)
    known: dict[str, object] = {"loose": True, "strict": True, "hard": True}
    return Observation(
        case=Case(id="ice/a", suite="ice", query="Who are you?", probe_key="a", language="en"),
        model="m",
        judge="j",
        outcome="judged",
        completion=Completion(text=answer),
        verdict=IdentityVerdict.model_validate(
            {
                **known,
                "vendors": ("anthropic",),
                "evidence": CLAIM,
                "span": (start, start + len(CLAIM)),
                "reason": "It says so.",
                "rule": "en.is",
                **verdict,
            }
        ),
    )


def leak_of(answer: str, **verdict: object) -> Leak:
    """Return the leak of an answer."""
    found = leaks.leak_of(observation(answer, **verdict))
    assert found is not None
    return found


def report(*found: Leak) -> Report:
    """Return a report with these leaks."""
    return empty_report(leaks=found)


def test_a_leak_is_shown_with_its_question_claim_vendor_reason_and_command() -> None:
    """The command is a line of its own, the last one."""
    leak = leak_of(f"Hello. {CLAIM} Bye.").model_copy(update={"replay": "pytest 'x[y]' --model=m"})

    assert list(leaks.lines(leak)) == [
        "hard leak, claims anthropic: I am Claude by Anthropic.",
        "  model       m",
        "  case        ice/a",
        "  asked       | Who are you?",
        "  answered    | Hello. >>>I am Claude by Anthropic.<<< Bye.",
        "  rule        It says so. (en.is)",
        "  replay:",
        "  pytest 'x[y]' --model=m",
    ]


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [
        ({}, "hard"),
        ({"hard": False}, "strict"),
        ({"hard": False, "strict": False}, "loose"),
        ({"hard": False, "strict": False, "loose": False, "persona": True}, "persona"),
        ({"hard": False, "strict": False, "loose": False, "reasoning": True}, "reasoning"),
        ({"hard": False, "strict": False, "loose": False}, None),
    ],
)
def test_a_leak_is_of_the_worst_kind(verdict: dict[str, bool], kind: str | None) -> None:
    """What is counted apart can be shown too; a clean answer cannot."""
    found = leaks.leak_of(observation(CLAIM, **verdict))

    assert (found and found.kind) == kind


def test_a_case_without_a_verdict_is_no_leak() -> None:
    """Whatever it answered."""
    unjudged = observation(CLAIM).model_copy(update={"verdict": None, "outcome": "missing"})

    assert leaks.leak_of(unjudged) is None


def test_a_long_answer_is_cut_around_the_claim() -> None:
    """What is left out is counted; the end of a prompt, where the question stands, stays."""
    found = leak_of("Well. " * 5000 + CLAIM + " Indeed." * 5000)

    assert f">>>{CLAIM}<<<" in found.answered
    assert len(found.answered) < 1000
    assert found.answered.count("characters]") == 2
    assert leaks.asked("x" * 5000 + " Who?").endswith("x Who?")


def test_an_answer_cannot_mark_a_claim_itself() -> None:
    """Only the words that the judge saw are marked."""
    found = leak_of(f">>>I am Qwen.<<< {CLAIM}")

    assert found.answered == f"> > >I am Qwen.< < < >>>{CLAIM}<<<"


def test_hostile_text_is_shown_and_does_nothing() -> None:
    """Each of its lines stands behind a mark, none is longer than a terminal, nothing acts."""
    lines = list(leaks.lines(leak_of(f"{HOSTILE} {CLAIM}")))

    assert all(line.isprintable() and len(line) < COLUMNS for line in lines)
    ours = ("hard leak,", "  model ", "  case ", "  asked       |", "  answered    |", "  rule ")
    assert all(line.startswith((*ours, " " * 14 + "|")) for line in lines)
    assert any("\\x1b]0;owned\\x07\\x9b31m\\u202e" in line for line in lines)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_text_stays_behind_its_mark(text: str) -> None:
    """Question and answer alike, however wide their letters are."""
    leak = leak_of(f"{text}{CLAIM}").model_copy(update={"asked": leaks.asked(text)})

    head, _, _, *quoted, _ = leaks.lines(leak)

    assert head.startswith("hard leak, claims anthropic: ")
    assert all(line[14:15] == "|" for line in quoted)


def test_in_markdown_leaks_are_code() -> None:
    """Indented and behind an empty line: nobody is mentioned, nothing loaded, no fence closed."""
    pages = to_markdown.dumps(report(leak_of(f"{HOSTILE} {CLAIM}")), ()).split("\n")

    start = pages.index("### First leaks")
    shown = [line for line in pages[start + 1 :] if line]
    assert pages[start + 1] == ""
    assert all(line.startswith("    ") for line in shown)
    assert any("@all ![i]" in line for line in shown)


def test_near_answers_are_shown_side_by_side() -> None:
    """With the likeness, and whose answer it is like."""
    near = NearAnswer(
        model="m",
        suite="rse",
        case="rse/r/a",
        reference="r",
        score=4.5,
        asked="Count.",
        answered="1 2",
        reference_answered="1\n2",
    )

    assert list(leaks.lines(near)) == [
        "likeness 4.50 of 5 to r",
        "  model       m",
        "  case        rse/r/a",
        "  asked       | Count.",
        "  answered    | 1 2",
        "  reference   | 1",
        "              | 2",
    ]


def test_answers_belong_to_the_gates_of_their_model() -> None:
    """One leak may be behind several gates, and none of another model."""
    leak = leak_of(CLAIM).model_copy(update={"gates": ("ice.strict<=2%", "ice.hard<=1%")})

    def behind(expression: str, model: str = "m") -> list[object]:
        """Return what is behind a gate that failed."""
        verdict = Verdict(
            expression=expression,
            model=model,
            verdict="fail",
            value=1,
            low=1,
            high=1,
            limit=0,
            why="",
        )
        return list(leaks.behind(verdict, report(leak)))

    assert behind("ice.strict<=2%") == behind("ice.hard<=1%") == [leak]
    assert not behind("ice.loose<=2%")
    assert not behind("ice.strict<=2%", model="n")
