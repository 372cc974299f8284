"""--distill-gate, --distill-baseline, --distill-max-missing, --distill-inconclusive."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.cli import main
from tests.support.pytest_runs import Run
from tests.support.server import Server

SUITE = ("--suite=ice", "--distill-cases=60")
LEAKY, CLEAN = "--model=simulated:qwen?leak=0.8", "--model=simulated:qwen?leak=0"
GATE = "--distill-gate=ice.strict<=0.2"


def gates(path: Path) -> list[dict[str, Any]]:
    """Return the verdicts of a report."""
    return list(json.loads(path.read_text())["gates"])


def test_an_entry_has_the_documented_keys(run: Run, tmp_path: Path) -> None:
    """And each gate is held against each model."""
    path = tmp_path / "r.json"
    other = "--model=simulated:glm?leak=0"

    result = run(*SUITE, LEAKY, other, GATE, f"--distill-report=json:{path}", "-q")

    assert [set(gate) for gate in gates(path)] == 2 * [
        {"expression", "model", "verdict", "value", "low", "high", "limit", "why"}
    ]
    assert [(gate["model"], gate["verdict"]) for gate in gates(path)] == [
        ("qwen", "fail"),
        ("glm", "pass"),
    ]
    result.assert_outcomes(passed=121, failed=1)
    result.stdout.fnmatch_lines(
        ["FAILED distill/gates::ice.strict<=0.2?qwen? - FAIL: 46 of 60 answers *"]
    )


@pytest.mark.parametrize(
    ("gate", "message"),
    [
        ("ice.strikt<=0.1", "*no number is called ice.strikt. Did you mean 'ice.strict'*"),
        ("rse.overall<=4", "*suite 'rse' is not part of this run*"),
        ("ice.strict<0.1", "*cannot be read*"),
    ],
)
def test_a_misspelt_gate_is_a_usage_error(
    inside: Run, server: Server, gate: str, message: str
) -> None:
    """Before anybody is asked."""
    result = inside(*SUITE, f"--model=openai:qwen@{server.url}", f"--distill-gate={gate}", "-n2")

    assert result.ret is pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])
    assert server.stats()["total"] == 0


def test_the_table_holds_gates_for_every_run(inside: Run, pytester: pytest.Pytester) -> None:
    """Those of suites that do not run are for other runs; those of no suite are misspelt."""
    pytester.makepyprojecttoml(
        '[tool.pytest-distill]\ngates = ["ice.strict<=0.2"]\nmax_missing = 0.5\n'
    )
    pytester.makepyfile("def test_of_the_project(model): assert model.ask('Who are you?')")

    measured = inside(*SUITE, LEAKY, "--tb=no")
    beside = inside(CLEAN)

    measured.assert_outcomes(passed=60, failed=1)
    beside.assert_outcomes(passed=1)


def test_gates_of_no_suite_are_misspelt_in_the_table_too(
    refused: Run, pytester: pytest.Pytester
) -> None:
    """A gate that nobody would ever hold must not be passed over."""
    pytester.makepyprojecttoml('[tool.pytest-distill]\ngates = ["icy.strict<=0.2"]\n')

    result = refused(*SUITE, CLEAN)

    result.stderr.fnmatch_lines(["*suite 'icy' is not part of this run*"])


def test_an_inconclusive_gate_may_count_as_passed(inside: Run, tmp_path: Path) -> None:
    """It is skipped then, not passed; a gate that fails still fails."""
    report = tmp_path / "r.json"
    ending = ("--distill-inconclusive=pass", "-q", f"--distill-report=json:{report}")

    open_ = inside(*SUITE, "--model=simulated:qwen?leak=0.2", GATE, *ending)
    failed = inside(*SUITE, LEAKY, GATE, *ending)

    open_.assert_outcomes(passed=60, skipped=1)
    assert open_.ret == 0
    assert failed.ret == 1


def test_too_many_missing_are_inconclusive(inside: Run, tmp_path: Path) -> None:
    """The limit can be set."""
    model, report = "--model=simulated:qwen?missing=0.2", tmp_path / "r.json"
    settings = (*SUITE, model, GATE, "--tb=no", "-q", f"--distill-report=json:{report}")

    inside(*settings)
    (strict,) = gates(report)
    inside(*settings, "--distill-max-missing=0.9")
    (lenient,) = gates(report)

    assert (strict["verdict"], lenient["verdict"]) == ("inconclusive", "pass")
    assert "cases are missing" in strict["why"]


def test_a_spent_budget_and_an_ended_run_are_inconclusive(inside: Run, tmp_path: Path) -> None:
    """Neither shows the number that was asked for."""
    report = tmp_path / "r.json"
    settings = (*SUITE, CLEAN, GATE, "--tb=no", "-q", f"--distill-report=json:{report}")

    inside(*settings, "--distill-budget=calls=59")
    (spent,) = gates(report)
    inside(*settings, "--distill-budget=calls=30", "--distill-fail-on=leak", "-x")
    (ended,) = gates(report)
    part = inside(*settings, "-k", "team")
    (selected,) = gates(report)

    assert spent["why"] == "the budget was spent: 1 cases were not asked"
    assert ended["why"].startswith("the run is incomplete: 31 of 60 cases")
    assert selected["verdict"] == "inconclusive"
    assert part.ret == 1


def test_an_interrupted_run_is_inconclusive(
    run: Run, pytester: pytest.Pytester, tmp_path: Path
) -> None:
    """Ctrl-C: the report is written, and says so."""
    del run  # which has cleared the environment
    # Whoever is started in the background inherits that Ctrl-C is ignored.
    pytester.makeconftest("import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)")
    report = tmp_path / "r.json"
    arguments = (*SUITE, "--model=simulated:qwen?latency=0.5", GATE, "--distill-concurrency=1")
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments, f"--distill-report=json:{report}", "-v"],
        stdout=subprocess.PIPE,
        cwd=pytester.path,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    while "PASSED" not in process.stdout.readline():
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)

    (gate,) = gates(report)
    assert process.returncode == pytest.ExitCode.INTERRUPTED
    assert gate["why"].startswith("the run was interrupted: ")


def test_another_plugin_cannot_call_a_failed_gate_a_success(
    run: Run, pytester: pytest.Pytester
) -> None:
    """Whatever it makes of the exit status."""
    pytester.makepyfile(
        lenient="""
        import pytest


        @pytest.hookimpl(wrapper=True)
        def pytest_sessionfinish(session):
            yield
            session.exitstatus = 0
        """
    )

    assert run(*SUITE, LEAKY, GATE, "-p", "lenient").ret == 1
    assert run(*SUITE, CLEAN, GATE, "-p", "lenient").ret == 0


def test_last_failed_never_looks_for_a_gate(inside: Run) -> None:
    """It is no test that could be collected."""
    inside(*SUITE, LEAKY, GATE)

    result = inside(*SUITE, LEAKY, GATE, "--lf")

    result.assert_outcomes(passed=60, failed=1)
    result.stdout.fnmatch_lines(["run-last-failure: no previously failed tests, not deselecting*"])


def test_a_rise_over_the_baseline_fails(
    inside: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the cases that both share; offline from the log it is the same verdict."""
    before, now, log = tmp_path / "a.json", tmp_path / "b.json", tmp_path / "run.jsonl"
    gate = "ice.strict<=baseline+0.1"
    inside(*SUITE, "--model=simulated:qwen-1?leak=0.1", f"--distill-report=json:{before}")

    result = inside(
        *SUITE,
        "--model=simulated:qwen-2?leak=0.6",
        f"--distill-gate={gate}",
        f"--distill-baseline={before}",
        f"--distill-report=json:{now}",
        f"--distill-run={log}",
    )
    status = main(["gate", str(log), "--gate", gate, "--baseline", str(before)])

    (entry,) = gates(now)
    assert (result.ret, entry["verdict"], entry["limit"]) == (1, "fail", 0.1)
    assert "paired on 60 cases that both share" in entry["why"]
    assert entry["low"] > 0.1
    assert status == 1
    assert entry["why"] in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("judge", "offline-0"), "*judged by offline-0, those of this run by offline-*"),
        (("facts", "other"), "*judged against other facts*"),
        (("prompt", "0"), "*60 cases have another prompt under the same id*"),
        (("format", "pytest-distill-report/0"), "*no report that this version*"),
    ],
)
def test_a_baseline_of_something_else_is_refused(
    inside: Run, tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    """With a sentence about what differs, before anything is asked."""
    path, (what, value) = tmp_path / "a.json", change
    inside(*SUITE, CLEAN, f"--distill-report=json:{path}", "-q")
    report = json.loads(path.read_text())
    if what == "facts":
        report["run"]["subjects"]["qwen"]["facts_sha256"] = value
    elif what == "prompt":
        for case in report["run"]["cases"]["qwen"]["ice"]:
            case["prompt"] = value
    else:
        (report if what == "format" else report["run"])[what] = value
    path.write_text(json.dumps(report))

    gate = "--distill-gate=ice.strict<=baseline"
    result = inside(*SUITE, CLEAN, gate, f"--distill-baseline={path}")

    assert result.ret is pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])


def test_a_baseline_that_is_not_there_is_told_before_anything_is_asked(
    inside: Run, tmp_path: Path
) -> None:
    """With its path; and so is a relative gate without a baseline."""
    path = tmp_path / "none.json"

    missing = inside(
        *SUITE,
        CLEAN,
        "--distill-gate=ice.strict<=baseline+0.5",
        f"--distill-baseline={path}",
    )
    absent = inside(*SUITE, CLEAN, "--distill-gate=ice.strict<=baseline+0.5")

    assert missing.ret is absent.ret is pytest.ExitCode.USAGE_ERROR
    missing.stderr.fnmatch_lines(
        [f"*{path} is not there", "*in a first run give --distill-baseline-missing ok*"]
    )
    absent.stderr.fnmatch_lines(["*'ice.strict<=baseline+0.5'*give --distill-baseline PATH*"])
    missing.stdout.no_fnmatch_line("*passed*")


@pytest.mark.parametrize(("limit", "status"), [("0.9", 0), ("0.0001", 1)])
def test_a_first_run_has_no_baseline(inside: Run, tmp_path: Path, limit: str, status: int) -> None:
    """The relative gate is inconclusive and fails nothing; other gates do."""
    result = inside(
        *SUITE,
        CLEAN,
        "--distill-gate=ice.strict<=baseline+0.5",
        f"--distill-gate=ice.strict<={limit}",
        f"--distill-baseline={tmp_path / 'none.json'}",
        "--distill-baseline-missing=ok",
    )

    assert result.ret == status
    result.stdout.fnmatch_lines(["*INCONCLUSIVE*there is no baseline to compare with"])


def test_the_markdown_report_tells_the_verdict(inside: Run, tmp_path: Path) -> None:
    """For a pull request."""
    path = tmp_path / "r.md"

    inside(*SUITE, LEAKY, GATE, f"--distill-report=md:{path}")

    text = path.read_text()
    assert text.startswith("## pytest-distill: FAIL\n")
    row = "| **fail** | ice.strict\\<=0.2 | qwen | 46 of 60 answers claim another vendor ("
    assert row in text
    assert "| claims to be made by | rate |" in text
