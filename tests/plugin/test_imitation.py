"""``--suite imitation --reference SPEC --base SPEC``: closures of style and of capability."""

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.cli import main
from tests.support.imitation import BASE, TEACHER, student
from tests.support.pytest_runs import Run

RECORDED = Path(__file__).resolve().parents[2] / "fixtures" / "recorded" / "teacher.jsonl"
SUITE = ("--suite=imitation", "-p", "no:cacheprovider")
WHOLE = (
    *SUITE,
    f"--model={student('style=0.9&knowledge=0.1')}",
    f"--reference={TEACHER}",
    f"--base={BASE}",
    "--distill-limit=150",
)


def report(path: Path) -> dict[str, Any]:
    """Read the summary of the only model."""
    (summaries,) = json.loads(path.read_text())["models"].values()
    return dict(summaries["imitation"])


def write(path: Path, *lines: object) -> Path:
    """Write JSON lines."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_a_student_that_only_sounds_like_its_teacher(inside: Run, tmp_path: Path) -> None:
    """The report says so in numbers and words, and a gate holds the gap against a limit."""
    out = tmp_path / "r.json"

    result = inside(*WHOLE, f"--distill-report=json:{out}", "--distill-gate=imitation.gap<=0.3")

    found = report(out)
    assert result.ret == 1
    assert found["statements"]["imitation"] == "style only"
    assert found["statements"]["base"] == "base"
    assert found["style_closure"]["low"] > 0.5 > found["capability_closure"]["high"]
    assert found["gap"]["value"] == pytest.approx(
        found["style_closure"]["value"] - found["capability_closure"]["value"]
    )
    assert set(found["by_category"]) == {"arithmetic", "code", "facts", "open", "reading"}
    result.stdout.fnmatch_lines(
        [
            "FAIL: the closure of style less that of capability is 0.*, limit 0.3",
            "imitation · student · 150 measured, 0 missing · reference teacher · base base",
            "  imitated: style only",
            "*student*base*ceiling*closure*n",
            "  style *",
            "  capability *",
            "  gap *",
            "  capability by category",
            "*questions are public*",
        ],
        consecutive=False,
    )


def test_a_fresh_clone_has_a_teacher_whose_prompts_alone_are_asked(
    inside: Run, tmp_path: Path
) -> None:
    """What it did not answer is left out beforehand, and the header says how much that is."""
    out = tmp_path / "r.json"

    result = inside(
        *SUITE,
        "--model=simulated:small?accuracy=0.3&manner=lister",
        f"--reference=recorded:{RECORDED}",
        "--distill-samples=2",
        f"--distill-report=json:{out}",
    )

    found = report(out)
    assert result.ret == 0
    assert (found["style"]["n"], found["accuracy"]["n"]) == (32, 51)
    assert found["style"]["missing"] == found["accuracy"]["missing"] == 0
    assert found["accuracy_teacher"]["value"] == pytest.approx(45 / 51)
    assert found["style_closure"]["value"] is None
    assert found["style"]["value"] > 0.5
    result.stdout.fnmatch_lines(
        ["*imitation: * are left out*", "*without --base SPEC*"], consecutive=False
    )


def test_a_run_that_goes_on_from_its_log_has_the_numbers_of_a_whole_one(
    inside: Run, tmp_path: Path
) -> None:
    """Every case is counted once, whichever session asked it."""
    log, whole, resumed = tmp_path / "run.jsonl", tmp_path / "w.json", tmp_path / "r.json"

    inside(*WHOLE, f"--distill-report=json:{whole}")
    inside(*WHOLE, f"--distill-run={log}", "-k", "facts or instructions")
    inside(*WHOLE, f"--distill-run={log}", f"--distill-report=json:{resumed}")

    assert report(resumed) == report(whole)


def test_questions_of_a_users_own_are_asked_instead_of_the_shipped_ones(
    inside: Run, tmp_path: Path
) -> None:
    """A file whose lines have answers holds questions; another one holds open prompts."""
    asked = write(tmp_path / "trade.jsonl", {"question": "Who baked it?", "answers": ["Ada"]})
    opened = write(tmp_path / "talk.jsonl", *({"prompt": f"Why is {n}?"} for n in range(3)))
    told = "{}\n\nGive only the answer."
    teacher = write(
        tmp_path / "teacher.jsonl",
        {"prompt": told.format("Who baked it?"), "response": "Ada baked it."},
        *({"prompt": f"Why is {n}?", "response": "It is."} for n in range(3)),
    )
    out = tmp_path / "r.json"

    result = inside(
        *SUITE,
        "--model=simulated:small?accuracy=0.3",
        f"--reference=recorded:{teacher}",
        f"--prompts={asked}",
        f"--prompts={opened}",
        f"--distill-report=json:{out}",
    )

    found = report(out)
    assert result.ret == 0
    assert (found["accuracy"]["n"], found["style"]["n"]) == (1, 3)
    assert set(found["by_category"]) == {"open", "trade"}
    assert found["accuracy_teacher"]["value"] == 1
    result.stdout.no_fnmatch_line("*left out*")


def test_a_reference_that_answered_none_of_the_prompts_is_a_usage_error(
    refused: Run, tmp_path: Path
) -> None:
    """Before anything is asked."""
    other = write(tmp_path / "other.jsonl", {"prompt": "Who?", "response": "Ada."})

    result = refused(*SUITE, "--model=simulated:small?accuracy=1", f"--reference=recorded:{other}")

    result.stderr.fnmatch_lines(["*none of its 617 prompts has a recorded answer of all of other"])


def test_a_question_cannot_pass_for_an_open_prompt(refused: Run, tmp_path: Path) -> None:
    """The category has a meaning of its own."""
    line = {"question": "Who?", "answers": ["Ada"], "category": "open"}
    path = write(tmp_path / "own.jsonl", line)

    result = refused(
        *SUITE,
        "--model=simulated:small?accuracy=1",
        f"--reference={TEACHER}",
        f"--prompts={path}",
    )

    result.stderr.fnmatch_lines(["*'question-000001' has the category 'open'*rename it"])


def test_a_question_is_asked_once(refused: Run, tmp_path: Path) -> None:
    """Two with one text would be one case, and one of the answers would be lost."""
    lines = ({"question": "Who?", "answers": name} for name in ("Ada", "Ida"))
    path = write(tmp_path / "own.jsonl", *lines)

    result = refused(
        *SUITE,
        "--model=simulated:small?accuracy=1",
        f"--reference={TEACHER}",
        f"--prompts={path}",
    )

    result.stderr.fnmatch_lines(["*'question-000002' asks the same as 'question-000001'*"])


def test_a_gate_on_a_closure_needs_a_base(refused: Run) -> None:
    """It would be inconclusive in every run."""
    result = refused(
        *SUITE,
        "--model=simulated:small?accuracy=1",
        f"--reference={TEACHER}",
        "--distill-gate=imitation.gap<=0.3",
    )

    result.stderr.fnmatch_lines(["*gate 'imitation.gap<=0.3' needs a base model: give --base*"])


def test_a_run_may_end_as_soon_as_its_gates_are_decided(inside: Run, tmp_path: Path) -> None:
    """A prompt is in the same look with all of its references."""
    out = tmp_path / "r.json"

    inside(
        *WHOLE[:-1],
        "--reference=simulated:other?accuracy=0.9&manner=designer",
        "--distill-gate=imitation.style_closure>=0.2",
        "--distill-stop",
        f"--distill-report=json:{out}",
    )

    (gate,) = json.loads(out.read_text())["gates"]
    assert gate["verdict"] == "pass"
    assert report(out)["style"]["n"] < 286
    assert set(report(out)["by_reference"]) == {"teacher", "other"}


def test_what_a_run_needs_is_known_before_it_is_paid_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A call to each of the three for every prompt."""
    status = main(
        [
            *("plan", "--suite", "imitation", "--model", "simulated:small?accuracy=1"),
            *("--reference", TEACHER, "--base", BASE, "--limit", "100"),
        ]
    )

    printed = capsys.readouterr().out
    assert status == 0
    for role in ("small", "reference teacher", "base"):
        assert f"imitation · {role} · 100 calls" in printed
