"""Timeout of one attempt."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pytest_distill.errors import TransientModelError
from pytest_distill.records import ModelSpec

# A long answer of a busy server takes a minute or two.
_ATTEMPT_S = 120.0


def seconds_or_default(spec: ModelSpec) -> float:
    """Return ``timeout=`` in seconds, or the default for servers."""
    return seconds(spec) or _ATTEMPT_S


def seconds(spec: ModelSpec) -> float | None:
    """Return ``timeout=`` in seconds; None for no timeout."""
    value = spec.parameters.get("timeout")
    return None if value is None else float(value)


@asynccontextmanager
async def attempt(limit_s: float | None) -> AsyncIterator[None]:
    """Cancel the body after `limit_s` seconds.

    Raises:
        TransientModelError: the time is up; a TimeoutError raised by the body passes unchanged.
    """
    try:
        async with asyncio.timeout(limit_s) as clock:
            yield
    except TimeoutError:
        if not clock.expired():
            raise
        message = f"no answer within {limit_s:g} s (?timeout=)"
        raise TransientModelError(message) from None
