"""--distill-run: nothing that is finished is asked again."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pytest_distill.cli import main
from tests.support.pytest_runs import Run
from tests.support.reports import undated
from tests.support.server import Server, serving


def suite(server: Server, folder: Path, *arguments: str) -> tuple[str, ...]:
    """Return the arguments of a run with a log, and without a cache."""
    return (
        "--suite=ice",
        "--facts=qwen",
        f"--model=openai:m@{server.url}",
        "--distill-cache=off",
        f"--distill-run={folder / 'run.jsonl'}",
        f"--distill-report=json:{folder / 'report.json'}",
        *arguments,
    )


def test_a_finished_run_asks_nobody_again(run: Run, server: Server, tmp_path: Path) -> None:
    """And gives the same report, but for where its answers came from."""
    run(*suite(server, tmp_path))
    first = undated(tmp_path / "report.json")
    result = run(*suite(server, tmp_path))

    result.assert_outcomes(passed=162)
    assert server.stats()["total"] == 162
    again = undated(tmp_path / "report.json")
    reused = again["run"].pop("reused")["m"]
    assert (reused["answers"], reused["logged"], reused["undated"]) == (162, 162, 0)
    assert first["run"].pop("reused") == {}
    assert again == first


def test_other_settings_are_refused(run: Run, server: Server, tmp_path: Path) -> None:
    """With what differs."""
    run(*suite(server, tmp_path, "--distill-limit=5"))

    result = run(*suite(server, tmp_path, "--distill-limit=6"))

    assert result.ret is pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*other settings*", "*limit: was 5, is now 6*"])


def test_damage_is_reported_with_its_place(run: Run, server: Server, tmp_path: Path) -> None:
    """A torn last line is repaired; anything else is not guessed at."""
    run(*suite(server, tmp_path, "--distill-limit=5"))
    log = tmp_path / "run.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)

    log.write_bytes(b"".join(lines) + lines[-1][:20])
    repaired = run(*suite(server, tmp_path, "--distill-limit=5"))
    log.write_bytes(b"".join([*lines[:3], b"{broken\n", *lines[3:]]))
    damaged = run(*suite(server, tmp_path, "--distill-limit=5"))

    repaired.assert_outcomes(passed=5)
    assert damaged.ret is pytest.ExitCode.USAGE_ERROR
    damaged.stderr.fnmatch_lines(["*run.jsonl:4:*"])


def test_missing_cases_are_asked_again(run: Run, tmp_path: Path) -> None:
    """Whatever was in the way may be gone."""
    with serving("--latency", "0", "--faults", "500=0.5") as server:
        first = run(*suite(server, tmp_path, "--distill-retries=0", "--distill-limit=40"))
        second = run(*suite(server, tmp_path, "--distill-retries=0", "--distill-limit=40"))

    assert first.parseoutcomes()["failed"] > 5
    second.assert_outcomes(passed=40)


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_a_run_that_is_killed_goes_on_where_it_was(
    run: Run, tmp_path: Path, workers: list[str]
) -> None:
    """SIGKILL at two moments: what was in flight, or waited for its verdict, is asked again."""
    slots, rng = 8, random.Random(len(workers))  # noqa: S311 - moments, not secrets
    with serving("--latency", "0.1") as server:
        whole, killed = tmp_path / "whole", tmp_path / "killed"
        whole.mkdir()
        killed.mkdir()
        flags = (f"--distill-concurrency={slots}", *workers)
        run(*suite(server, whole, *flags))
        asked = server.stats()["total"]
        for _ in range(2):
            kill(suite(server, killed, *flags), after_s=rng.uniform(1.0, 2.5))
        result = run(*suite(server, killed, *flags))
        again = server.stats()["total"] - asked

    result.assert_outcomes(passed=162)
    # A busy machine is slow to judge: as many again may have been answered and not judged yet.
    assert 162 <= again <= 162 + 2 * 2 * slots
    reports = [undated(folder / "report.json") for folder in (whole, killed)]
    for report in reports:
        del report["run"]["reused"]
    assert reports[0] == reports[1]


def kill(arguments: tuple[str, ...], *, after_s: float) -> None:
    """Start a run and kill it with all its workers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(after_s)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    # Workers that held the log are gone when it can be locked again.
    time.sleep(0.3)


def test_a_run_that_is_refused_leaves_no_lock(run: Run, server: Server, tmp_path: Path) -> None:
    """Here by a node id that no case has, after the log was opened."""
    result = run(*suite(server, tmp_path), "distill/ice::test_identity[m-no-such-case]")

    assert result.ret is pytest.ExitCode.USAGE_ERROR
    assert not list(tmp_path.glob("*.lock"))


def test_a_case_that_changed_counts_as_it_was_asked_last(
    inside: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Live and from the log: the verdict on the answer before is out of date."""
    transcripts, log = tmp_path / "qwen.jsonl", tmp_path / "run.jsonl"

    def judged(answer: str) -> pytest.RunResult:
        lines = (
            {"id": f"q{n}", "query": f"Who are you ({n})?", "response": answer} for n in range(60)
        )
        transcripts.write_text("".join(json.dumps(line) + "\n" for line in lines))
        given = (f"--transcripts={transcripts}", "--facts=qwen", f"--distill-run={log}")
        return inside("--suite=ice", *given, "--distill-gate=ice.loose<=0.5")

    clean, leaking = judged("I am Qwen, made by Alibaba Cloud."), judged("I am ChatGPT, by OpenAI.")

    assert (clean.ret, leaking.ret) == (0, 1)
    capsys.readouterr()
    assert main(["gate", str(log), "--gate", "ice.loose<=0.5"]) == 1
    assert "60 of 60 answers" in capsys.readouterr().out
