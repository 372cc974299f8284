"""A server that fails: what passes is waited out, what does not is missing."""

import time
from pathlib import Path

import pytest

from tests.support.pytest_runs import Run
from tests.support.server import Server, serving

FAULTS = "429=0.05,429+0.1=0.05,500=0.05,hang=0.02,cut=0.015,garbled=0.015"


def suite(server: Server, *arguments: str) -> tuple[str, ...]:
    """Return the arguments of a run whose attempts last a second at most."""
    model = f"--model=openai:m@{server.url}?timeout=1"
    return ("--suite=ice", "--facts=qwen", model, "--distill-cache=off", *arguments)


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_transient_faults_are_waited_out(run: Run, workers: list[str]) -> None:
    """Every case ends judged."""
    with serving("--latency", "0.01", "--faults", FAULTS) as server:
        result = run(*suite(server, "--distill-concurrency=32"), *workers)
        stats = server.stats()

    result.assert_outcomes(passed=162)
    result.stdout.fnmatch_lines(["*162 judged, 0 missing*", "*retries*"])
    assert stats["total"] > 162


def test_faults_on_every_attempt_leave_every_case_missing(run: Run) -> None:
    """With its reason, none as leak or clean, and in bounded time."""
    started = time.monotonic()
    with serving("--latency", "0", "--faults", "500=0.5,cut=0.25,garbled=0.25,tries=all") as server:
        result = run(*suite(server, "--distill-limit=40", "--distill-retries=1"))

    assert result.ret is pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(failed=40)
    result.stdout.fnmatch_lines(["missing: *HTTP 500*", "*0 judged, 40 missing*"])
    assert time.monotonic() - started < 30


def test_a_hung_server_is_given_up(run: Run) -> None:
    """After the attempt's time, and the tries."""
    with serving("--latency", "0", "--faults", "hang=1,tries=all") as server:
        result = run(*suite(server, "--distill-limit=8", "--distill-retries=1"))

    result.assert_outcomes(failed=8)
    result.stdout.fnmatch_lines(["missing: *no answer within 1 s*"])


def test_refusals_are_not_tried_again(run: Run) -> None:
    """A wrong key stays wrong: a few requests show it, one sentence says it."""
    with serving("--latency", "0", "--faults", "401=1,tries=all") as server:
        result = run(*suite(server))
        stats = server.stats()

    result.assert_outcomes(failed=162)
    result.stdout.fnmatch_lines(["missing: *HTTP 401*check the API key*"])
    assert stats["total"] <= 6
    assert len(result.outlines) < 50


def test_no_retries_fails_fast(run: Run) -> None:
    """--distill-retries=0: one request a case."""
    with serving("--latency", "0", "--faults", "500=1,tries=all") as server:
        run(*suite(server, "--distill-limit=8", "--distill-retries=0"))
        stats = server.stats()

    assert stats["total"] == 8


def test_a_busy_server_is_asked_less(run: Run) -> None:
    """It bears four at once; all is answered, and few requests are turned away."""
    with serving("--latency", "0.02", "--capacity", "4") as server:
        result = run(*suite(server, "--distill-concurrency=32"))
        stats = server.stats()

    result.assert_outcomes(passed=162)
    assert stats["total"] < 2 * 162


def test_no_key_is_in_anything_that_a_run_leaves(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Report, run log, cache, JUnit, terminal at -vv with all tracebacks: for any outcome."""
    canary = "sk-canary-0123456789abcdef"
    monkeypatch.setenv("OPENAI_API_KEY", canary)
    faults = "401=0.2,500=0.2,hang=0.1,cut=0.2,garbled=0.1,tries=all"
    with serving("--latency", "0", "--faults", faults) as server:
        result = run(
            "--suite=ice",
            "--facts=qwen",
            f"--model=openai:m@{server.url}?timeout=1",
            "--distill-limit=60",
            "--distill-retries=1",
            f"--distill-cache={tmp_path / 'cache.sqlite'}",
            f"--distill-run={tmp_path / 'run.jsonl'}",
            f"--distill-report=json:{tmp_path / 'report.json'}",
            f"--junitxml={tmp_path / 'junit.xml'}",
            "-vv",
            "--tb=long",
            "--showlocals",
            "--log-level=DEBUG",
            "-rA",
        )

    assert result.parseoutcomes()["failed"] > 10
    texts = [result.stdout.str().encode(), result.stderr.str().encode()]
    texts += [path.read_bytes() for path in Path.cwd().rglob("*") if path.is_file()]
    texts += [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(texts) > 5
    assert not any(canary.encode() in text or b"Bearer" in text for text in texts)
