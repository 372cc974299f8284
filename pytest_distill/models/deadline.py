"""The time that one attempt may take."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pytest_distill.errors import TransientModelError
from pytest_distill.records import ModelSpec

# A long answer of a busy server takes a minute or two; a hung one takes for ever.
_ATTEMPT_S = 120.0


def seconds_or_default(spec: ModelSpec) -> float:
    """Return the seconds that a server has for one answer."""
    return seconds(spec) or _ATTEMPT_S


def seconds(spec: ModelSpec) -> float | None:
    """Return what ``timeout=`` says; None where an attempt may take as long as it does."""
    value = spec.parameters.get("timeout")
    return None if value is None else float(value)


@asynccontextmanager
async def attempt(limit_s: float | None) -> AsyncIterator[None]:
    """Cancel the body after `limit_s` seconds.

    Raises:
        TransientModelError: the time is up; a TimeoutError of the body's own passes unchanged.
    """
    try:
        async with asyncio.timeout(limit_s) as clock:
            yield
    except TimeoutError:
        if not clock.expired():
            raise
        message = f"no answer within {limit_s:g} s (?timeout=)"
        raise TransientModelError(message) from None
