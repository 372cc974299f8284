"""Cases that are coming are evaluated ahead."""

import asyncio
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from pytest_distill.engine.bridge import Bridge
from pytest_distill.engine.lookahead import LookAhead, Work
from pytest_distill.records import Case, Observation


def observation(name: str) -> Observation:
    """Return an observation to be told apart from others."""
    case = Case(id=f"ice/{name}", suite="ice", query="Who?", probe_key=name)
    return Observation(case=case, model="m", judge="j", outcome="missing")


class Kitchen:
    """Does work, and records what was begun, and how much at once."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.busy = self.most = 0
        self.gate = asyncio.Event()

    async def cook(self, name: str) -> Observation:
        """Take until the gate is open."""
        self.begun.append(name)
        self.busy += 1
        self.most = max(self.most, self.busy)
        try:
            await self.gate.wait()
        finally:
            self.busy -= 1
        return observation(name)

    def order(self, *names: str) -> list[tuple[str, Work]]:
        """Return work for each of `names`."""
        return [(name, partial(self.cook, name)) for name in names]

    async def open(self) -> None:
        """Let everything finish."""
        self.gate.set()


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    """Give a loop, and end it."""
    found = Bridge()
    yield found
    found.close()


def names(count: int) -> list[str]:
    """Return names in their order."""
    return [f"{number:04}" for number in range(count)]


def test_no_more_than_the_width_are_under_way(bridge: Bridge) -> None:
    """And they are begun in the order of the tests."""
    kitchen, ahead = Kitchen(), LookAhead(bridge, width=3)
    ahead.expect(kitchen.order(*names(20)))
    bridge.run(asyncio.sleep(0.02))
    assert kitchen.begun == names(3)

    bridge.run(kitchen.open())
    found = [ahead.result(*order).case.probe_key for order in kitchen.order(*names(20))]

    assert found == names(20)
    assert kitchen.begun == names(20)
    assert kitchen.most == 3


def test_what_is_asked_for_out_of_turn_is_next(bridge: Bridge) -> None:
    """A test never waits for all those before it."""
    kitchen, ahead = Kitchen(), LookAhead(bridge, width=1)
    ahead.expect(kitchen.order("a", "b", "c", "d"))
    bridge.run(asyncio.sleep(0.02))
    waiting = threading.Thread(target=ahead.result, args=kitchen.order("d")[0])
    waiting.start()
    while next(iter(ahead._coming)) != "d":  # noqa: SLF001 - the one moment that counts
        pass

    bridge.run(kitchen.open())
    waiting.join()

    assert kitchen.begun[:2] == ["a", "d"]


def test_a_result_is_handed_out_once(bridge: Bridge) -> None:
    """A test that is run again asks again."""
    kitchen, ahead = Kitchen(), LookAhead(bridge, width=2)
    bridge.run(kitchen.open())
    ahead.expect(kitchen.order("a"))

    for _ in range(3):
        ahead.result(*kitchen.order("a")[0])

    assert kitchen.begun == ["a", "a", "a"]


def test_nothing_is_begun_after_the_end(bridge: Bridge) -> None:
    """What is under way may finish."""
    kitchen, ahead = Kitchen(), LookAhead(bridge, width=2)
    ahead.expect(kitchen.order(*names(9)))
    bridge.run(asyncio.sleep(0.02))

    ahead.stop()
    bridge.run(kitchen.open())
    bridge.run(asyncio.sleep(0.02))

    assert kitchen.begun == names(2)


def test_finished_work_does_not_pile_up(bridge: Bridge) -> None:
    """Memory is bounded however slow the tests are; none is lost."""
    kitchen, ahead = Kitchen(), LookAhead(bridge, width=4)
    bridge.run(kitchen.open())
    orders = kitchen.order(*names(3000))
    ahead.expect(orders)
    bridge.run(asyncio.sleep(0.1))

    assert len(kitchen.begun) < 1000
    assert [ahead.result(*order).case.probe_key for order in orders] == names(3000)


def test_an_error_is_raised_by_the_test_that_waits(bridge: Bridge) -> None:
    """And by no other."""
    kitchen, ahead = Kitchen(), LookAhead(bridge, width=2)
    bridge.run(kitchen.open())

    async def burn() -> Observation:
        message = "burnt"
        raise ZeroDivisionError(message)

    ahead.expect([("a", burn), *kitchen.order("b")])

    with pytest.raises(ZeroDivisionError, match="burnt"):
        ahead.result("a", burn)
    assert ahead.result(*kitchen.order("b")[0]).case.probe_key == "b"


def test_who_waits_is_told_of_it(bridge: Bridge) -> None:
    """About once a second, in its own thread."""
    kitchen, ahead = Kitchen(), LookAhead(bridge, width=1)
    told: list[threading.Thread] = []

    def tell() -> None:
        told.append(threading.current_thread())
        bridge.run(kitchen.open())

    ahead.while_waiting = tell
    ahead.expect(kitchen.order("a"))
    ahead.result(*kitchen.order("a")[0])

    assert told == [threading.current_thread()]
