"""Another try for what may pass: transient faults only, with growing and jittered waits."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential

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
        self._backoff = wait_exponential(multiplier=_FIRST_WAIT_S, max=_LONGEST_WAIT_S)

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
        try:
            result = await once()
        except TransientModelError as error:
            result = await self._again(once, error, on_retry)
        self._lost = 0
        return result

    async def _again(
        self,
        once: Callable[[], Awaitable[T]],
        first: TransientModelError,
        on_retry: Callable[[], None],
    ) -> T:
        """Go on after the `first` failure, which was the first of the attempts."""
        failures = [first]

        async def attempt() -> T:
            if failures:
                raise failures.pop()
            return await once()

        async def sleep(seconds: float) -> None:
            await self._sleep(seconds)
            on_retry()

        # One object a call: tenacity keeps the state of a call in it.
        retrying = AsyncRetrying(
            sleep=sleep,
            stop=self._is_over,
            wait=self._wait_s,
            retry=retry_if_exception(is_worth_waiting_for),
            reraise=True,
        )
        try:
            result: T = await retrying(attempt)
        except TransientModelError:
            self._lost += 1
            raise
        return result

    def _is_over(self, state: RetryCallState) -> bool:
        return state.attempt_number > self._most or self.is_hopeless

    def _wait_s(self, state: RetryCallState) -> float:
        """Return what the server asked for and a little, else half to all of the backoff."""
        error = state.outcome.exception() if state.outcome is not None else None
        asked_s = error.retry_after_s if isinstance(error, TransientModelError) else None
        if asked_s is not None:
            return asked_s + self._random.uniform(0, _FIRST_WAIT_S)
        return self._backoff(state) * self._random.uniform(0.5, 1)


def is_worth_waiting_for(error: BaseException) -> bool:
    """Whether `error` may pass within this run."""
    if not isinstance(error, TransientModelError):
        return False
    return error.retry_after_s is None or error.retry_after_s <= LONGEST_RETRY_AFTER_S
