"""One verdict, whoever is asked: terminal, JUnit, JSON, exit status; in every way to run."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.pytest_runs import Run

CRASH = """
import os


def pytest_runtest_call(item):
    if os.environ.get("PYTEST_XDIST_WORKER") == "gw0" and item.session.items.index(item) == 10:
        os._exit(1)
"""
"""The first worker dies in a test of its part."""

RERUN = """
from _pytest.runner import runtestprotocol


def pytest_runtest_protocol(item, nextitem):
    runtestprotocol(item, nextitem=nextitem, log=False)
    return None
"""
"""Every test runs twice, and nobody hears of the first time."""

SKIP = """
import pytest


def pytest_runtest_setup(item):
    if item.session.items.index(item) == 10:
        pytest.skip("not today")
"""
"""One case of 60 is missing, which is a share that is allowed."""

GATE = "ice.strict<=0.2"
RUNS: dict[str, dict[str, tuple[str, str]]] = {
    "one that passes": {"qwen": ("leak=0", "pass")},
    "two that do not": {"qwen": ("leak=0.8", "fail"), "glm": ("leak=0.25", "inconclusive")},
}
"""By label: the model, and what 60 cases of it give."""

MODES = {
    "serial": [],
    "two workers": ["-n2"],
    "worksteal": ["-n2", "--dist=worksteal"],
    "exit first": ["-x"],
    "no terminal": ["-p", "no:terminal"],
    "no cache": ["-p", "no:cacheprovider"],
    "last failed": ["--lf"],
    "crashed worker": ["-n2", "-p", "crashing"],
    "run again": ["-p", "rerunning", "--distill-cache=off"],
    "skipped": ["-p", "skipping"],
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("models", RUNS)
def test_everybody_tells_the_same_verdict(
    run: Run, inside: Run, pytester: pytest.Pytester, models: str, mode: str
) -> None:
    """Where a worker crashed, what it lost turns a pass into no answer; a fail stays one."""
    is_crash = mode == "crashed worker"
    arguments = suite(pytester.path, RUNS[models])
    pytester.makepyfile(crashing=CRASH, rerunning=RERUN, skipping=SKIP)
    if mode == "last failed":
        inside(*arguments)
    expected = {label: verdict for label, (_, verdict) in RUNS[models].items()}
    if is_crash and models == "one that passes":
        expected = {"qwen": "inconclusive"}

    # A process that dies, or a plugin that is loaded twice, is a run of its own.
    start = run if {"crashing", "rerunning"} & {*MODES[mode]} else inside
    result = start(*arguments, *MODES[mode])

    assert result.ret == (0 if set(expected.values()) == {"pass"} else 1)
    assert by_json(pytester.path) == expected
    assert by_junit(pytester.path) == expected
    if mode != "no terminal":
        assert by_terminal(result.outlines) == expected


def suite(folder: Path, models: Mapping[str, tuple[str, str]]) -> list[str]:
    """Return the arguments of a run with known verdicts."""
    return [
        "--suite=ice",
        *(f"--model=simulated:{label}?{leak}" for label, (leak, _) in models.items()),
        "--distill-limit=60",
        f"--distill-gate={GATE}",
        f"--distill-report=json:{folder / 'r.json'}",
        f"--junitxml={folder / 'j.xml'}",
    ]


def by_json(folder: Path) -> dict[str, str]:
    """Return what the report says, by model."""
    return {
        gate["model"]: gate["verdict"]
        for gate in json.loads((folder / "r.json").read_text())["gates"]
    }


def by_junit(folder: Path) -> dict[str, str]:
    """Return what JUnit says, by model."""
    root = ET.parse(folder / "j.xml")  # noqa: S314 - our own
    found = {}
    for case in root.findall(".//testcase[@classname='distill.gates']"):
        failure = case.find("failure")
        label = case.attrib["name"].rpartition("[")[2].removesuffix("]")
        verdict, _, _ = ("PASS" if failure is None else str(failure.get("message"))).partition(":")
        found[label] = verdict.lower()
    return found


def by_terminal(lines: list[str]) -> dict[str, str]:
    """Return what the terminal says, by model; the count of tests has to agree."""
    gates = "\n".join(lines).partition("\ngates · ")[2]
    found = re.findall(
        r"^  ([A-Z]+): .*?^    ice\.strict\S+  (\w+)$", gates, re.MULTILINE | re.DOTALL
    )
    said = {label: verdict.lower() for verdict, label in found}
    assert ("failed" in lines[-1]) == (set(said.values()) != {"pass"})
    return said
