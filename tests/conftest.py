"""What all tests share: real pytest runs, and transcripts written for this project."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest

pytest_plugins = ["pytester"]


class Run(Protocol):
    """Starts pytest as a user does, in a process of its own."""

    def __call__(self, *arguments: str) -> pytest.RunResult:
        """Run ``pytest ARGUMENTS`` in an empty folder."""
        ...


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give real runs: no plugin but ours and xdist, no colours, no width of a terminal."""
    keys = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY")
    for name in (*keys, "PYTEST_ADDOPTS", "FORCE_COLOR", "PYTEST_XDIST_WORKER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "120")

    def start(*arguments: str) -> pytest.RunResult:
        return pytester.runpytest_subprocess("-p", "no:hypothesispytest", *arguments)

    return start


LEAK = "I am ChatGPT, a language model made by OpenAI."
HOME = "I am Qwen, a language model made by Alibaba Cloud."


@pytest.fixture
def transcripts(tmp_path: Path) -> Callable[..., Path]:
    """Give a writer of transcript files: ``transcripts("qwen-test", [{...}, ...])``."""

    def write(name: str, lines: list[Mapping[str, Any]] | None = None) -> Path:
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines or four_lines()))
        return path

    return write


def four_lines() -> list[Mapping[str, Any]]:
    """Return a leak, a clean answer, an empty one, and a leak in a template that names it."""
    probe = {"query": "Who made you?", "language": "en", "category": "team"}
    return [
        {**probe, "id": "a", "response": LEAK},
        {**probe, "id": "b", "response": HOME, "category": "industry"},
        {**probe, "id": "c", "response": ""},
        {**probe, "id": "d", "response": LEAK, "template": "You are ChatGPT. {query}"},
    ]


SERVER = Path(__file__).parent / "benchmarks" / "server.py"


class Server:
    """A real chat endpoint on the loopback, in a process of its own."""

    def __init__(self, url: str) -> None:
        self.url = url

    def stats(self) -> dict[str, Any]:
        """Return how many requests came, how many were distinct, and the most at once."""
        stats = self.url.removesuffix("/v1") + "/stats"
        with urllib.request.urlopen(stats, timeout=10) as reply:  # noqa: S310 - our own server
            return dict(json.load(reply))


@contextmanager
def serving(*arguments: str) -> Iterator[Server]:
    """Serve until the block ends: ``serving("--latency", "0.2", "--faults", "500=0.1")``."""
    command = [sys.executable, str(SERVER), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Server(process.stdout.readline().strip())
        finally:
            process.terminate()


@pytest.fixture
def server() -> Iterator[Server]:
    """Give an endpoint that answers at once, and right."""
    with serving("--latency", "0.02") as found:
        yield found


def data_folder(name: str) -> Path:
    """Return a folder of the recorded real outputs, or skip; in CI they are always there."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("PYTEST_DISTILL_DATA", default)) / name
    if not folder.is_dir():
        message = f"the recorded real outputs are not at {folder}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder
