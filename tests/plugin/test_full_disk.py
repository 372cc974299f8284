"""A disk that becomes full: each file is named in a line, and everything else is still written."""

import json
import sys
from pathlib import Path

import pytest

from tests.support.pytest_runs import Run
from tests.support.server import Server

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="files have no limit there")

# Larger than a report and all that is read before, smaller than the log and the cache of the run.
LIMIT = 60_000

FULL = f"""
import resource

def pytest_collection_finish(session):
    resource.setrlimit(resource.RLIMIT_FSIZE, ({LIMIT}, {LIMIT}))
"""


@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["serial", "n2"])
def test_a_full_disk_costs_only_what_does_not_fit(
    run: Run, server: Server, pytester: pytest.Pytester, workers: list[str]
) -> None:
    """Log, cache, a device; the run ends red, with scorecard and report."""
    pytester.makeconftest(FULL)
    folder = pytester.path

    result = run(
        *("--suite=ice", "--facts=qwen", f"--model=openai:m@{server.url}", "--distill-limit=80"),
        *("--distill-cache=c.sqlite", "--distill-run=run.jsonl", *workers),
        *("--distill-report=json:/dev/full", "--distill-report=json:r.json"),
    )

    result.assert_outcomes(passed=80)
    assert result.ret is pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "ice · m · 80 judged, 0 missing*",
            f"json report written to {folder / 'r.json'}",
            f"ERROR: * answers could not be cached: response cache {folder / 'c.sqlite'} *",
            f"ERROR: * results could not be written: run log {folder / 'run.jsonl'} *",
            "ERROR: json report not written to /dev/full: No space left on device",
        ]
    )
    result.stdout.no_fnmatch_line("*INTERNALERROR*")
    assert json.loads((folder / "r.json").read_text())["run"]["cases_observed"] == 80
    lines = (folder / "run.jsonl").read_bytes()
    assert lines.endswith(b"\n")


FAILING = """
from pytest_distill.api import BaseSuite, Case
from pytest_distill.suites.base import PlainRun


class Run(PlainRun):
    def finish(self):
        raise OSError("nowhere to keep it")


class Silent(BaseSuite):
    name = "silent"
    help = "nothing"
    numbers = ("length",)

    def open(self, context):
        return Run(self, context)

    def cases(self, run, label):
        return [Case(id="silent/a", suite="silent", query="Hello!", probe_key="a")]

    async def evaluate(self, case, model):
        return self.observed(case, model, {"length": 1.0}, completion=await model.answer(case))


def pytest_distill_suites():
    return [Silent()]
"""


def test_a_suite_that_cannot_keep_what_it_found_costs_no_report(
    inside: Run, pytester: pytest.Pytester
) -> None:
    """Whatever it raises."""
    pytester.makeconftest(FAILING)

    result = inside("--suite=silent", "--model=simulated:qwen", "--distill-report=json:r.json")

    result.assert_outcomes(passed=1)
    assert result.ret is pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["json report written*", "ERROR: suite silent failed at its end: OSError: nowhere to keep*"]
    )


def test_a_corpus_that_cannot_be_written_is_named(inside: Run, tmp_path: Path) -> None:
    """Here because its folder is not there."""
    path = tmp_path / "no" / "corpus.jsonl"

    result = inside(
        *("--suite=fuzz", "--model=simulated:qwen?leak=0.9", "--fuzz-mutations=1"),
        *(f"--fuzz-corpus={path}", "--distill-fail-on=gate", "--distill-report=json:r.json"),
    )

    result.stdout.fnmatch_lines(
        [
            "json report written*",
            f"ERROR: --fuzz-corpus not written to {path}: No such file or directory",
        ]
    )
    assert result.ret is pytest.ExitCode.TESTS_FAILED
