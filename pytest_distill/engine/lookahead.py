"""Cases that are coming are evaluated ahead; a test waits for its own only."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable
from concurrent.futures import Future
from contextlib import suppress

from pytest_distill.engine.bridge import Bridge
from pytest_distill.records import Observation

Work = Callable[[], Awaitable[Observation]]

# How often somebody who waits hears of it.
_TICK_S = 1.0


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
        self._coming: OrderedDict[Hashable, tuple[Work, Future[Observation]]] = OrderedDict()
        self._results: dict[Hashable, Future[Observation]] = {}
        self.while_waiting: Callable[[], None] = _nothing
        """Called about once a second in the thread that waits for a result."""

    def expect(self, coming: Iterable[tuple[Hashable, Work]]) -> None:
        """Begin to evaluate `coming`, which is in the order of the tests."""
        for key, work in coming:
            self._results[key] = Future()
            self._coming[key] = (work, self._results[key])
        for _ in range(min(self._width, len(self._coming))):
            self._bridge.start(self._pump())

    def result(self, key: Hashable, work: Work) -> Observation:
        """Wait for the evaluation of `key`; one that was not expected is run now.

        The result is handed out once: a test that is run again asks again.
        """
        # It is next, if it was not begun: whoever is free in the loop takes it.
        with suppress(KeyError):
            self._coming.move_to_end(key, last=False)
        future = self._results.pop(key, None)
        if future is None:
            return self._bridge.run(_awaited(work))
        while True:
            try:
                return future.result(timeout=_TICK_S)
            except TimeoutError:
                if future.done():
                    # The work itself timed out.
                    raise
                self.while_waiting()

    def stop(self) -> None:
        """Ask for nothing more; what is under way is cancelled when the bridge closes."""
        self._coming.clear()

    async def _pump(self) -> None:
        while self._coming:
            _, (work, future) = self._coming.popitem(last=False)
            await _settle(work, future)


async def _settle(work: Work, future: Future[Observation]) -> None:
    try:
        future.set_result(await work())
    except BaseException as error:
        # Its test raises it; a loop that is being closed is told as well.
        future.set_exception(error)
        if not isinstance(error, Exception):
            raise


def _nothing() -> None:
    """Wait in silence."""


async def _awaited(work: Work) -> Observation:
    return await work()
