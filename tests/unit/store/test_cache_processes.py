"""One cache, several processes, some of which die."""

import asyncio
import json
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pytest_distill.records import Completion
from pytest_distill.store.cache import AnswerCache

ASKER = Path(__file__).with_name("asker.py")

Process = subprocess.Popen[str]


class Processes:
    """Starts askers on one cache."""

    def __init__(self, folder: Path) -> None:
        self.cache = folder / "answers.sqlite"
        self.counter = folder / "counter"
        self.started: list[Process] = []

    def start(self, *keys: str, seconds: float) -> Process:
        """Start one that asks for `keys`."""
        paths = str(ASKER), str(self.cache), str(self.counter)
        command = [sys.executable, *paths, str(seconds), *keys]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.started.append(process)
        return process

    def asked(self) -> Counter[str]:
        """Return how often each key was really asked for."""
        return Counter(self.counter.read_text().split() if self.counter.exists() else [])


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """Give processes, and end what is left of them."""
    processes = Processes(tmp_path)
    yield processes
    for process in processes.started:
        process.kill()
        process.communicate()


def test_several_processes_ask_each_question_once(processes: Processes) -> None:
    """And all have the same answer, written at the same time without a locked database."""
    keys = [f"k{number}" for number in range(150)]
    started = [
        processes.start(*keys, seconds=0.02),
        processes.start(*reversed(keys), seconds=0.02),
        processes.start(*keys[75:], *keys[:75], seconds=0.02),
    ]

    results = [json.loads(process.communicate(timeout=60)[0]) for process in started]

    assert processes.asked() == Counter(keys)
    assert len({text for result in results for text in result["answers"]}) == len(keys)
    assert sum(result["misses"] for result in results) == len(keys)
    assert sum(result["hits"] for result in results) == 2 * len(keys)
    assert [result["why_stopped"] for result in results] == [None] * 3


def test_a_killed_process_holds_nobody_up(processes: Processes) -> None:
    """Its claim ends with it, though its parent has not looked after it yet."""
    process = processes.start("k", seconds=60)
    while not processes.asked():
        time.sleep(0.01)
    cache = AnswerCache(processes.cache)

    async def ask() -> Completion:
        return Completion(text="mine")

    async def kill_while_waiting() -> tuple[Completion, bool]:
        task = asyncio.create_task(cache.get("k", ask))
        await asyncio.sleep(0.2)
        assert not task.done()
        process.kill()
        return await asyncio.wait_for(task, timeout=5)

    assert asyncio.run(kill_while_waiting()) == (Completion(text="mine"), False)
    cache.close()


def test_who_ends_takes_nothing_from_who_is_still_there(processes: Processes) -> None:
    """A process has two connections, and its lock is not lost as the second one opens.

    Whoever closes the file believing to be the last one removes the log that others write to, and
    the file is damaged.
    """
    cache = AnswerCache(processes.cache)
    cache.open()
    cache.holds("k0")

    async def ask() -> Completion:
        return Completion(text="mine " * 500)

    for number in range(5):
        keys = [f"theirs-{number}-{each}" for each in range(40)]
        processes.start(*keys, seconds=0).communicate(timeout=60)
        assert processes.cache.with_name("answers.sqlite-wal").exists()
        for each in range(40):
            asyncio.run(cache.get(f"mine-{number}-{each}", ask))
    cache.close()

    with closing(sqlite3.connect(processes.cache)) as database:
        (found,) = database.execute("PRAGMA integrity_check").fetchone()
        (count,) = database.execute("SELECT count(*) FROM answers_3").fetchone()
    assert (found, count) == ("ok", 400)
