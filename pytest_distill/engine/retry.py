"""Another try for what may pass: transient faults only, with growing and jittered waits."""

import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential_jitter,
)

from pytest_distill.errors import TransientModelError

T = TypeVar("T")

# Half a second is over soon for a hiccup; half a minute lets a limit per minute recover.
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0

# A server that asks for more is not coming back within this run: the case is missing.
LONGEST_RETRY_AFTER_S = 120.0


class Retries:
    """Repeats a call after a transient fault."""

    def __init__(self, most: int, *, seed: int) -> None:
        """Set the patience.

        Args:
            most: tries after the first; 0 fails fast.
            seed: of the jitter, which no result depends on.
        """
        self._most = most
        self._random = random.Random(seed)  # noqa: S311 - jitter, not a secret
        self.made = 0
        """Tries after a first one, so far."""

    async def call(self, once: Callable[[], Awaitable[T]]) -> T:
        """Return what `once` returns, or raise what it raises when patience ends."""
        retrying = AsyncRetrying(
            stop=stop_after_attempt(self._most + 1),
            wait=self._wait_s,
            retry=retry_if_exception(_is_worth_it),
            before_sleep=self._count,
            reraise=True,
        )
        async for attempt in retrying:
            with attempt:
                return await once()
        raise AssertionError  # tenacity returned or raised

    def _count(self, _state: RetryCallState) -> None:
        self.made += 1

    def _wait_s(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome is not None else None
        asked_s = error.retry_after_s if isinstance(error, TransientModelError) else None
        jitter_s = self._random.uniform(0, _FIRST_WAIT_S)
        if asked_s is not None:
            return asked_s + jitter_s
        backoff = wait_exponential_jitter(initial=_FIRST_WAIT_S, max=_LONGEST_WAIT_S, jitter=0)
        return backoff(state) + jitter_s


def _is_worth_it(error: BaseException) -> bool:
    if not isinstance(error, TransientModelError):
        return False
    return error.retry_after_s is None or error.retry_after_s <= LONGEST_RETRY_AFTER_S
