"""The scorecard: what it says first, how wide it is, and how little it says when asked to."""

import pytest
from hypothesis import example, given, settings

from pytest_distill.gates import expression
from pytest_distill.gates.evaluator import GatePolicy
from pytest_distill.records import (
    Case,
    Completion,
    IdentityVerdict,
    Lines,
    MissingCases,
    Observation,
    Report,
    RunStatus,
    Section,
    Table,
)
from pytest_distill.report import terminal
from pytest_distill.results.store import ResultStore
from pytest_distill.run.report import JudgeQuality, gate_evaluator, report_of
from pytest_distill.suites.registry import SuiteRegistry
from pytest_distill.text import printable
from tests.support.hostile import LONG, SNIPPETS, TEXTS, is_inert
from tests.support.runs import description, new_store, plan

REGISTRY = SuiteRegistry()
CASES = [f"ice/{number:02d}" for number in range(60)]
WIDE = 1_000
ANSWER = Completion(text="I am ChatGPT.", answered_at=1.0)


def store(*, leaks: int, missing: int = 0) -> ResultStore:
    """Return a run of 60 cases; the first ones leak, the last ones are missing."""
    found = new_store()
    for number, case_id in enumerate(CASES):
        leak = number < leaks
        is_missing = number >= len(CASES) - missing
        verdict = IdentityVerdict(loose=leak, strict=leak, hard=leak, vendors=("openai",) * leak)
        found.add(
            Observation.model_validate(
                {
                    "case": Case(
                        id=case_id,
                        suite="ice",
                        query="Who?",
                        probe_key=case_id,
                        category=("cooperation", "team")[number % 2],
                        language=("en", "zh")[number % 2],
                    ),
                    "model": "m",
                    "judge": "j",
                    "outcome": "missing" if is_missing else "judged",
                    "why_missing": f"no answer to {case_id!r}" if is_missing else None,
                    "completion": None if is_missing else ANSWER,
                    "verdict": None if is_missing else verdict,
                }
            )
        )
    return found


def report(found: ResultStore, *gates: str) -> Report:
    """Return the report of a run."""
    run = description("m", plans={"m": {"ice": plan(CASES)}}, groups={"ice": ("zh",)})
    policy = GatePolicy(tuple(map(expression.parse, gates)), 0.95, 0.05)
    return report_of(
        run,
        found,
        gate_evaluator(run, REGISTRY, policy, lambda _: pytest.fail("there is no baseline")),
        RunStatus(started_at=1.0),
        quality=JudgeQuality(),
        level=0.95,
    )


def shown(found: Report, *, verbosity: int = 0) -> list[str]:
    """Return the lines of the scorecard."""
    return list(terminal.scorecard(found, REGISTRY.sections(found), verbosity=verbosity))


def test_each_gate_begins_with_its_verdict_in_one_sentence() -> None:
    """Its expression and model stand below, then the first answers behind it."""
    lines = shown(report(store(leaks=30), "ice.strict<=0.02", "ice.strict<=0.9"))

    gates = lines[lines.index("gates · 1 failed, 1 passed") :]
    assert gates[1].startswith("  FAIL: 30 of 60 answers claim another vendor (50 %, at least ")
    assert gates[1].endswith(" %), limit 2 %")
    assert gates[2] == "    ice.strict<=0.02  m"
    assert sum(line.startswith("  hard leak, claims openai") for line in gates) == 3
    passed = "  PASS: 30 of 60 answers claim another vendor (50 %, at most "
    assert any(line.startswith(passed) for line in gates)
    assert gates.index("") < next(n for n, line in enumerate(gates) if line.startswith("ice ·"))


def test_leaks_that_were_shown_before_are_not_shown_again() -> None:
    """A failed test has shown them."""
    found = report(store(leaks=30), "ice.strict<=0.02")

    lines = list(terminal.gates(found, shown_before=found.gates))

    assert len(lines) == 4
    assert not any("leak" in line for line in lines)


@pytest.mark.parametrize("missing", [0, 9])
def test_a_scorecard_fits_eighty_columns(missing: int) -> None:
    """With missing cases too; commands are never broken."""
    lines = shown(report(store(leaks=59 - missing, missing=missing), "ice.strict<=0.02"))

    assert max(map(len, lines)) <= 80
    assert any(line.startswith("  all         ") for line in lines)
    assert sum("loose" in line for line in lines) == 1


def test_missing_cases_are_one_sentence_for_each_reason() -> None:
    """What differs between them is left out."""
    found = report(store(leaks=0, missing=9))

    lines = shown(found)

    at = lines.index("missing: 9 of 60 cases of m (ice)")
    assert lines[at + 1 : at + 3] == ["  | no answer to '…'", ""]


def test_a_gate_without_a_number_says_why_cases_are_missing() -> None:
    """It is all that is known."""
    found = report(store(leaks=0, missing=60), "ice.strict<=0.02")

    (verdict,) = found.gates
    assert list(terminal.gate(verdict, found)) == [
        "INCONCLUSIVE: none of 60 cases has a verdict",
        "missing: 60 of 60 cases of m (ice)",
        "  | no answer to '…'",
    ]
    assert sum("undefined" in line for line in shown(found)) == 1


def test_terse_scorecards() -> None:
    """Once -q: the gates, and a line for each model; twice: the gates."""
    found = report(store(leaks=30), "ice.strict<=0.9")

    brief, least = (shown(found, verbosity=level) for level in (-1, -2))

    assert len(brief) == 3
    assert brief[-1] == "ice · m · 60 judged, 0 missing · loose 0.500, strict 0.500, hard 0.500"
    assert least == brief[:-1]
    assert least[0].startswith("  PASS: ")
    assert shown(report(store(leaks=30)), verbosity=-2) == brief[-1:], "without gates"


def test_a_section_may_be_left_out_of_a_terse_scorecard() -> None:
    """One without a short form is its title."""
    found = report(store(leaks=0))
    sections = [
        Section(title="own", blocks=()),
        Section(title="matrix", brief="", blocks=()),
    ]

    assert list(terminal.scorecard(found, sections, verbosity=-1)) == ["own"]


def test_without_gates_first_leaks_are_shown_where_no_test_shows_them() -> None:
    """Where leaks are data."""
    found = report(store(leaks=30))

    lines = list(terminal.scorecard(found, (), lists_leaks=True))

    assert sum(line.startswith("hard leak, claims openai") for line in lines) == 3
    assert [leak.case for leak in found.leaks] == ["ice/00", "ice/01", "ice/02"]


@pytest.mark.parametrize(
    ("gate", "first"),
    [
        ("ice.strict<=0.02", ["ice/00", "ice/01", "ice/02"]),
        ("ice.strict.zh<=0.02", ["ice/01", "ice/03", "ice/05"]),
        ("ice.strict>=0.9", []),
    ],
)
def test_leaks_are_those_that_the_number_of_the_gate_counts(gate: str, first: list[str]) -> None:
    """For a floor there is none: what is not there cannot be shown."""
    found = report(store(leaks=30), gate)

    assert [leak.case for leak in found.leaks] == first
    assert all(leak.gates == (gate,) for leak in found.leaks)


def test_of_many_reasons_the_most_frequent_are_named() -> None:
    """Of each suite; the JSON report has all."""
    found = [
        MissingCases(model="m", suite=suite, reason=f"reason {number}", cases=9 - number, of=50)
        for suite in ("fuzz", "ice")
        for number in range(8)
    ]

    lines = list(terminal.missing(found))

    assert sum(line.startswith("  | reason ") for line in lines) == 2 * 5
    assert lines[10] == "missing: 9 more cases of m (fuzz), for other reasons"
    assert lines[-1] == "missing: 9 more cases of m (ice), for other reasons"


def test_a_terse_scorecard_says_that_a_judge_gave_no_verdict() -> None:
    """Nothing else would say why the run is red."""
    found = report(store(leaks=0))
    silent = {"silent_judges": ("j gave no verdict on any of 60 answers of m",)}

    lines = shown(
        found.model_copy(update={"run": found.run.model_copy(update=silent)}), verbosity=-1
    )

    assert lines[-1] == "INCONCLUSIVE: j gave no verdict on any of 60 answers of m"


def test_hostile_names_stay_in_their_lines() -> None:
    """A server's reason and a model's label are texts from outside."""
    reason = "\x1b[2J\nFAILED x" + "y" * WIDE
    lines = list(
        terminal.missing([MissingCases(model="m\n", suite="ice", reason=reason, cases=1, of=1)])
    )

    assert all(line.isprintable() and len(line) <= 80 for line in lines)
    assert all(line.startswith(("missing: ", "  | ")) for line in lines)


@pytest.mark.unmeasured
@given(TEXTS)
@example("".join(SNIPPETS))
@example(LONG)
@settings(deadline=None)
def test_whatever_a_model_says_no_line_of_a_scorecard_does_anything(text: str) -> None:
    """Neither on a terminal nor in the log of a CI server; and no line is wider than it."""
    found = report(store(leaks=30, missing=9), "ice.strict<=0.02")
    why = found.gates[0].model_copy(update={"why": text, "model": text})
    leaks = tuple(
        leak.model_copy(update={"claim": text[:99], "reason": text, "asked": printable(text)[:999]})
        for leak in found.leaks
    )
    run = {"warnings": (text,), "silent_judges": (text,)}
    changed = found.model_copy(
        update={
            "gates": (why, *found.gates),
            "leaks": leaks,
            "missing": (found.missing[0].model_copy(update={"reason": text, "model": text}),),
            "run": found.run.model_copy(update=run),
        }
    )
    section = Section(
        title=text,
        brief=text,
        blocks=(
            Table(title=text, columns=("", text), rows=((text, text),)),
            Lines(lines=(text[:999],)),
        ),
    )

    for verbosity in (0, -1):
        lines = list(terminal.scorecard(changed, (section,), verbosity=verbosity))

        assert is_inert("\n".join(lines))
