"""Retries after transient errors, with exponential backoff and jitter."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pytest_distill.errors import TransientModelError

T = TypeVar("T")

# Half a second is enough for a short fault; half a minute lets a limit per minute recover.
_FIRST_BACKOFF_S = 0.5
_MAX_BACKOFF_S = 30.0

# A server that asks for a longer wait is not retried: the case is missing.
MAX_RETRY_AFTER_S = 120.0

# However slow a server is, so long after the first attempt it is not tried again: one that sends a
# byte a second would take the time of all attempts.
_LONGEST_CALL_S = 600.0

# After this many failed calls in a row, each with all its retries, the server counts as down and
# calls are no longer retried: thousands of cases with six attempts each would take a week.
FAILURES_UNTIL_DOWN = 20


class Retries:
    """Repeats calls after transient errors, until the server counts as down."""

    def __init__(
        self,
        max_retries: int,
        *,
        seed: int,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Set limit and jitter.

        Args:
            max_retries: attempts after the first; 0 fails fast.
            seed: of the jitter, which no result depends on.
            sleep: waits for that many seconds.
            clock: seconds from any origin.
        """
        self._max_retries = max_retries
        self._random = random.Random(seed)  # noqa: S311 - jitter, not a secret
        self._sleep = sleep
        self._clock = clock
        self._failures = 0

    @property
    def is_server_down(self) -> bool:
        """Whether calls are not retried, until one succeeds."""
        return self._failures >= FAILURES_UNTIL_DOWN

    async def call(
        self,
        attempt: Callable[[], Awaitable[T]],
        *,
        on_retry: Callable[[], None] = lambda: None,
        on_wait: Callable[[TransientModelError, float], None] = lambda _error, _wait_s: None,
    ) -> T:
        """Return the result of `attempt`, or raise its last error.

        Args:
            attempt: makes one attempt.
            on_retry: called before every attempt but the first.
            on_wait: called before each wait, with the error and the seconds.
        """
        tries, backoff_s = 0, _FIRST_BACKOFF_S
        latest = self._clock() + _LONGEST_CALL_S
        while True:
            try:
                result = await attempt()
            except TransientModelError as error:
                tries += 1
                wait_s = self._wait_s(error, backoff_s)
                is_over = tries > self._max_retries or self._clock() > latest
                if wait_s is None or is_over or self.is_server_down:
                    self._failures += 1
                    raise
                on_wait(error, wait_s)
            else:
                self._failures = 0
                return result
            # Outside the handler, so that errors of the next attempt are not chained to this one.
            await self._sleep(wait_s)
            backoff_s = min(2 * backoff_s, _MAX_BACKOFF_S)
            on_retry()

    def _wait_s(self, error: TransientModelError, backoff_s: float) -> float | None:
        """Return what the server asked for plus jitter, else 50 to 100 % of the backoff.

        None: the server asked for more than `MAX_RETRY_AFTER_S`.
        """
        if not is_retryable(error):
            return None
        if error.retry_after_s is not None:
            return error.retry_after_s + self._random.uniform(0, _FIRST_BACKOFF_S)
        return backoff_s * self._random.uniform(0.5, 1)


def is_retryable(error: TransientModelError) -> bool:
    """Return whether a retry within this run may succeed."""
    return error.retry_after_s is None or error.retry_after_s <= MAX_RETRY_AFTER_S
