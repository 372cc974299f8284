"""Cases without a verdict: one sentence for each reason, and red only beyond the allowed share."""

import json
from pathlib import Path

import pytest

from tests.support.pytest_runs import Run

DEAD = ("--suite=ice", "--model=openai:qwen@http://127.0.0.1:9/v1", "--distill-retries=0")
GATE = ("--distill-gate=ice.strict<=0.2", "--distill-limit=60")


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_a_dead_server_is_one_failure_and_one_sentence(inside: Run, workers: list[str]) -> None:
    """However many cases there are: all are counted, the first is shown."""
    result = inside(*DEAD, *workers)

    result.assert_outcomes(failed=162)
    lines = result.outlines
    assert sum(line.startswith("missing: http://127.0.0.1:9/") for line in lines) == 1
    assert sum(line.startswith("FAILED ") for line in lines) == 1
    assert len(lines) < 50
    result.stdout.fnmatch_lines(
        ["missing: 162 of 162 cases of qwen (ice)", "  | http://127.0.0.1:9/*connection failed:*"]
    )


WORDLESS = ["\x00", "…", "\u2800", "\x1b[0m", "\u0301", "{}", "0", "<think>a</think>.", "🙂"]


@pytest.mark.parametrize("answer", WORDLESS)
def test_an_answer_without_a_word_is_missing(inside: Run, tmp_path: Path, answer: str) -> None:
    """A model that says nothing has leaked nothing, and passes no gate."""
    lines = [json.dumps({"query": "Who are you?", "response": answer})] * 20
    path = tmp_path / "qwen.jsonl"
    path.write_text("\n".join(lines))
    report = tmp_path / "r.json"

    inside(
        *("--suite=ice", f"--transcripts={path}", "--distill-gate=ice.strict<=0.5"),
        f"--distill-report=json:{report}",
    )

    (gate,) = json.loads(report.read_text())["gates"]
    assert gate["verdict"] == "inconclusive"


def test_a_file_with_none_of_the_prompts_is_one_sentence(
    inside: Run, pytester: pytest.Pytester, tmp_path: Path
) -> None:
    """Also in the report, and for a gate."""
    pytester.path.joinpath("qwen.jsonl").write_text('{"prompt": "a", "response": "b"}\n')
    report = tmp_path / "r.json"

    result = inside(
        "--suite=ice", "--model=recorded:qwen.jsonl", *GATE, f"--distill-report=json:{report}"
    )

    result.assert_outcomes(failed=1, skipped=60)
    result.stdout.fnmatch_lines(
        [
            "INCONCLUSIVE: none of 60 cases has a verdict",
            "missing: 60 of 60 cases of qwen (ice)",
            "  | no recorded answer for these messages ('…'), sample 0, in qwen.jsonl",
        ]
    )
    assert json.loads(report.read_text())["missing"] == [
        {
            "model": "qwen",
            "suite": "ice",
            "reason": "no recorded answer for these messages ('…'), sample 0, in qwen.jsonl",
            "cases": 60,
            "of": 60,
        }
    ]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--distill-max-missing=0.5",), 0),
        ((), 1),
        (("--distill-inconclusive=pass",), 1),
        (("--distill-max-missing=0.5", "--distill-fail-on=leak"), 1),
    ],
)
def test_missing_cases_within_the_allowed_share_turn_nothing_red(
    inside: Run, arguments: tuple[str, ...], status: int
) -> None:
    """Beyond it they do, whatever an inconclusive gate counts for."""
    result = inside(
        "--suite=ice", "--model=simulated:qwen?missing=0.2&leak=0", *GATE, "-q", *arguments
    )

    assert result.ret == status
    is_tolerated = "--distill-fail-on=leak" not in arguments
    assert ("skipped" in result.parseoutcomes()) == is_tolerated


def test_a_suite_without_a_gate_tolerates_no_missing_case(inside: Run) -> None:
    """Nothing else would tell."""
    fuzz = ("--suite=fuzz", "--fuzz-mutations=1")
    result = inside("--suite=ice", *fuzz, "--model=simulated:qwen?missing=1", *GATE)

    outcomes = result.parseoutcomes()
    assert outcomes["skipped"] >= 60
    assert outcomes["failed"] == 3, "control, mutant, and the gate"
    result.stdout.fnmatch_lines(["3 of 3 questions are missing: *"])


def test_terse_runs_say_little(inside: Run) -> None:
    """-q: a line for each model and the gates; -qq: the gates."""
    suite = ("--suite=ice", "--model=simulated:qwen?leak=0", "--distill-gate=ice.strict<=0.5")

    brief, least = (
        inside(*suite, "--distill-limit=20", "-q"),
        inside(*suite, "--distill-limit=20", "-qq"),
    )

    assert any(
        line.startswith("ice · qwen · 20 judged, 0 missing · loose ") for line in brief.outlines
    )
    for result in (brief, least):
        result.stdout.fnmatch_lines(["  PASS: 0 of 20 answers claim another vendor (0 %, *"])
    assert len([line for line in brief.outlines if line]) <= 6
    assert len([line for line in least.outlines if line]) <= 4
