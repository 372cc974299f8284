"""One question on its way to a model: cache, retries, a slot in flight."""

from collections.abc import Callable
from dataclasses import dataclass

from pytest_distill.engine.limits import InFlight
from pytest_distill.engine.retry import Retries
from pytest_distill.errors import TransientModelError
from pytest_distill.protocols import Cache, Model
from pytest_distill.records import Completion, Request


@dataclass
class Tally:
    """What a run has asked for so far."""

    calls: int = 0
    """Requests sent, those tried again included."""
    cached: int = 0
    """Answers that the cache held."""
    input_tokens: int = 0
    output_tokens: int = 0


class Asked:
    """A model that is asked with patience, and never twice for one answer."""

    def __init__(
        self,
        model: Model,
        *,
        in_flight: InFlight,
        retries: Retries,
        tally: Tally,
        cache: Cache | None,
        key: Callable[[Request], str],
    ) -> None:
        """Wrap `model`.

        Args:
            model: who answers.
            in_flight: slots that all models of the run share.
            retries: what to do about transient faults.
            tally: where calls are counted.
            cache: where answers are kept; None asks each time.
            key: names everything that an answer depends on.
        """
        self._model = model
        self._in_flight = in_flight
        self._retries = retries
        self._tally = tally
        self._cache = cache
        self._key = key

    async def complete(self, request: Request) -> Completion:
        """Answer `request` from the cache, else from the model."""

        async def ask() -> Completion:
            return await self._retries.call(lambda: self._once(request))

        if self._cache is None:
            return await ask()
        completion, was_kept = await self._cache.get(self._key(request), ask)
        self._tally.cached += was_kept
        return completion

    async def aclose(self) -> None:
        """Close the model."""
        await self._model.aclose()

    async def _once(self, request: Request) -> Completion:
        async with self._in_flight.admit() as sent_at:
            self._tally.calls += 1
            try:
                completion = await self._model.complete(request)
            except TransientModelError as error:
                if error.is_overload:
                    self._in_flight.turned_away(sent_at, resume_after_s=error.retry_after_s)
                raise
        self._in_flight.answered()
        self._tally.input_tokens += completion.usage.input_tokens or 0
        self._tally.output_tokens += completion.usage.output_tokens or 0
        return completion
