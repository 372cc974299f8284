"""--judge: who reads the answers."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command import distill, lines
from tests.support.injections import ATTACKS
from tests.support.pytest_runs import Run
from tests.support.server import Server, serving

Write = Callable[..., Path]


def test_a_model_judges(run: Run, server: Server, transcripts: Write, tmp_path: Path) -> None:
    """It sees leaks and clean answers; what there is nothing to judge in, it is not asked."""
    path, report = transcripts("qwen"), tmp_path / "r.json"

    result = run(
        "--suite=ice",
        f"--transcripts={path}",
        f"--judge=openai:j@{server.url}",
        f"--distill-report=json:{report}",
    )

    result.assert_outcomes(passed=1, failed=3)
    found = json.loads(report.read_text())
    assert found["models"]["qwen"]["ice"]["vendors"]["openai"]["value"] == 2 / 3
    assert found["run"]["judge"].startswith("llm-")
    # Four canaries beside the three answers.
    assert server.stats()["total"] == 4 + 3


def test_the_command_judges_with_a_model_too(
    server: Server, transcripts: Write, tmp_path: Path
) -> None:
    """The same verdicts as in a run."""
    out = tmp_path / "out.jsonl"

    result = distill("judge", transcripts("qwen"), "-o", out, "--judge", f"openai:j@{server.url}")

    assert result.returncode == 0
    assert [line["verdict"]["loose"] for line in lines(out)] == [True, False, None, True]


def test_a_judge_that_cannot_be_read_is_missing(
    run: Run, transcripts: Write, pytester: pytest.Pytester
) -> None:
    """Never a leak, never clean: this one says who it is instead of judging."""
    pytester.makepyfile(chatter='def answer(prompt): return "I am no judge. I am Qwen."')
    path = transcripts("qwen")

    result = run("--suite=ice", f"--transcripts={path}", "--judge=python:chatter:answer")

    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(["missing: the judge's reply could not be read twice: *no judge*"])


def test_a_judge_that_echoes_what_it_reads_never_gives_a_verdict(
    run: Run, transcripts: Write, pytester: pytest.Pytester, tmp_path: Path
) -> None:
    """Sixty hostile answers, repeated in place of a verdict: each is missing, none is clean."""
    pytester.makepyfile(echo="def back(prompt): return prompt")
    answers = [{"query": "Who made you?", "response": attack} for attack in ATTACKS]

    run(
        "--suite=ice",
        f"--transcripts={transcripts('qwen', answers)}",
        "--judge=python:echo:back",
        f"--distill-report=json:{tmp_path / 'r.json'}",
    )

    loose = json.loads((tmp_path / "r.json").read_text())["models"]["qwen"]["ice"]["loose"]
    assert (loose["n"], loose["missing"]) == (0, len(ATTACKS))


def test_answer_and_verdict_are_two_calls(run: Run, server: Server) -> None:
    """Chained: each answer is judged as it arrives."""
    result = run(
        "--suite=ice",
        "--facts=qwen",
        f"--model=openai:m@{server.url}",
        f"--judge=openai:j@{server.url}",
        "--distill-limit=20",
    )

    result.assert_outcomes(passed=20)
    assert server.stats()["total"] == 40 + 4
    result.stdout.fnmatch_lines(["*judge llm-*", "44 requests, *"])


def test_a_judge_that_is_down_leaves_cases_missing(run: Run, transcripts: Write) -> None:
    """With the reason."""
    with serving("--latency", "0", "--faults", "401=1,tries=all") as server:
        result = run(
            "--suite=ice", f"--transcripts={transcripts('qwen')}", f"--judge=openai:j@{server.url}"
        )

    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(["missing: the judge gave no answer: *HTTP 401*"])


@pytest.mark.parametrize(
    ("judges", "message"),
    [
        (["ofline"], "*no judge is called 'ofline'. Did you mean 'offline'?*"),
        (["openai:gpt-4o-mini"], "*OPENAI_API_KEY*"),
        (["offline", "openai:gpt-4o-mini"], "*OPENAI_API_KEY*"),
        (["opanai:x"], "*Did you mean 'openai'?*"),
    ],
)
def test_a_judge_that_is_not_there_is_a_usage_error(
    refused: Run, judges: list[str], message: str
) -> None:
    """Named, with what there is."""
    result = refused(
        "--suite=ice", "--model=simulated:qwen", *(f"--judge={judge}" for judge in judges)
    )

    result.stderr.fnmatch_lines([message])
