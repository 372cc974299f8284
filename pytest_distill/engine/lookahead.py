"""Cases that are coming are evaluated ahead; a test waits for its own only."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable
from contextlib import suppress
from functools import partial
from threading import Condition

from pytest_distill.engine.bridge import Bridge
from pytest_distill.records import Observation

Work = Callable[[], Awaitable[Observation]]

# How often somebody who waits hears of it.
_TICK_S = 1.0

# By then the first questions are on their way, and where nothing is answered the loop is idle.
_SENDING_S = 0.05

# The loop is told of results that were taken so many at a time: each time it wakes up, it and
# the test fight for the interpreter.
_TAKEN_TOGETHER = 128

# Results that no test has asked for yet: enough to hide the slowest answers, few enough that
# a run of any length fits in memory.
_FINISHED_AHEAD = 512


class LookAhead:
    """Keeps `width` evaluations going, in the order in which the tests will ask for them."""

    def __init__(self, bridge: Bridge, *, width: int) -> None:
        """Start nothing yet.

        Args:
            bridge: where the work runs.
            width: evaluations under way at once. More than requests may be in flight, so
                that a slot never waits for a judge to be asked.
        """
        self._bridge = bridge
        self._width = width
        self._coming: OrderedDict[Hashable, Work] = OrderedDict()
        self._expected: set[Hashable] = set()
        """What the loop has or will have a result for, and no test has taken."""
        self._results: dict[Hashable, Observation | BaseException] = {}
        self._changed = Condition()
        self._room: asyncio.Semaphore | None = None
        self._taken = 0
        """Results that were taken since the loop was told."""
        self._on_first_wait: Callable[[], None] | None = None
        self.while_waiting: Callable[[], None] = _nothing
        """Called about once a second in the thread that waits for a result."""

    def expect(
        self,
        coming: Iterable[tuple[Hashable, Work]],
        *,
        on_first_wait: Callable[[], None] | None = None,
    ) -> None:
        """Begin to evaluate `coming`, which is in the order of the tests.

        Args:
            coming: the evaluations, each under its key.
            on_first_wait: called once in the thread that waits, when the first questions are on
                their way: earlier, it and the loop would fight for the interpreter.
        """
        self._on_first_wait = on_first_wait
        self._coming.update(coming)
        self._expected.update(self._coming)
        if self._coming:
            self._bridge.run(self._begin())

    def expects(self, key: Hashable) -> bool:
        """Return whether the evaluation of `key` is coming, under way or waiting to be taken."""
        return key in self._expected

    def result(self, key: Hashable, work: Work) -> Observation:
        """Wait for the evaluation of `key`; one that was not expected is run now.

        The result is handed out once: a test that is run again asks again.
        """
        if not self.expects(key):
            return self._bridge.run(_awaited(work))
        # It is next, if it was not begun: whoever is free in the loop takes it.
        with suppress(KeyError):
            self._coming.move_to_end(key, last=False)
        result = self._take(key)
        if isinstance(result, BaseException):
            raise result
        return result

    def stop(self) -> None:
        """Ask for nothing more; what is under way is cancelled when the bridge closes."""
        self._coming.clear()

    def _take(self, key: Hashable) -> Observation | BaseException:
        self._taken += 1
        if self._taken >= _TAKEN_TOGETHER or key not in self._results:
            self._bridge.soon(partial(self._make_room, self._taken))
            self._taken = 0
        while True:
            on_first_wait, self._on_first_wait = self._on_first_wait, None
            with self._changed:
                patience = _TICK_S if on_first_wait is None else _SENDING_S
                if self._changed.wait_for(lambda: key in self._results, patience):
                    self._expected.discard(key)
                    return self._results.pop(key)
            (on_first_wait or self.while_waiting)()

    async def _begin(self) -> None:
        if self._room is None:
            self._room = asyncio.Semaphore(self._width + _FINISHED_AHEAD)
        for _ in range(min(self._width, len(self._coming))):
            self._bridge.keep(asyncio.create_task(self._pump(self._room)))

    async def _pump(self, room: asyncio.Semaphore) -> None:
        while self._coming:
            await room.acquire()
            with suppress(KeyError):
                key, work = self._coming.popitem(last=False)
                await self._settle(key, work)

    async def _settle(self, key: Hashable, work: Work) -> None:
        result: Observation | BaseException
        try:
            result = await work()
        except asyncio.CancelledError as error:
            self._hand_over(key, error)
            raise
        except BaseException as error:  # noqa: BLE001 - its test raises it, and the loop lives on
            result = error
        self._hand_over(key, result)

    def _hand_over(self, key: Hashable, result: Observation | BaseException) -> None:
        with self._changed:
            self._results[key] = result
            self._changed.notify()

    def _make_room(self, places: int) -> None:
        if self._room is not None:
            for _ in range(places):
                self._room.release()


def _nothing() -> None:
    """Wait in silence."""


async def _awaited(work: Work) -> Observation:
    return await work()
