"""Evaluates cases ahead of their tests; each test waits for its own result only."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable
from contextlib import suppress
from functools import partial
from threading import Condition

from pytest_distill.engine.bridge import Bridge
from pytest_distill.records import Observation

Work = Callable[[], Awaitable[Observation]]

# Interval between calls of `while_waiting`.
_WAITING_INTERVAL_S = 1.0

# By then the first requests are sent, and the loop is idle until the first response.
_FIRST_INTERVAL_S = 0.05

# Places of taken results are released in batches: each time the loop wakes up, it competes with
# the test for the interpreter.
_RELEASE_BATCH = 128

# Results that no test has taken yet: enough to hide the slowest responses, few enough that
# a run of any length fits in memory.
_MAX_UNTAKEN_RESULTS = 512


class LookAhead:
    """Keeps `width` evaluations running, in the order of the tests that need them."""

    def __init__(self, bridge: Bridge, *, width: int) -> None:
        """Start nothing yet.

        Args:
            bridge: where the evaluations run.
            width: evaluations running at once. More than the limit on requests in flight, so
                that no slot stays free while answers are judged.
        """
        self._bridge = bridge
        self._width = width
        self._coming: OrderedDict[Hashable, Work] = OrderedDict()
        self._expected: set[Hashable] = set()
        """Keys of evaluations whose result no test has taken yet."""
        self._results: dict[Hashable, Observation | BaseException] = {}
        self._changed = Condition()
        self._free_places: asyncio.Semaphore | None = None
        self._taken = 0
        """Results taken whose places are not yet released."""
        self._on_first_wait: Callable[[], None] | None = None
        self.while_waiting: Callable[[], None] = _do_nothing
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
            on_first_wait: called once in the thread that waits, after the first requests are
                sent: earlier, it would compete with the loop for the interpreter.
        """
        self._on_first_wait = on_first_wait
        self._coming.update(coming)
        self._expected.update(self._coming)
        if self._coming:
            self._bridge.run(self._begin())

    def expects(self, key: Hashable) -> bool:
        """Return whether `key` is queued, running or finished but not taken."""
        return key in self._expected

    def result(self, key: Hashable, work: Work) -> Observation:
        """Wait for the result of `key`; if it was not expected, run `work` now.

        Each result is returned once: a test that is run again evaluates again.
        """
        if not self.expects(key):
            return self._bridge.run(_awaited(work))
        # If it has not started, it moves to the front of the queue.
        with suppress(KeyError):
            self._coming.move_to_end(key, last=False)
        result = self._take(key)
        if isinstance(result, BaseException):
            raise result
        return result

    def stop(self) -> None:
        """Start no more evaluations; running ones are cancelled when the bridge closes."""
        self._coming.clear()

    def _take(self, key: Hashable) -> Observation | BaseException:
        self._taken += 1
        if self._taken >= _RELEASE_BATCH or key not in self._results:
            self._bridge.call_soon(partial(self._release_places, self._taken))
            self._taken = 0
        while True:
            on_first_wait, self._on_first_wait = self._on_first_wait, None
            with self._changed:
                timeout_s = _WAITING_INTERVAL_S if on_first_wait is None else _FIRST_INTERVAL_S
                if self._changed.wait_for(lambda: key in self._results, timeout_s):
                    self._expected.discard(key)
                    return self._results.pop(key)
            (on_first_wait or self.while_waiting)()

    async def _begin(self) -> None:
        if self._free_places is None:
            self._free_places = asyncio.Semaphore(self._width + _MAX_UNTAKEN_RESULTS)
        for _ in range(min(self._width, len(self._coming))):
            self._bridge.add_background_task(
                asyncio.create_task(self._run_queue(self._free_places))
            )

    async def _run_queue(self, free_places: asyncio.Semaphore) -> None:
        while self._coming:
            await free_places.acquire()
            with suppress(KeyError):
                key, work = self._coming.popitem(last=False)
                await self._run_one(key, work)

    async def _run_one(self, key: Hashable, work: Work) -> None:
        result: Observation | BaseException
        try:
            result = await work()
        except asyncio.CancelledError as error:
            self._store_result(key, error)
            raise
        except BaseException as error:  # noqa: BLE001 - raised again in the test
            result = error
        self._store_result(key, result)

    def _store_result(self, key: Hashable, result: Observation | BaseException) -> None:
        with self._changed:
            self._results[key] = result
            self._changed.notify()

    def _release_places(self, places: int) -> None:
        if self._free_places is not None:
            for _ in range(places):
                self._free_places.release()


def _do_nothing() -> None:
    """Do nothing."""


async def _awaited(work: Work) -> Observation:
    return await work()
