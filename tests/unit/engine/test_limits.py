"""Slots: how many, in which order, and what a busy server does to them."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.engine.limits import WHOLE, InFlight, Share, Slots

T = TypeVar("T")


class Hourglass(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next thing that is planned: nobody waits."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def time(self) -> float:
        """Return what the clock shows."""
        return self.now

    def _run_once(self) -> None:
        ready, planned = self._ready, self._scheduled  # type: ignore[attr-defined] # no public way
        if not ready and planned:
            self.now = max(self.now, planned[0].when())
        super()._run_once()  # type: ignore[misc] # likewise


def run(story: Callable[[], Awaitable[T]]) -> T:
    """Run `story` in no time."""

    async def told() -> T:
        return await story()

    with asyncio.Runner(loop_factory=Hourglass) as runner:
        return runner.run(told())


def limits(slots: int) -> InFlight:
    """Return slots on the clock of the loop."""
    return InFlight(Slots(slots), clock=now)


def now() -> float:
    """Return the time of the loop."""
    return asyncio.get_running_loop().time()


@given(st.integers(1, 12), st.integers(1, 500))
def test_shares_add_up_to_the_whole(processes: int, total: int) -> None:
    """Unless there are more processes than slots: each has at least one."""
    parts = [Share(index, processes).of(total) for index in range(processes)]

    assert sum(parts) == max(total, processes)
    assert max(parts) - min(parts) <= 1
    assert WHOLE.of(total) == total


@pytest.mark.parametrize("slots", [1, 3, 16])
def test_no_more_than_the_slots_are_unanswered(slots: int) -> None:
    """And all of them are used."""

    async def story() -> list[int]:
        in_flight = limits(slots)
        seen = []

        async def ask() -> None:
            async with in_flight.admit():
                seen.append(in_flight.used)
                await asyncio.sleep(1)

        await asyncio.gather(*(ask() for _ in range(4 * slots)))
        assert in_flight.used == 0
        assert now() == pytest.approx(1004)
        return seen

    assert max(run(story)) == slots


def test_slots_are_given_in_the_order_of_asking() -> None:
    """Nobody who comes later goes first, not even in the moment in which a slot is free."""

    async def story() -> list[int]:
        in_flight = limits(2)
        order: list[int] = []

        async def ask(number: int) -> None:
            async with in_flight.admit():
                order.append(number)
                await asyncio.sleep(number % 3)

        asked = []
        for number in range(30):
            asked.append(asyncio.create_task(ask(number)))
            await asyncio.sleep(0.3)
        await asyncio.gather(*asked)
        return order

    assert run(story) == list(range(30))


def test_requests_that_were_under_way_together_halve_the_limit_once() -> None:
    """One round of refusals is one message; the next round is another."""

    async def story() -> list[int]:
        in_flight = limits(16)
        found = []
        for _ in range(6):
            sent_at = now()
            await asyncio.sleep(0.2)
            for _ in range(16):
                in_flight.note_overload(sent_at, resume_after_s=None)
            found.append(in_flight.limit)
            await asyncio.sleep(0.1)
        return found

    assert run(story) == [8, 4, 2, 1, 1, 1]


def test_one_round_of_answers_wins_one_slot_back() -> None:
    """Up to what there was at the beginning, and no further."""

    async def story() -> list[int]:
        in_flight = limits(8)
        in_flight.note_overload(now(), resume_after_s=None)
        await asyncio.sleep(1)
        in_flight.note_overload(now(), resume_after_s=None)
        found = [in_flight.limit]
        for _ in range(9):
            # The sum of 1/limit over a round falls a little short of one.
            for _ in range(in_flight.limit + 1):
                in_flight.note_success()
            found.append(in_flight.limit)
        return found

    assert run(story) == [2, 3, 4, 5, 6, 7, 8, 8, 8, 8]


def test_a_smaller_limit_is_kept_to_and_a_grown_one_used() -> None:
    """Those under way are not called back; those that wait feel both."""

    async def story() -> tuple[int, int]:
        in_flight = limits(4)
        release = asyncio.Event()

        async def ask() -> None:
            async with in_flight.admit():
                await release.wait()

        first = [asyncio.create_task(ask()) for _ in range(4)]
        later = [asyncio.create_task(ask()) for _ in range(4)]
        await asyncio.sleep(0)
        in_flight.note_overload(now(), resume_after_s=None)
        first[0].cancel()
        await asyncio.sleep(0.1)
        after_one_left = in_flight.used
        for _ in range(10):
            in_flight.note_success()
        after_growth = in_flight.used
        release.set()
        await asyncio.gather(*first, *later, return_exceptions=True)
        return after_one_left, after_growth

    assert run(story) == (3, 4)


def test_nothing_is_sent_while_a_server_wants_a_pause() -> None:
    """The longest pause counts; what waits holds no slot, and goes in order when it is over."""

    async def story() -> list[tuple[int, float]]:
        in_flight = limits(4)
        sent = []

        async def ask(number: int) -> None:
            async with in_flight.admit() as sent_at:
                sent.append((number, sent_at - 1000))
                assert sent_at == now()
                await asyncio.sleep(1)

        assert in_flight.note_overload(now(), resume_after_s=5) == 5
        asked = [asyncio.create_task(ask(number)) for number in range(4)]
        await asyncio.sleep(3)
        assert in_flight.used == 0
        assert in_flight.paused_s == 2
        assert in_flight.note_overload(now(), resume_after_s=1) == 0
        assert in_flight.note_overload(now(), resume_after_s=4) == 2
        await asyncio.gather(*asked)
        assert in_flight.paused_s == 0
        return sent

    # Two refusals, in two rounds: one slot is left, and each answer takes a second.
    assert run(story) == [(0, 7), (1, 8), (2, 9), (3, 10)]


def test_one_server_that_is_busy_does_not_slow_down_another() -> None:
    """What waits for it holds no slot, and lets others go first."""

    async def story() -> list[tuple[str, float]]:
        slots = Slots(2)
        servers = {name: InFlight(slots, clock=now) for name in ("busy", "idle")}
        sent = []

        async def ask(name: str) -> None:
            async with servers[name].admit() as sent_at:
                assert servers["busy"].used + servers["idle"].used <= slots.total
                sent.append((name, sent_at - 1000))
                await asyncio.sleep(1)

        servers["busy"].note_overload(now(), resume_after_s=5)
        await asyncio.gather(*(ask(name) for name in ("busy", "busy", "idle", "idle", "idle")))
        assert servers["idle"].limit == slots.total
        return sent

    # The busy one has one slot left, after its pause.
    assert run(story) == [("idle", 0), ("idle", 0), ("idle", 1), ("busy", 5), ("busy", 6)]


def test_whoever_gives_up_during_a_pause_is_forgotten() -> None:
    """The others get their slots."""

    async def story() -> int:
        in_flight = limits(2)
        in_flight.note_overload(now(), resume_after_s=5)

        async def ask() -> int:
            async with in_flight.admit():
                return in_flight.used

        gone = [asyncio.create_task(ask()) for _ in range(3)]
        stays = asyncio.create_task(ask())
        await asyncio.sleep(1)
        for task in gone:
            task.cancel()
        used = await stays
        assert in_flight.used == 0
        return used

    assert run(story) == 1


def test_the_clock_of_the_machine_wakes_too() -> None:
    """Without a loop of our own making."""

    async def story() -> float:
        in_flight = InFlight(Slots(1))
        in_flight.note_overload(asyncio.get_running_loop().time(), resume_after_s=0.05)
        started = asyncio.get_running_loop().time()
        async with in_flight.admit():
            return asyncio.get_running_loop().time() - started

    assert 0.04 < asyncio.run(story()) < 1


@given(seed=st.integers(0, 2**32), slots=st.integers(1, 5))
@settings(max_examples=60)
def test_no_slot_is_ever_lost(seed: int, slots: int) -> None:
    """Whatever is answered, refused, raised or cancelled, and in whatever moment."""
    choose = random.Random(seed)  # noqa: S311 - a story, not a secret

    async def story() -> None:
        in_flight = limits(slots)
        under_way = 0

        async def ask() -> None:
            nonlocal under_way
            async with in_flight.admit() as sent_at:
                under_way += 1
                assert under_way == in_flight.used <= slots
                try:
                    await asyncio.sleep(choose.choice([0, 0.1, 1]))
                    match choose.randrange(5):
                        case 0:
                            wait = choose.choice([None, 0.0, 0.5, 3.0])
                            in_flight.note_overload(sent_at, resume_after_s=wait)
                        case 1:
                            raise LookupError
                        case _:
                            in_flight.note_success()
                finally:
                    under_way -= 1

        tasks = []
        for _ in range(40):
            tasks.append(asyncio.create_task(ask()))
            if choose.random() < 0.5:
                await asyncio.sleep(choose.choice([0, 0, 0.1, 0.3]))
            if choose.random() < 0.4:
                choose.choice(tasks).cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

        assert in_flight.used == 0
        # Every slot can be had again.
        for _ in range(slots * slots):
            in_flight.note_success()
        async with asyncio.TaskGroup() as group:
            for _ in range(2 * slots):
                group.create_task(_pass_through(in_flight))
        assert in_flight.used == 0

    run(story)


async def _pass_through(in_flight: InFlight) -> None:
    async with in_flight.admit():
        await asyncio.sleep(0.1)
