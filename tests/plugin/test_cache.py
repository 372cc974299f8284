"""--distill-cache: no answer is paid for twice, and none is another's."""

from contextlib import closing
from pathlib import Path
from sqlite3 import connect
from subprocess import PIPE, Popen
from sys import executable

import pytest

from tests.support.pytest_runs import Run
from tests.support.server import Server, serving


def suite(server: Server, *arguments: str) -> tuple[str, ...]:
    """Return the arguments of a run against `server`."""
    model = f"--model=openai:m@{server.url}"
    return ("--suite=ice", "--facts=qwen", model, "--distill-limit=20", *arguments)


def test_a_second_run_asks_nobody(run: Run, server: Server) -> None:
    """The answers lie in pytest's cache folder."""
    run(*suite(server))
    again = run(*suite(server))

    again.assert_outcomes(passed=20)
    assert server.stats()["total"] == 20


def test_an_answer_that_cannot_be_read_is_asked_for_again(
    run: Run, server: Server, tmp_path: Path
) -> None:
    """It was there when the run began, and turns out to be of no use when its test comes."""
    path = tmp_path / "c.sqlite"
    run(*suite(server, f"--distill-cache={path}"))
    with closing(connect(path)) as db, db:
        db.execute("UPDATE answers_3 SET completion = '{}' WHERE rowid % 2")
    again = run(*suite(server, f"--distill-cache={path}"))

    again.assert_outcomes(passed=20)
    again.stdout.fnmatch_lines(["10 requests, 10 from the cache*"])


@pytest.mark.parametrize("switch", [["--distill-cache=off"], ["-p", "no:cacheprovider"]])
def test_it_can_be_switched_off(run: Run, server: Server, switch: list[str]) -> None:
    """By its option, or with pytest's own cache."""
    run(*suite(server, *switch))
    run(*suite(server, *switch))

    assert server.stats()["total"] == 40


def test_other_parameters_are_other_questions(run: Run, server: Server) -> None:
    """So are other models and other samples."""
    base = f"openai:m@{server.url}"
    for model in (base, f"{base}?temperature=0", f"openai:n@{server.url}"):
        run("--suite=ice", "--facts=qwen", f"--model={model}", "--distill-limit=20")
    run(*suite(server, "--distill-samples=3", "--distill-limit=486"))

    assert server.stats()["total"] == 3 * 20 + 486 - 20


def test_the_timeout_is_no_part_of_the_question(run: Run, server: Server) -> None:
    """Nor is which key pays."""
    run(*suite(server))
    run(
        "--suite=ice",
        "--facts=qwen",
        "--distill-limit=20",
        f"--model=openai:m@{server.url}?timeout=7",
    )

    assert server.stats()["total"] == 20


def test_failures_are_not_kept(run: Run, tmp_path: Path) -> None:
    """The next run asks again."""
    cache = f"--distill-cache={tmp_path / 'c.sqlite'}"
    with serving("--latency", "0", "--faults", "500=1") as server:
        run(*suite(server, cache, "--distill-retries=0"))
        again = run(*suite(server, cache, "--distill-retries=0"))

    again.assert_outcomes(passed=20)


def test_two_runs_at_once_ask_each_question_once(tmp_path: Path) -> None:
    """Two processes that share a cache wait for each other."""
    with serving("--latency", "0.2") as server:
        command = [executable, "-m", "pytest", *suite(server), "-q", "-p", "no:cacheprovider"]
        command += [f"--distill-cache={tmp_path / 'shared.sqlite'}"]
        processes = [Popen(command, cwd=tmp_path, stdout=PIPE) for _ in range(2)]
        outputs = [process.communicate(timeout=60)[0] for process in processes]
        stats = server.stats()

    assert all(b"20 passed" in output for output in outputs)
    assert (stats["total"], stats["distinct"]) == (20, 20)


def test_a_file_that_is_no_cache_is_a_usage_error(run: Run, server: Server, tmp_path: Path) -> None:
    """It says which file, and what to do."""
    path = tmp_path / "c.sqlite"
    path.write_bytes(b"not a database" * 100)

    result = run(*suite(server, f"--distill-cache={path}"))

    assert result.ret is pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*c.sqlite*"])
    result.stderr.no_fnmatch_line("*Traceback*")


# Triggers stand for a full disk: reading goes on, writing does not.
SABOTAGE = """
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

FULL = "BEFORE INSERT ON {} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    if hasattr(config, "workerinput"):
        Path("up-" + config.workerinput["workerid"]).touch()

@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session):
    worker = getattr(session.config, "workerinput", None)
    # Who opens the cache later refuses it, as it has a trigger.
    while worker is not None and len(list(Path().glob("up-*"))) < worker["workercount"]:
        time.sleep(0.01)
    if worker is not None or not session.config.getoption("numprocesses"):
        with closing(sqlite3.connect("c.sqlite")) as db, db:
            for table in os.environ["FULL"].split():
                db.execute(f"CREATE TRIGGER IF NOT EXISTS no_{table} " + FULL.format(table))
"""


@pytest.mark.parametrize(
    ("tables", "workers"),
    [("answers_3", []), ("claims_3", []), ("answers_3 claims_3", []), ("answers_3", ["-n2"])],
)
def test_answers_that_cannot_be_kept_are_counted_once(
    run: Run,
    server: Server,
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    workers: list[str],
    tables: str,
) -> None:
    """The run goes on without; one line at the end says how many, and why."""
    pytester.makepyfile(sabotage=SABOTAGE)
    monkeypatch.setenv("FULL", tables)
    path = pytester.path / "c.sqlite"

    result = run(*suite(server, f"--distill-cache={path}", "-p", "sabotage", *workers))

    result.assert_outcomes(passed=20)
    lines = [line for line in result.outlines if "could not be cached" in line]
    why = f"response cache {path} cannot be used: the disk is full"
    assert lines == [f"ERROR: 20 answers could not be cached: {why}"]
    assert result.ret is pytest.ExitCode.TESTS_FAILED
    result.stdout.no_fnmatch_line("*delete it*")
    assert server.stats()["total"] == 20


@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["serial", "n2"])
def test_without_a_place_for_the_cache_the_run_goes_on(
    run: Run, server: Server, pytester: pytest.Pytester, workers: list[str]
) -> None:
    """A file lies where pytest's cache folder would be; the header says so, once."""
    (pytester.path / ".pytest_cache").write_text("in the way")

    result = run(*suite(server, *workers))

    result.assert_outcomes(passed=20)
    said = [line for line in result.outlines if "answers are not cached" in line]
    assert len(said) == 1
    assert said[0].startswith("distill: answers are not cached: pytest's cache folder cannot be")
