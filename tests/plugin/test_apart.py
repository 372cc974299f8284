"""Personas and thinking: counted apart from the leaks, in every output of a run."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.cli import main
from tests.support.pytest_runs import Run
from tests.support.transcripts import HOME, LEAK

Write = Callable[..., Path]


def answers(*, personas: int, thoughts: int) -> list[dict[str, Any]]:
    """Return 80 clean answers; some speak as a persona, some were thought of as ChatGPT's."""
    persona = "I am Luna, a witch of the northern woods."
    return [
        {
            "id": f"a{i:02}",
            "query": "What is your name?",
            "template": f"You are Luna, a witch. It is night {i}. {{query}}",
            "response": persona if i < personas else HOME,
            **({} if i < 40 else {"reasoning": LEAK if i < 40 + thoughts else HOME}),
        }
        for i in range(80)
    ]


def ice(path: Path) -> dict[str, Any]:
    """Return the numbers of the suite in a report."""
    return dict(json.loads(path.read_text("utf-8"))["models"]["qwen"]["ice"])


def test_they_are_no_leaks_and_have_rates_of_their_own(
    run: Run, transcripts: Write, tmp_path: Path
) -> None:
    """In report.json, on the scorecard, in Markdown and for gates, live and from the log."""
    path = transcripts("qwen", answers(personas=30, thoughts=10))
    log, md = tmp_path / "run.jsonl", tmp_path / "r.md"

    result = run(
        "--suite=ice",
        f"--transcripts={path}",
        f"--distill-run={log}",
        f"--distill-report=json:{tmp_path / 'r.json'}",
        f"--distill-report=md:{md}",
        "--distill-gate=ice.persona<=0.1",
        "--distill-gate=ice.reasoning<=0.9",
        "-n2",
    )

    found = ice(tmp_path / "r.json")
    assert found["loose"]["value"] == 0
    assert (found["persona"]["value"], found["persona"]["n"]) == (30 / 80, 80)
    assert (found["reasoning"]["value"], found["reasoning"]["n"]) == (0.25, 40)
    assert found["persona"]["low"] < 30 / 80 < found["persona"]["high"]
    result.stdout.fnmatch_lines(
        [
            "  FAIL: 30 of 80 answers speak as a persona (37.5 %, at least *), limit 10*",
            "    ice.persona<=0.1  *",
            "  PASS: 10 of 40 answers come after a thought of being another vendor's *",
            "    ice.reasoning<=0.9  *",
            "  no leaks *rate *n",
            "  persona *0.375 [[]*[]] *80",
            "  reasoning *0.250 [[]*[]] *40",
        ]
    )
    assert "| persona | 0.375 [" in md.read_text("utf-8")
    again = tmp_path / "again.json"
    assert main(["report", str(log), "--format=json", "-o", str(again)]) == 0
    assert ice(again) == found
    assert main(["gate", str(log), "--gate=ice.persona<=0.9", "--gate=ice.reasoning<=0.9"]) == 0


def test_an_ordinary_run_does_not_show_them(run: Run, transcripts: Write, tmp_path: Path) -> None:
    """The scorecard is as long as before; without thinking its rate is null."""
    report = tmp_path / "r.json"

    result = run(
        "--suite=ice",
        f"--transcripts={transcripts('qwen')}",
        f"--distill-report=json:{report}",
        "--distill-gate=ice.reasoning<=0.5",
    )

    found = ice(report)
    assert found["persona"]["value"] == 0
    assert (found["reasoning"]["value"], found["reasoning"]["n"]) == (None, 0)
    result.stdout.no_fnmatch_line("*no leaks *")
    result.stdout.fnmatch_lines(["  INCONCLUSIVE: *", "    ice.reasoning<=0.5  *"])


def test_they_are_compared_with_a_baseline(
    run: Run, transcripts: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Case by case."""
    reports = [tmp_path / "before.json", tmp_path / "now.json"]
    for report, count in zip(reports, (0, 30), strict=True):
        path = transcripts("qwen", answers(personas=count, thoughts=count))
        run("--suite=ice", f"--transcripts={path}", f"--distill-report=json:{report}")

    result = run(
        "--suite=ice",
        f"--transcripts={path}",
        f"--distill-baseline={reports[0]}",
        "--distill-gate=ice.persona<=baseline+0.05",
        "--distill-gate=ice.reasoning<=baseline+0.05",
    )

    result.stdout.fnmatch_lines(
        [
            "FAIL: the share of answers that speak as a persona rose by *paired on 80 cases*",
            "FAIL: the share of answers that come after a thought *paired on 40 cases*",
        ]
    )
    assert main(["compare", *map(str, reports)]) == 1
    printed = capsys.readouterr().out
    assert "ice.persona" in printed
    assert "ice.reasoning" in printed


def test_fuzzing_has_them_too(run: Run, tmp_path: Path) -> None:
    """As numbers of the report and for gates."""
    report = tmp_path / "r.json"

    run(
        "--suite=fuzz",
        "--model=simulated:qwen?leak=0.4",
        "--fuzz-mutations=2",
        "--fuzz-probes=2",
        f"--distill-report=json:{report}",
        "--distill-gate=fuzz.persona<=0.9",
    )

    found = json.loads(report.read_text("utf-8"))
    fuzz = found["models"]["qwen"]["fuzz"]
    assert fuzz["persona"]["n"] == fuzz["loose"]["n"] > 0
    assert fuzz["reasoning"]["value"] is None
    assert [gate["expression"] for gate in found["gates"]] == ["fuzz.persona<=0.9"]
