"""One verdict, whoever is asked: terminal, JUnit, JSON, exit status; in every way to run."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

CRASH = """
import os


def pytest_runtest_call(item):
    if os.environ.get("PYTEST_XDIST_WORKER") == "gw0" and item.session.items.index(item) == 10:
        os._exit(1)
"""
"""The first worker dies in a test of its part."""

MODELS = {"pass": "leak=0", "fail": "leak=0.5", "inconclusive": "leak=0.25"}
GATE = "ice.strict<=0.2"
"""What 60 cases of these models give."""

MODES = {
    "serial": [],
    "two workers": ["-n2"],
    "worksteal": ["-n2", "--dist=worksteal"],
    "exit first": ["-x"],
    "no terminal": ["-p", "no:terminal"],
    "no cache": ["-p", "no:cacheprovider"],
    "last failed": ["--lf"],
    "crashed worker": ["-n2", "-p", "crashing"],
}
STATUS = {"pass": 0, "fail": 1, "inconclusive": 1}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("verdict", MODELS)
def test_everybody_tells_the_same_verdict(
    run: Run, pytester: pytest.Pytester, verdict: str, mode: str
) -> None:
    """Where a worker crashed, what it lost turns a pass into no answer, and a fail into none."""
    is_crash = mode == "crashed worker"
    arguments = suite(pytester.path, verdict)
    if is_crash:
        pytester.makepyfile(crashing=CRASH)
    if mode == "last failed":
        run(*arguments)
    expected = "inconclusive" if is_crash and verdict == "pass" else verdict

    result = run(*arguments, *MODES[mode])

    assert result.ret == (1 if is_crash else STATUS[expected])
    assert by_json(pytester.path) == expected
    assert by_junit(pytester.path) == expected
    if mode != "no terminal":
        assert by_terminal(result.outlines) == expected


def suite(folder: Path, verdict: str) -> list[str]:
    """Return the arguments of a run with a known verdict."""
    return [
        "--suite=ice",
        f"--model=simulated:qwen?{MODELS[verdict]}",
        "--distill-limit=60",
        f"--distill-gate={GATE}",
        f"--distill-report=json:{folder / 'r.json'}",
        f"--junitxml={folder / 'j.xml'}",
    ]


def by_json(folder: Path) -> str:
    """Return what the report says."""
    (gate,) = json.loads((folder / "r.json").read_text())["gates"]
    return str(gate["verdict"])


def by_junit(folder: Path) -> str:
    """Return what JUnit says."""
    cases: list[Any] = ET.parse(folder / "j.xml").findall(".//testcase[@classname='distill.gates']")  # noqa: S314 - our own
    (case,) = cases
    failure = case.find("failure")
    return "pass" if failure is None else str(failure.get("message")).split(":")[0]


def by_terminal(lines: list[str]) -> str:
    """Return what the terminal says, above and in the count of tests."""
    (said,) = [found[1] for line in lines if (found := re.match(r"  ([A-Z]+) +ice\.strict", line))]
    assert ("failed" in lines[-1]) == (said != "PASS")
    return said.lower()
