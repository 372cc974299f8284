"""A test that ends without an observation: its case is missing, with the reason."""

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.cli import main
from tests.support.pytest_runs import Run

SUITE = ("--suite=ice", "--distill-limit=20", "--tb=no")
GATE = "ice.strict<=0.5"

# What users' own hooks and fixtures do to tests.
ENDING = """
import pytest

@pytest.fixture(autouse=True)
def database(request):
    if "team-01" in request.node.name:
        raise ValueError("no database")
    if "team-02" in request.node.name:
        pytest.skip("no licence")

def pytest_runtest_setup(item):
    if "industry-01" in item.name:
        pytest.skip("not today")

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item):
    if "industry-02" in item.name:
        raise RuntimeError("no network")

def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if "geography" not in item.name]
    for item in items:
        if "technology-01" in item.name:
            item.add_marker(pytest.mark.skip(reason="not now"))
        if "technology-03" in item.name:
            item.add_marker(pytest.mark.xfail(reason="known", run=False))
"""
REASONS = (
    "its set-up failed: ValueError: no database (*)",
    "skipped: no licence",
    "skipped: not today",
    "its test failed: RuntimeError: no network (*)",
    "skipped: not now",
    "expected to fail: [[]NOTRUN] known",
)


def offline(log: Path, gate: str, folder: Path) -> dict[str, Any]:
    """Return the report that is made from a log."""
    again = folder / "again.json"
    assert main(["report", str(log), "-o", str(again), "--gate", gate]) == 0
    return dict(json.loads(again.read_text()))


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_every_way_to_end_is_counted_and_said(
    run: Run, pytester: pytest.Pytester, workers: str
) -> None:
    """Missing with their reasons, live and from the log; what was deselected is not missing."""
    pytester.makepyfile(ending=ENDING)
    log, report = pytester.path / "run.jsonl", pytester.path / "r.json"

    result = run(
        "--suite=ice",
        "--tb=no",
        "-p",
        "ending",
        workers,
        "--model=simulated:qwen?leak=0",
        f"--distill-gate={GATE}",
        f"--distill-run={log}",
        f"--distill-report=json:{report}",
    )

    found = json.loads(report.read_text())
    told = found["run"]
    missing = found["models"]["qwen"]["ice"]["strict"]["missing"]
    assert offline(log, GATE, pytester.path) == found
    assert {each["of"] for each in found["missing"]} == {told["cases_observed"] + missing}
    assert sum(each["cases"] for each in found["missing"]) == missing
    assert told["cases_deselected"] > 0
    assert told["cases_observed"] + missing + told["cases_deselected"] == 100
    assert len(found["missing"]) == len(REASONS)
    reasons = [each["reason"] for each in found["missing"]]
    pytest.LineMatcher(reasons).fnmatch_lines_random(REASONS)
    assert result.ret == 1
    assert found["gates"][0]["verdict"] == "inconclusive"
    result.stdout.fnmatch_lines(
        [
            "the run is incomplete: * cases, * deselected",
            f"missing: * of {told['cases_observed'] + missing} cases of qwen (ice)",
            "  | *",
            "missing: * more cases of qwen (ice), for other reasons",
        ]
    )


def test_cases_that_pytest_timeout_ends_are_missing(run: Run, pytester: pytest.Pytester) -> None:
    """Also on workers, and if no case has an answer."""
    pytester.makepyfile(slow="import time\n\ndef answer(prompt):\n    time.sleep(30)\n")

    result = run(
        *SUITE[:1],
        "--distill-limit=2",
        "--tb=no",
        "--facts=qwen",
        "--model=python:slow:answer",
        f"--distill-gate={GATE}",
        "--timeout=4",
        "--timeout-method=signal",
        "-n2",
    )

    result.stdout.fnmatch_lines(
        [
            "  INCONCLUSIVE: none of 2 cases has a verdict",
            "missing: 2 of 2 cases of slow:answer (ice)",
            "  | its test failed: Timeout (>4.0s) from pytest-timeout.",
            "*0 judged, 2 missing*",
        ]
    )


def test_a_killed_run_decides_nothing(
    run: Run, pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    """As by pytest-timeout's thread method: nothing is printed, and the log says so."""
    killing = "import os\n\ndef pytest_runtest_teardown(item, nextitem):\n"
    killing += "    if nextitem is None:\n        os._exit(1)\n"
    pytester.makepyfile(killing=killing)
    log = pytester.path / "run.jsonl"

    run(*SUITE, "-p", "killing", "--model=simulated:qwen?leak=0", f"--distill-run={log}")
    status = main(["gate", str(log), "--gate", GATE])

    assert status == 1
    told = capsys.readouterr().out
    assert "INCONCLUSIVE" in told
    assert "the run has not ended: it is still going, or it was killed" in told


@pytest.mark.parametrize("option", ["--setup-only", "--setup-plan"])
def test_a_run_without_tests_asks_nothing_and_passes_nothing(
    run: Run, pytester: pytest.Pytester, option: str
) -> None:
    """Every case is missing."""
    pytester.makepyfile(loud="def answer(prompt):\n    print('asked')\n    return 'I am Qwen.'\n")

    result = run(
        *SUITE, option, "--facts=qwen", "--model=python:loud:answer", f"--distill-gate={GATE}", "-s"
    )

    assert result.ret == 1
    result.stdout.no_fnmatch_line("*asked")
    result.stdout.fnmatch_lines(
        ["  INCONCLUSIVE: none of 20 cases has a verdict", "*0 judged, 20 missing*"]
    )


def test_a_question_that_ends_its_subtest_is_missing(run: Run, pytester: pytest.Pytester) -> None:
    """The slot goes on with the next one."""
    pytester.makepyfile(
        broken="""
        import pytest
        from pytest_distill.engine.model_under_test import ModelUnderTest

        ask, count = ModelUnderTest.observe, 0

        def observe(self, case):
            global count
            count += 1
            if count == 2:
                raise RuntimeError("no memory")
            return ask(self, case)

        ModelUnderTest.observe = observe
        """
    )
    report = pytester.path / "r.json"

    run(
        "--suite=fuzz",
        "--model=simulated:qwen?leak=0",
        "--fuzz-mutations=2",
        "--tb=no",
        "-p",
        "broken",
        f"--distill-report=json:{report}",
    )

    found = json.loads(report.read_text())
    told, (missing,) = found["run"], found["missing"]
    assert (missing["cases"], missing["suite"]) == (1, "fuzz-control")
    assert missing["reason"].startswith("its test failed: RuntimeError: no memory")
    assert told["cases_observed"] == told["cases_expected"] - 1


def test_a_slot_that_ends_early_says_why(run: Run, pytester: pytest.Pytester) -> None:
    """The campaign is incomplete, and the gate says by which slot."""
    pytester.makepyfile(
        ending="""
        import pytest

        def pytest_runtest_setup(item):
            if "mut002" in item.name:
                pytest.skip("not today")
        """
    )

    result = run(
        "--suite=fuzz",
        "--model=simulated:qwen?leak=0",
        "--fuzz-mutations=2",
        "--tb=no",
        "-p",
        "ending",
        "--distill-gate=fuzz.loose<=0.99",
    )

    result.stdout.fnmatch_lines(
        [
            "  INCONCLUSIVE: the campaign is incomplete: 3 of 4 slots (mut002: skipped: not",
            "*today)",
        ]
    )
