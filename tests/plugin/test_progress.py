"""What who watches a long run sees of it: on a terminal only, and of all workers together."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_nothing_is_told_elsewhere(tmp_path: Path) -> None:
    """A log in CI has what pytest writes, and the end."""
    with serving(*BUSY) as server:
        suite = ("--suite=ice", "--facts=qwen", f"--model=openai:m@{server.url}")
        command = [sys.executable, "-m", "pytest", *suite, "--distill-limit=2"]
        result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)

    assert not re.search(r"distill: \d/2", result.stdout)
    assert "4 requests, 2 retries" in result.stdout
