"""Another try for what may pass: transient faults only, with growing and jittered waits."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pytest_distill.errors import TransientModelError

T = TypeVar("T")

# Half a second is over soon for a hiccup; half a minute lets a limit per minute recover.
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0

# A server that asks for more is not coming back within this run: the case is missing.
LONGEST_RETRY_AFTER_S = 120.0

# That many calls in a row, each tried as often as it may be, and not one answer: the server is
# down. Thousands of cases that are each tried six times would then end next week.
HOPELESS_CALLS = 20


class Retries:
    """Repeats calls after transient faults, as long as there is hope."""

    def __init__(
        self,
        most: int,
        *,
        seed: int,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Set the patience.

        Args:
            most: tries after the first; 0 fails fast.
            seed: of the jitter, which no result depends on.
            sleep: waits for so many seconds.
        """
        self._most = most
        self._random = random.Random(seed)  # noqa: S311 - jitter, not a secret
        self._sleep = sleep
        self._lost = 0

    @property
    def is_hopeless(self) -> bool:
        """Whether each call gets one try only, until one is answered."""
        return self._lost >= HOPELESS_CALLS

    async def call(
        self, once: Callable[[], Awaitable[T]], *, on_retry: Callable[[], None] = lambda: None
    ) -> T:
        """Return what `once` returns, or raise what it raises when patience ends.

        Args:
            once: makes one attempt.
            on_retry: called before every attempt but the first.
        """
        tries, backoff_s = 0, _FIRST_WAIT_S
        while True:
            try:
                result = await once()
            except TransientModelError as error:
                tries += 1
                wait_s = self._wait_s(error, backoff_s)
                if wait_s is None or tries > self._most or self.is_hopeless:
                    self._lost += 1
                    raise
            else:
                self._lost = 0
                return result
            # Not in the handler above: an error of the next try is no consequence of this one.
            await self._sleep(wait_s)
            backoff_s = min(2 * backoff_s, _LONGEST_WAIT_S)
            on_retry()

    def _wait_s(self, error: TransientModelError, backoff_s: float) -> float | None:
        """Return what the server asked for and a little, else half to all of the backoff.

        None: the server asked for more than this run can wait.
        """
        if not is_worth_waiting_for(error):
            return None
        if error.retry_after_s is not None:
            return error.retry_after_s + self._random.uniform(0, _FIRST_WAIT_S)
        return backoff_s * self._random.uniform(0.5, 1)


def is_worth_waiting_for(error: TransientModelError) -> bool:
    """Whether `error` may pass within this run."""
    return error.retry_after_s is None or error.retry_after_s <= LONGEST_RETRY_AFTER_S
