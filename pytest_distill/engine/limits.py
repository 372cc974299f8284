"""How many requests may be unanswered, which a busy server decides."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

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

    def of(self, total: int) -> int:
        """Return this process's part of `total` slots, at least one."""
        return max(1, total // self.processes + (self.index < total % self.processes))


WHOLE = Share(0, 1)


class InFlight:
    """At most `slots` requests unanswered, fewer after a server said that it is too many.

    Additive increase, multiplicative decrease (Chiu & Jain 1989, doi:10.1016/0169-7552(89)90019-6):
    the limit halves when a request is turned away, and grows by one a round of answers.
    """

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._limit = float(slots)
        self._used = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._decreased_at = 0.0
        self._resume_at = 0.0

    @property
    def used(self) -> int:
        """Requests that are unanswered now."""
        return self._used

    @property
    def limit(self) -> int:
        """Requests that may be unanswered now."""
        return max(1, int(self._limit))

    @property
    def held_s(self) -> float:
        """Seconds for which nothing new is sent, because a server said when to come back."""
        return max(0.0, self._resume_at - asyncio.get_running_loop().time())

    @asynccontextmanager
    async def admit(self) -> AsyncIterator[float]:
        """Hold one slot for the body; gives the time of the loop at which it was sent."""
        await self._acquire()
        try:
            while (wait_s := self.held_s) > 0:  # noqa: ASYNC110 - another answer may prolong it
                await asyncio.sleep(wait_s)
            yield asyncio.get_running_loop().time()
        finally:
            self._used -= 1
            self._wake()

    def answered(self) -> None:
        """Note that a request was served."""
        self._limit = min(self._slots, self._limit + 1 / self._limit)
        self._wake()

    def turned_away(self, sent_at: float, *, resume_after_s: float | None) -> None:
        """Note that a request sent at `sent_at` was one too many.

        Those that were under way together say the same thing: they halve the limit once.
        """
        now = asyncio.get_running_loop().time()
        if sent_at >= self._decreased_at:
            self._limit = max(1.0, self._limit * _DECREASE)
            self._decreased_at = now
        if resume_after_s is not None:
            self._resume_at = max(self._resume_at, now + resume_after_s)

    async def _acquire(self) -> None:
        if self._used < self.limit and not self._waiting:
            self._used += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # The slot was given in the moment in which the wait was given up.
                self._used -= 1
                self._wake()
            raise

    def _wake(self) -> None:
        while self._waiting and self._used < self.limit:
            turn = self._waiting.popleft()
            if not turn.done():
                self._used += 1
                turn.set_result(None)
