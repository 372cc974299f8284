"""A model whose answers and errors can do no harm: without secrets, and of bounded length."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from pytest_distill.engine import known_answers
from pytest_distill.protocols import Model
from pytest_distill.records import Completion, Request
from pytest_distill.redaction import Secrets
from pytest_distill.text import without_middle

# Most answers come within this time, and who watches begins to wonder.
_SILENCE_S = 10.0


class GuardedModel:
    """Keeps secrets and masses of text out of a run, and says when a server is silent."""

    def __init__(
        self,
        model: Model,
        *,
        secrets: Secrets,
        name: str,
        timeout_s: float | None,
        say: Callable[[str], None],
        silence_s: float = _SILENCE_S,
    ) -> None:
        """Wrap `model`.

        Args:
            model: what sends the requests.
            secrets: left out of answers and errors.
            name: of the model, for messages.
            timeout_s: of one attempt; None if it has none.
            say: takes a sentence when no answer has come for a while.
            silence_s: how long that is, in seconds.
        """
        self._model = model
        self._secrets = secrets
        self._name = name
        self._timeout_s = timeout_s
        self._say = say
        self._silence_s = silence_s
        self._answers = 0

    async def complete(self, request: Request) -> Completion:
        """Answer `request`.

        Raises:
            ModelError: no usable answer came. Whatever the model raises has no secrets in it.
        """
        try:
            with self._watching():
                completion = await self._model.complete(request)
        except Exception as error:
            self._secrets.blot_error(error)
            raise
        self._answers += 1
        return self._secrets.blotted(shortened(completion))

    def holds(self, request: Request) -> bool:
        """Return whether the model has an answer, as far as it knows before it is asked."""
        return known_answers.holds(self._model, request)

    async def aclose(self) -> None:
        """Close the model."""
        await self._model.aclose()

    @contextmanager
    def _watching(self) -> Iterator[None]:
        sent_at, before = time.time(), self._answers

        def tell() -> None:
            if self._answers == before:
                self._say(
                    f"{self._name}: no answer for {self._silence_s:g} s{self._until(sent_at)}"
                )

        timer = asyncio.get_running_loop().call_later(self._silence_s, tell)
        try:
            yield
        finally:
            timer.cancel()

    def _until(self, sent_at: float) -> str:
        if self._timeout_s is None:
            return ""
        return (
            f"; an attempt ends after {self._timeout_s:g} s, at {clock(sent_at + self._timeout_s)}"
        )


def shortened(completion: Completion) -> Completion:
    """Return an answer that is not too long to keep, and how much is left out of its middle."""
    text, left_out = without_middle(completion.text)
    if not left_out:
        return completion
    return completion.model_copy(update={"text": text, "left_out": left_out})


def clock(moment: float) -> str:
    """Return the time of day of a moment, in seconds since 1970."""
    return datetime.fromtimestamp(moment, tz=UTC).astimezone().strftime("%H:%M:%S")
