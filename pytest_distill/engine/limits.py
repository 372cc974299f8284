"""How many requests may be unanswered, which a busy server decides."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

# Halving is what TCP does; one more slot for each round of answers wins it back slowly.
_DECREASE = 0.5


@dataclass(frozen=True)
class Share:
    """What part of a run one process does."""

    index: int
    """Which of the processes this is, from 0."""
    processes: int
    is_worker: bool = False
    """Another process reports, and holds what the run has one of."""
    folder: Path | None = None
    """Where the processes of the run keep what they share."""

    def of(self, total: int) -> int:
        """Return this process's part of `total` slots, at least one."""
        return max(1, total // self.processes + (self.index < total % self.processes))


WHOLE = Share(0, 1)


class Slots:
    """What all servers together may leave unanswered; given in the order of asking.

    Belongs to one event loop.
    """

    def __init__(self, total: int) -> None:
        """Let `total` requests go at once, whoever they go to."""
        self.total = total
        self._used = 0
        self._waiting: deque[tuple[asyncio.Future[None], InFlight]] = deque()

    async def acquire(self, server: "InFlight") -> None:
        """Wait for a slot, and until `server` takes another request."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((turn, server))
        self.wake()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # The slot was given in the moment in which the wait was given up.
                self.release(server)
            raise

    def release(self, server: "InFlight") -> None:
        """Give a slot back."""
        self._used -= 1
        server.used -= 1
        self.wake()

    def wake(self) -> None:
        """Give the slots that are free to those who wait longest for a server that is ready."""
        held = []
        while self._waiting and self._used < self.total:
            turn, server = self._waiting.popleft()
            if turn.done():
                continue
            if server.is_ready():
                self._used += 1
                server.used += 1
                turn.set_result(None)
            else:
                held.append((turn, server))
        self._waiting.extendleft(reversed(held))


class InFlight:
    """At most so many requests to one server unanswered, fewer after it said: too many.

    Additive increase, multiplicative decrease (Chiu & Jain 1989, doi:10.1016/0169-7552(89)90019-6):
    the limit halves when a request is turned away, and grows by one a round of answers. None
    is sent while the server wants a pause. Another server is not slowed down by that.
    """

    def __init__(self, slots: Slots, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Share `slots` with other servers.

        Args:
            slots: of the process; no server is ever sent more at once.
            clock: seconds since whenever; runs as the loop's does.
        """
        self._slots = slots
        self._clock = clock
        self._limit = float(slots.total)
        self.used = 0
        """Requests that are unanswered now; kept by `slots`."""
        self._decreased_at = 0.0
        self._resume_at = 0.0
        self._alarm: asyncio.TimerHandle | None = None

    @property
    def limit(self) -> int:
        """Requests that may be unanswered now."""
        return max(1, int(self._limit))

    @property
    def held_s(self) -> float:
        """Seconds for which nothing new is sent, because the server said when to come back."""
        return max(0.0, self._resume_at - self._clock())

    @asynccontextmanager
    async def admit(self) -> AsyncIterator[float]:
        """Hold one slot for the body; gives the time at which it was sent."""
        await self._slots.acquire(self)
        try:
            yield self._clock()
        finally:
            self._slots.release(self)

    def is_ready(self) -> bool:
        """Return whether the server takes another request; during a pause, ask again after it."""
        if self.used >= self.limit:
            return False
        if self.held_s <= 0:
            return True
        if self._alarm is None:
            self._alarm = asyncio.get_running_loop().call_later(self.held_s, self._ring)
        return False

    def answered(self) -> None:
        """Note that a request was served."""
        self._limit = min(self._slots.total, self._limit + 1 / self._limit)
        self._slots.wake()

    def turned_away(self, sent_at: float, *, resume_after_s: float | None) -> float:
        """Note that a request sent at `sent_at` was one too many.

        Those that were under way together say the same thing: they halve the limit once.

        Returns:
            The seconds by which this makes the pause longer.
        """
        now = self._clock()
        if sent_at >= self._decreased_at:
            self._limit = max(1.0, self._limit * _DECREASE)
            self._decreased_at = now
        before = max(now, self._resume_at)
        self._resume_at = max(before, now + (resume_after_s or 0.0))
        return self._resume_at - before

    def _ring(self) -> None:
        # The pause may have become longer, or the alarm come a tick too early: it is set again.
        self._alarm = None
        self._slots.wake()
