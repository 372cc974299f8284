"""Sends requests to one model: cache, retries, limit on requests in flight."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields

from pytest_distill.engine import known_answers
from pytest_distill.engine.availability import Availability
from pytest_distill.engine.guarded_model import clock as time_of_day
from pytest_distill.engine.limits import InFlight
from pytest_distill.engine.retry import Retries, is_retryable
from pytest_distill.errors import (
    BudgetError,
    ModelError,
    RefusedError,
    StoreError,
    TransientModelError,
    UnansweredError,
)
from pytest_distill.protocols import Cache, Model
from pytest_distill.records import Completion, Message, Request

# Shorter waits are over before anybody wonders.
_LONG_WAIT_S = 5.0

# Clocks of machines that share a cache may differ by this much.
_SKEW_S = 60.0

# Any answer tells the release; this one is short.
_GREETING = Request(messages=(Message(role="user", content="Say hello in one word."),))


@dataclass
class Tally:
    """Counters of requests and cache hits of a run so far."""

    calls: int = 0
    """Requests sent, retries included."""
    cached: int = 0
    """Cache hits on the event loop."""
    cached_sync: int = 0
    """Cache hits in pytest's thread; counted apart so that no field has two writers."""
    in_flight: int = 0
    """Requests without a response at the moment."""
    retries: int = 0
    """Of `calls`, those that were retries."""
    paused_s: float = 0.0
    """Seconds, past and still to come, without requests because of a server's Retry-After."""
    input_tokens: int = 0
    output_tokens: int = 0
    cache_failures: int = 0
    """Answers that could not be written to the cache."""
    cache_failure: str = ""
    """Reason of the first cache failure; empty if there was none."""
    log_failures: int = 0
    """Results that could not be written to the run log."""
    log_failure: str = ""
    """Reason of the first failure to write to it; empty if there was none."""
    waiting: str = ""
    """Who was waited for last, why, and until when; empty if nobody was for long."""

    def add(self, other: "Tally") -> None:
        """Add the counters of another process."""
        for field in fields(self):
            ours, theirs = getattr(self, field.name), getattr(other, field.name)
            # Of two texts one is enough.
            setattr(self, field.name, (ours or theirs) if field.type is str else ours + theirs)

    def dumps(self) -> str:
        """Serialize to one line of JSON, for another process."""
        # Each process says itself whom it waits for.
        return json.dumps({**asdict(self), "waiting": ""})

    @classmethod
    def loads(cls, line: str) -> "Tally":
        """Read what `dumps` wrote."""
        return cls(**json.loads(line))


class ModelClient:
    """A model with retries, whose answers come from the cache where it has them."""

    def __init__(
        self,
        model: Model,
        *,
        in_flight: InFlight,
        retries: Retries,
        tally: Tally,
        cache: Cache | None,
        key: Callable[[Request], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Wrap `model`.

        Args:
            model: what sends the requests.
            in_flight: limit on unanswered requests of the model's server.
            retries: how transient errors are retried.
            tally: where calls are counted.
            cache: None sends a request each time.
            key: returns the cache key, which covers everything that an answer depends on.
            clock: returns the seconds since 1970.
        """
        self._model = model
        self._in_flight = in_flight
        self._retries = retries
        self._tally = tally
        self._cache = cache
        self._key = key
        self._clock = clock
        self._availability = Availability()

    async def complete(self, request: Request) -> Completion:
        """Answer `request` from the cache, else from the model.

        A model that answered none of the first calls, with all their retries, is not asked again,
        nor is one whose server refuses every request: it would be asked thousands of times for one
        and the same error.

        Raises:
            ModelError: no usable answer came, or the cache cannot be read.
        """

        async def ask() -> Completion:
            try:
                completion = await self._retries.call(
                    lambda: self._attempt(request),
                    on_retry=self._count_retry,
                    on_wait=self._tell_wait,
                )
            except ModelError as error:
                self._availability.note_error(error)
                raise
            self._availability.note_answer()
            # To the millisecond, as long as a clock may be trusted.
            return completion.model_copy(update={"answered_at": round(self._clock(), 3)})

        try:
            if self._cache is None:
                return await ask()
            completion, is_hit = await self._cache.get(self._key(request), ask)
        except StoreError as error:
            # Whether to pay for an answer again that may be there is the user's decision.
            problem = f"not asked: {'; '.join(map(str.strip, str(error).splitlines()))}"
            raise ModelError(problem) from error
        self._tally.cached += is_hit
        return self._from_cache(completion) if is_hit else completion

    def can_answer(self, request: Request) -> bool:
        """Return False where it is known before the request that no answer will come."""
        return known_answers.holds(self._model, request)

    async def release(self) -> str | None:
        """Ask once, past the cache, and return the release that the endpoint reports, if any."""
        try:
            return (await self._attempt(_GREETING)).release
        except ModelError:
            return None

    def is_cached(self, request: Request) -> bool:
        """Return whether the answer is in the cache; called from pytest's thread."""
        try:
            return self._cache is not None and self._cache.holds(self._key(request))
        except StoreError:
            # `complete` says so.
            return False

    def cached(self, request: Request) -> Completion | None:
        """Return the answer from the cache, if any; called from pytest's thread."""
        if self._cache is None:
            return None
        try:
            completion = self._cache.find(self._key(request))
        except StoreError:
            return None
        self._tally.cached_sync += completion is not None
        return None if completion is None else self._from_cache(completion)

    async def aclose(self) -> None:
        """Close the model."""
        await self._model.aclose()

    def _from_cache(self, completion: Completion) -> Completion:
        at = completion.answered_at
        # The clock of whoever asked was wrong, or this one is.
        is_to_come = at is not None and at > self._clock() + _SKEW_S
        return completion.model_copy(
            update={"is_cached": True, "answered_at": None if is_to_come else at}
        )

    async def _attempt(self, request: Request) -> Completion:
        async with self._in_flight.admit() as sent_at:
            if self._availability.problem is not None:
                raise UnansweredError(self._availability.problem)
            self._tally.calls += 1
            self._tally.in_flight += 1
            try:
                completion = await self._model.complete(request)
            except BudgetError:
                # It was not sent.
                self._tally.calls -= 1
                raise
            except ModelError as error:
                self._take_failure(sent_at, error)
                raise
            finally:
                self._tally.in_flight -= 1
            self._in_flight.note_success()
        self._tally.input_tokens += completion.usage.input_tokens or 0
        self._tally.output_tokens += completion.usage.output_tokens or 0
        return completion

    def _take_failure(self, sent_at: float, error: ModelError) -> None:
        if not isinstance(error, TransientModelError):
            if not (isinstance(error, RefusedError) and error.is_lasting):
                self._in_flight.note_tried()
            return
        if not error.is_overload:
            self._in_flight.note_tried()
            return
        # If this request is not retried, a pause would only delay the other requests.
        is_pause = is_retryable(error) and not self._retries.is_server_down
        self._tally.paused_s += self._in_flight.note_overload(
            sent_at, resume_after_s=error.retry_after_s if is_pause else None
        )

    def _count_retry(self) -> None:
        self._tally.retries += 1

    def _tell_wait(self, error: TransientModelError, wait_s: float) -> None:
        """Say what is waited for, where it is long, or nothing was answered so far."""
        is_first = not (self._availability.has_answered or error.is_overload)
        if is_first or wait_s >= _LONG_WAIT_S:
            until = time_of_day(self._clock() + wait_s)
            self._tally.waiting = f"{error}; tried again at {until}, in {wait_s:.0f} s"
