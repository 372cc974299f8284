"""One question on its way to a model: cache, retries, a slot in flight."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields

from pytest_distill.engine.limits import InFlight
from pytest_distill.engine.retry import Retries, is_worth_waiting_for
from pytest_distill.errors import BudgetError, TransientModelError
from pytest_distill.protocols import Cache, Model
from pytest_distill.records import Completion, Request


@dataclass
class Tally:
    """What a run has asked for so far."""

    calls: int = 0
    """Requests sent, those tried again included."""
    cached: int = 0
    """Answers that the cache held, read by the event loop."""
    recalled: int = 0
    """Answers that the cache held, read by pytest's thread: no field has two writers."""
    in_flight: int = 0
    """Requests that are unanswered now."""
    retries: int = 0
    """Of the requests sent, those that were not the first for their answer."""
    held_s: float = 0.0
    """Seconds for which nothing was sent, or will be, because a server said when to come back."""
    input_tokens: int = 0
    output_tokens: int = 0
    unkept: int = 0
    """Answers that the cache could not keep."""
    why_unkept: str = ""
    """The first reason; empty where all were kept."""

    def add(self, other: "Tally") -> None:
        """Count what another process asked for."""
        reason = self.why_unkept or other.why_unkept
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))
        self.why_unkept = reason

    def dumps(self) -> str:
        """Return it as a line, for another process."""
        return json.dumps(asdict(self))

    @classmethod
    def loads(cls, line: str) -> "Tally":
        """Return what `dumps` was called on."""
        return cls(**json.loads(line))


class ModelClient:
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
            in_flight: how many may be unanswered by the server that the model is at.
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
            return await self._retries.call(lambda: self._once(request), on_retry=self._retried)

        if self._cache is None:
            return await ask()
        completion, was_kept = await self._cache.get(self._key(request), ask)
        self._tally.cached += was_kept
        return completion

    def remembers(self, request: Request) -> bool:
        """Return whether the answer is kept; called from pytest's thread."""
        return self._cache is not None and self._cache.holds(self._key(request))

    def recall(self, request: Request) -> Completion | None:
        """Return the answer that is kept, asking nobody; called from pytest's thread."""
        if self._cache is None:
            return None
        completion = self._cache.find(self._key(request))
        self._tally.recalled += completion is not None
        return completion

    async def aclose(self) -> None:
        """Close the model."""
        await self._model.aclose()

    async def _once(self, request: Request) -> Completion:
        async with self._in_flight.admit() as sent_at:
            self._tally.calls += 1
            self._tally.in_flight += 1
            try:
                completion = await self._model.complete(request)
            except BudgetError:
                # It was not sent.
                self._tally.calls -= 1
                raise
            except TransientModelError as error:
                self._slow_down(sent_at, error)
                raise
            finally:
                self._tally.in_flight -= 1
            self._in_flight.answered()
        self._tally.input_tokens += completion.usage.input_tokens or 0
        self._tally.output_tokens += completion.usage.output_tokens or 0
        return completion

    def _slow_down(self, sent_at: float, error: TransientModelError) -> None:
        if not error.is_overload:
            return
        # A pause that no retry waits for would only keep the others from being asked in vain.
        is_pause = is_worth_waiting_for(error) and not self._retries.is_hopeless
        self._tally.held_s += self._in_flight.turned_away(
            sent_at, resume_after_s=error.retry_after_s if is_pause else None
        )

    def _retried(self) -> None:
        self._tally.retries += 1
