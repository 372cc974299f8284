"""What who watches a long run sees of it, on a terminal and in a log, of all workers together."""

import os
import pty
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

from pytest_distill.pytest_hooks.progress import Progress
from pytest_distill.run.session import Session
from pytest_distill.settings.settings import Settings
from tests.support.server import serving

# Every question is turned away once, with a pause of a second: that is news at once.
BUSY = ("--latency", "0.05", "--faults", "429+1=1")


def watched(folder: Path, *arguments: str) -> str:
    """Return what pytest shows on a terminal."""
    screen, terminal = pty.openpty()
    command = [sys.executable, "-m", "pytest", "-p", "no:hypothesispytest", *arguments]
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "200"},
    )
    os.close(terminal)
    shown = b""
    try:
        while part := os.read(screen, 65536):
            shown += part
    except OSError:
        pass  # Linux's way of saying that nobody holds the other end
    finally:
        os.close(screen)
        process.wait(60)
    return shown.decode()


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_a_pause_is_told_on_a_terminal(tmp_path: Path, workers: list[str]) -> None:
    """With how far the run is, and at the end what was asked in all."""
    with serving(*BUSY) as server:
        suite = ("--suite=ice", "--facts=qwen", f"--model=openai:m@{server.url}")
        shown = watched(tmp_path, *suite, "--distill-limit=6", "--distill-cache=off", *workers)

    line = re.search(r"distill: (\d)/6, .*", shown)
    assert line is not None, shown
    assert re.search(r"s paused at a server's request", line[0])
    assert "12 requests, 6 retries" in shown


def test_of_a_short_run_nothing_is_told_elsewhere(tmp_path: Path) -> None:
    """A log in CI has what pytest writes, and the end; not each pause."""
    with serving(*BUSY) as server:
        suite = ("--suite=ice", "--facts=qwen", f"--model=openai:m@{server.url}")
        command = [sys.executable, "-m", "pytest", *suite, "--distill-limit=2"]
        result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)

    assert not re.search(r"distill: \d/2", result.stdout)
    assert "4 requests, 2 retries" in result.stdout


@pytest.mark.parametrize(
    ("workers", "faults", "timeout", "said"),
    [
        (
            ["-n2"],
            "429+6=1",
            30,
            r"waiting for http://\S+: HTTP 429: .*; tried again at \d\d:\d\d:\d\d, in",
        ),
        (
            [],
            "hang=1",
            11.5,
            r"waiting for m: no answer for 10 s; an attempt ends after 11.5 s, at \d\d",
        ),
    ],
)
def test_who_is_waited_for_long_is_said_once_in_a_log_too(
    tmp_path: Path, workers: list[str], faults: str, timeout: float, said: str
) -> None:
    """With the reason, and until when."""
    with serving("--latency", "0.05", "--faults", faults) as server:
        model = f"--model=openai:m@{server.url}?timeout={timeout}"
        suite = ("--suite=ice", "--facts=qwen", model, "--distill-cache=off", "--distill-limit=2")
        command = [sys.executable, "-m", "pytest", *suite, *workers]
        result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)

    assert len(re.findall(said, result.stdout + result.stderr)) == 1, result.stdout


class Screen(StringIO):
    """Takes what a terminal shows."""

    def isatty(self) -> bool:
        """Return that it is one."""
        return True


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


@pytest.mark.parametrize(("output", "every_s"), [(Screen(), 10), (StringIO(), 30)])
def test_a_long_run_says_how_far_it_is(
    pytester: pytest.Pytester, output: StringIO, every_s: int
) -> None:
    """Every half minute in a log, more often on a terminal."""
    config = pytester.parseconfig()
    clock = Clock()
    reporter = TerminalReporter(config, output)
    config.pluginmanager.register(reporter, "terminalreporter")
    session = Session(Settings(), must_answer=False)
    progress = Progress(config, session, clock=clock)
    progress.pytest_sessionstart()
    progress.pytest_xdist_node_collection_finished(["a", "b", "c", "d"])

    for clock.now in (1, every_s - 1, every_s, every_s + 1):
        progress.pytest_runtest_logfinish()
    session.close()

    lines = re.findall(r"distill: .*", output.getvalue())
    assert lines == [f"distill: 3/4, {3 / every_s:.1f}/s, about 0:{every_s // 3:02} left"]
