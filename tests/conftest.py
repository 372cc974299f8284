"""What all tests share: real pytest runs, and transcripts written for this project."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.pytest_runs import Run
from tests.support.server import Server, serving
from tests.support.transcripts import four_lines

pytest_plugins = ["pytester"]


def pytest_configure(config: pytest.Config) -> None:
    """Measure no coverage in what the tests start: it takes a run of its own thrice as long."""
    if hasattr(config, "workerinput"):
        # Workers are measured, and have started to be: only what they start inherits this.
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts real runs: they are not measured."""
    for item in items:
        if "run" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.unmeasured)


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No keys, no options, no colours and no job from outside; a terminal of 120 columns."""
    keys = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY")
    others = ("PYTEST_ADDOPTS", "FORCE_COLOR", "PYTEST_XDIST_WORKER", "GITHUB_STEP_SUMMARY")
    for name in (*keys, *others):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def run(pytester: pytest.Pytester, clean_environment: None) -> Run:  # noqa: ARG001 - it acts by being there
    """Give real runs, of no plugin but ours and xdist."""

    def start(*arguments: str) -> pytest.RunResult:
        others = ("-p", "no:hypothesispytest", "-p", "no:anyio")
        return pytester.runpytest_subprocess(*others, *arguments)

    return start


@pytest.fixture
def inside(pytester: pytest.Pytester, clean_environment: None) -> Run:  # noqa: ARG001 - it acts by being there
    """Give runs in this process: they start faster than real ones."""

    def start(*arguments: str) -> pytest.RunResult:
        return pytester.runpytest_inprocess("-p", "no:hypothesispytest", *arguments)

    return start


@pytest.fixture
def refused(pytester: pytest.Pytester, clean_environment: None) -> Run:  # noqa: ARG001 - it acts by being there
    """Give runs that are usage errors, in this process: they end before any test starts."""

    def start(*arguments: str) -> pytest.RunResult:
        result = pytester.runpytest_inprocess("-p", "no:hypothesispytest", *arguments)
        assert result.ret is pytest.ExitCode.USAGE_ERROR, result.stdout.str()
        for output in (result.stdout.str(), result.stderr.str()):
            assert "Traceback" not in output
            assert "INTERNALERROR" not in output
        return result

    return start


@pytest.fixture
def transcripts(tmp_path: Path) -> Callable[..., Path]:
    """Give a writer of transcript files: ``transcripts("qwen-test", [{...}, ...])``."""

    def write(name: str, lines: list[Mapping[str, Any]] | None = None) -> Path:
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines or four_lines()))
        return path

    return write


@pytest.fixture
def server() -> Iterator[Server]:
    """Give an endpoint that answers at once, and right."""
    with serving("--latency", "0.02") as found:
        yield found
