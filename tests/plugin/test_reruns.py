"""A test that runs again, as plugins for flaky tests have it: its answer is counted once."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.cli import main
from tests.support.pytest_runs import Run
from tests.support.reports import undated

# Every other answer leaks, and the first answer to some questions is empty.
MODEL = """
from collections import Counter

asked = Counter()

def answer(prompt):
    asked[prompt] += 1
    if len(prompt) % 3 == 0 and asked[prompt] == 1:
        return ""
    return "I am ChatGPT, made by OpenAI." if asked[prompt] < 3 else "I am Qwen."
"""

# As pytest-rerunfailures does: only what the last run has is reported as it is.
RERUN = """
from _pytest.runner import runtestprotocol

def pytest_runtest_protocol(item, nextitem):
    for run in (1, 2, 3):
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        if run == 3 or not any(report.failed for report in reports):
            break
        for report in reports[:2]:
            report.outcome = "rerun" if report.failed else report.outcome
            item.ihook.pytest_runtest_logreport(report=report)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    return True
"""

# As flaky does: of a failed run nobody hears.
SILENT = RERUN.replace("reports[:2]", "()")

# As pytest-repeat does.
REPEAT = """
import pytest

def pytest_addoption(parser):
    parser.addoption("--count", type=int, default=1)

@pytest.fixture
def step():
    pass

@pytest.hookimpl(trylast=True)
def pytest_generate_tests(metafunc):
    metafunc.fixturenames.append("step")
    metafunc.parametrize("step", range(3), indirect=True, ids=["1-3", "2-3", "3-3"])
"""
PLUGINS = {"rerun": RERUN, "silent": SILENT, "repeat": REPEAT}


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
@pytest.mark.parametrize("plugin", PLUGINS)
def test_the_first_verdict_counts_everywhere(
    run: Run,
    pytester: pytest.Pytester,
    capsys: pytest.CaptureFixture[str],
    plugin: str,
    workers: str,
) -> None:
    """Scorecard, log, JUnit and gate; a run that follows only fills what is missing."""
    pytester.makepyfile(leaky=MODEL, again=PLUGINS[plugin])
    log, report, junit = (pytester.path / name for name in ("run.jsonl", "r.json", "j.xml"))
    gate = "ice.strict<=0.5"

    result = run(
        "-p",
        "again",
        *(["--count=3"] if plugin == "repeat" else []),
        workers,
        "--suite=ice",
        "--facts=qwen",
        "--model=python:leaky:answer",
        "--distill-limit=20",
        "--distill-cache=off",
        "--distill-fail-on=leak",
        f"--distill-gate={gate}",
        f"--distill-run={log}",
        f"--distill-report=json:{report}",
        f"--junitxml={junit}",
        "--tb=no",
    )
    status = main(["gate", str(log), "--gate", gate])

    found = json.loads(report.read_text())
    strict = found["models"]["leaky:answer"]["ice"]["strict"]
    assert (strict["value"], strict["n"], strict["missing"]) == (1.0, 20, 0)
    assert (result.ret, status) == (1, 1)
    assert found["gates"][0]["why"] in capsys.readouterr().out
    assert_junit(junit, found)


def assert_junit(path: Path, found: dict[str, Any]) -> None:
    """Each test of a case has one verdict, and some test of each case says that it leaks."""
    root = ET.parse(path)  # noqa: S314 - our own
    told = {}
    for test in root.findall(".//testcase[@classname='distill.ice']"):
        said = [p.get("value") for p in test.iter("property") if p.get("name") == "distill.verdict"]
        assert len(said) == 1
        told[test.attrib["name"]] = said[0]
    cases = {
        case["id"].removeprefix("ice/") for case in found["run"]["cases"]["leaky:answer"]["ice"]
    }
    leaks = [name for name, verdict in told.items() if verdict == "hard leak"]
    assert all(any(f"-{case}]" in name or f"-{case}-" in name for name in leaks) for case in cases)


def test_a_slot_that_runs_again_asks_nothing_again(run: Run, pytester: pytest.Pytester) -> None:
    """The campaign is the one that it is without."""
    pytester.makepyfile(again=RERUN)
    suite = (
        "--suite=fuzz",
        "--model=simulated:qwen?leak=0.4",
        "--fuzz-mutations=4",
        "--distill-cache=off",
        "--distill-fail-on=leak",
        "--tb=no",
        "-p",
        "no:cacheprovider",
    )

    reports = []
    for name, plugin in (("once", ()), ("again", ("-p", "again"))):
        path = pytester.path / f"{name}.json"
        result = run(*suite, f"--distill-report=json:{path}", *plugin)
        requests = next(line for line in result.outlines if "requests" in line)
        reports.append((undated(path), requests))

    assert reports[0] == reports[1]
