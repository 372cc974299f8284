"""What all tests share: real pytest runs, and transcripts written for this project."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.benchmarks.server import Server, serving

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
