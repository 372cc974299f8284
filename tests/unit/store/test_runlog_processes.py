"""One run log, several processes, some of which die."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_distill.store.runlog import RunLog
from tests.support.appender import SETTINGS

APPENDER = Path(__file__).parents[2] / "support" / "appender.py"


def start(path: Path, name: str, *more: str) -> subprocess.Popen[str]:
    """Start a process that appends 250 observations."""
    command = [sys.executable, str(APPENDER), str(path), name, "250", *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_what_was_acknowledged_is_there_whoever_was_killed(tmp_path: Path) -> None:
    """Four processes write at once, one dies at a random moment; no line is damaged."""
    path = tmp_path / "run.jsonl"
    killed, *others = [start(path, name) for name in "abcd"]
    assert killed.stdout is not None
    survived = random.randrange(1, 200)  # noqa: S311 - any moment will do
    acknowledged = [killed.stdout.readline().strip() for _ in range(survived)]

    killed.kill()
    acknowledged += killed.stdout.read().split("\n")[:-1]
    killed.communicate()
    for process in others:
        acknowledged += process.communicate(timeout=60)[0].split()
    log = RunLog.open(path, SETTINGS)
    log.close()

    assert len(acknowledged) >= 750 + survived
    assert {case_id for _, case_id in log.finished} >= set(acknowledged)
    for line in path.read_text("utf-8").splitlines():
        json.loads(line)


def test_a_run_that_was_killed_lets_the_next_one_in(tmp_path: Path) -> None:
    """Its lock dies with it, though its file stays."""
    path = tmp_path / "run.jsonl"
    program = (
        "import sys, time; from pathlib import Path;"
        "from pytest_distill.store.runlog import RunLog;"
        "from pytest_distill.records import RunDescription;"
        f"settings = RunDescription.model_validate_json({SETTINGS.model_dump_json()!r});"
        "log = RunLog.open(Path(sys.argv[1]), settings);"
        "print('open', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"

    process.kill()
    process.communicate()
    RunLog.open(path, SETTINGS).close()

    assert [file.name for file in tmp_path.iterdir()] == ["run.jsonl"]


@pytest.mark.skipif(sys.platform == "win32", reason="files have no limit there")
def test_a_full_disk_leaves_whole_lines(tmp_path: Path) -> None:
    """Who appends hears of it; what was acknowledged is there."""
    path = tmp_path / "run.jsonl"

    said = start(path, "a", "50000").communicate(timeout=60)[0].splitlines()
    log = RunLog.open(path, SETTINGS)
    log.close()

    acknowledged = [line for line in said if line.startswith("ice/")]
    assert any(line.startswith(f"StoreError run log {path} cannot be used: ") for line in said)
    assert {case_id for _, case_id in log.finished} == set(acknowledged)
    assert log.repaired == 0
    assert len(acknowledged) > 10
