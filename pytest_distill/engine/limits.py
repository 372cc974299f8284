"""Limits on requests in flight, lowered when a server is overloaded."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

# Factor of the limit on overload, as in TCP; each round of responses wins back one slot.
_DECREASE = 0.5


@dataclass(frozen=True)
class Share:
    """The part of a run that one process does."""

    index: int
    """Index of this process, from 0."""
    processes: int
    is_worker: bool = False
    """Whether another process, the controller, writes the report."""
    folder: Path | None = None
    """Folder for files that the processes of the run share."""

    def of(self, total: int) -> int:
        """Return this process's part of `total` slots, at least one."""
        return max(1, total // self.processes + (self.index < total % self.processes))


WHOLE = Share(0, 1)


class Slots:
    """Limit on requests in flight over all servers, first come, first served.

    Used from one event loop only.
    """

    def __init__(self, total: int) -> None:
        """Allow `total` requests at once, over all servers."""
        self.total = total
        self._used = 0
        self._waiting: deque[tuple[asyncio.Future[None], InFlight]] = deque()

    async def acquire(self, server: "InFlight") -> None:
        """Wait for a free slot and for `server` to be ready."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((turn, server))
        self.wake()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # The slot was assigned before the cancellation arrived.
                self.release(server)
            raise

    def release(self, server: "InFlight") -> None:
        """Release a slot."""
        self._used -= 1
        server.used -= 1
        self.wake()

    def wake(self) -> None:
        """Assign free slots to the longest waiting requests whose server is ready."""
        not_ready = []
        while self._waiting and self._used < self.total:
            turn, server = self._waiting.popleft()
            if turn.done():
                continue
            if server.is_ready():
                self._used += 1
                server.used += 1
                turn.set_result(None)
            else:
                not_ready.append((turn, server))
        self._waiting.extendleft(reversed(not_ready))


class InFlight:
    """Limit on requests in flight to one server, lowered when it is overloaded.

    Additive increase, multiplicative decrease (Chiu & Jain 1989, doi:10.1016/0169-7552(89)90019-6):
    the limit halves when the server rejects a request as one too many, and grows by one for each
    round of responses. No request is sent during a pause that the server asked for. Other servers
    are not affected.
    """

    def __init__(
        self,
        slots: Slots,
        *,
        untried: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Share `slots` with other servers.

        Args:
            slots: of the process; an upper bound of the limit.
            untried: requests in flight until the server has taken one, so that few are sent to one
                that refuses all; None: no fewer than later.
            clock: seconds from any origin, at the rate of the loop's clock.
        """
        self._slots = slots
        self._clock = clock
        self._is_tried = untried is None
        self._limit = float(min(untried or slots.total, slots.total))
        self.used = 0
        """Requests in flight; updated by `slots`."""
        self._decreased_at = 0.0
        self._resume_at = 0.0
        self._resume_timer: asyncio.TimerHandle | None = None

    @property
    def limit(self) -> int:
        """Requests that may be in flight now."""
        return max(1, int(self._limit))

    @property
    def paused_s(self) -> float:
        """Seconds left of the pause that the server asked for."""
        return max(0.0, self._resume_at - self._clock())

    @asynccontextmanager
    async def admit(self) -> AsyncIterator[float]:
        """Hold one slot for the body; yields the time at which the request is sent."""
        await self._slots.acquire(self)
        try:
            yield self._clock()
        finally:
            self._slots.release(self)

    def is_ready(self) -> bool:
        """Return whether the server takes another request; in a pause, set a timer for its end."""
        if self.used >= self.limit:
            return False
        if self.paused_s <= 0:
            return True
        if self._resume_timer is None:
            self._resume_timer = asyncio.get_running_loop().call_later(
                self.paused_s, self._on_resume
            )
        return False

    def note_tried(self) -> None:
        """Record that the server does not refuse every request."""
        if not self._is_tried:
            self._is_tried = True
            self._limit = float(self._slots.total)
            self._slots.wake()

    def note_success(self) -> None:
        """Record a response."""
        self.note_tried()
        self._limit = min(self._slots.total, self._limit + 1 / self._limit)
        self._slots.wake()

    def note_overload(self, sent_at: float, *, resume_after_s: float | None) -> float:
        """Record that the server rejected a request sent at `sent_at` as one too many.

        Rejections of requests that were in flight together halve the limit only once.

        Returns:
            Seconds by which the pause gets longer.
        """
        now = self._clock()
        if sent_at >= self._decreased_at:
            self._limit = max(1.0, self._limit * _DECREASE)
            self._decreased_at = now
        before = max(now, self._resume_at)
        self._resume_at = max(before, now + (resume_after_s or 0.0))
        return self._resume_at - before

    def _on_resume(self) -> None:
        # If the pause got longer, or the timer fired early, `wake` sets it again.
        self._resume_timer = None
        self._slots.wake()
