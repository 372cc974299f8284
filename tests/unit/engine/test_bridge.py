"""The seam between a thread that waits and a loop that works."""

import asyncio
import threading

import pytest

from pytest_distill.engine.bridge import Bridge


def test_work_returns_and_raises_to_the_caller() -> None:
    """As if it had been called."""
    bridge = Bridge()

    async def double(number: int) -> int:
        await asyncio.sleep(0)
        return 2 * number

    async def fail() -> None:
        message = "no"
        raise LookupError(message)

    try:
        assert bridge.run(double(21)) == 42
        with pytest.raises(LookupError, match="no"):
            bridge.run(fail())
    finally:
        bridge.close()


def test_it_opens_no_thread_until_there_is_work() -> None:
    """And leaves none behind."""
    before = threading.active_count()
    bridge = Bridge()
    assert threading.active_count() == before

    bridge.run(asyncio.sleep(0))
    assert threading.active_count() == before + 1
    bridge.close()
    bridge.close()

    assert threading.active_count() == before


def test_closing_cancels_what_still_runs() -> None:
    """What was started and not waited for hears of it."""
    bridge, ended = Bridge(), threading.Event()
    tasks = []

    async def forever() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()

    async def start() -> None:
        tasks.append(asyncio.create_task(forever()))
        await asyncio.sleep(0)

    bridge.run(start())
    bridge.close()

    assert ended.is_set()
