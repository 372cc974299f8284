"""What a model gives is without secrets and of bounded length, and its silence is told."""

import asyncio
import time

import pytest

from pytest_distill.engine.guarded_model import GuardedModel, clock, shortened
from pytest_distill.errors import ModelError
from pytest_distill.records import Completion, Message, Request
from pytest_distill.redaction import Secrets
from pytest_distill.text import MOST_CHARACTERS

KEY = "sk-canary-4f1b2c"
QUESTION = Request(messages=(Message(role="user", content="Who made you?"),))


class Told:
    """A model that gives one answer, or one error, after a while."""

    def __init__(self, outcome: Completion | ModelError, *, after_s: float = 0.0) -> None:
        self._outcome = outcome
        self.after_s = after_s
        self.is_closed = False

    async def complete(self, request: Request) -> Completion:
        """Give it."""
        del request
        await asyncio.sleep(self.after_s)
        if isinstance(self._outcome, ModelError):
            raise self._outcome
        return self._outcome

    async def aclose(self) -> None:
        """Note it."""
        self.is_closed = True


def guarded(model: Told, said: list[str], *, timeout_s: float | None = None) -> GuardedModel:
    """Return the model with its guard."""
    return GuardedModel(
        model,
        secrets=Secrets([KEY]),
        name="ada",
        timeout_s=timeout_s,
        say=said.append,
        silence_s=0.02,
    )


def test_an_answer_and_an_error_are_without_secrets() -> None:
    """What the answer says beside them stays."""
    answer = guarded(Told(Completion(text=f"It is {KEY}.")), [])
    failure = guarded(Told(ModelError(f"bad {KEY}")), [])

    assert asyncio.run(answer.complete(QUESTION)).text == "It is ***."
    with pytest.raises(ModelError, match=r"^bad \*\*\*$"):
        asyncio.run(failure.complete(QUESTION))


def test_closing_closes_the_model() -> None:
    """It is the guard's own."""
    model = Told(Completion(text=""))

    asyncio.run(guarded(model, []).aclose())

    assert model.is_closed


def test_of_a_very_long_answer_both_ends_are_kept() -> None:
    """And how much is not."""
    text = f"BEGIN{'x' * (MOST_CHARACTERS + 90)}END"

    found = shortened(Completion(text=text))

    assert found.text.startswith("BEGINx")
    assert found.text.endswith("xEND")
    assert f"\n[... {found.left_out} characters left out ...]\n" in found.text
    assert len(found.text) <= MOST_CHARACTERS
    assert found.left_out == 198
    assert shortened(found) is found
    short = Completion(text="x" * MOST_CHARACTERS)
    assert shortened(short) is short


@pytest.mark.parametrize(
    ("timeout_s", "said"),
    [
        (None, "ada: no answer for 0.02 s"),
        (120.0, "ada: no answer for 0.02 s; an attempt ends aft"),
    ],
)
def test_a_silent_server_is_told(timeout_s: float | None, said: str) -> None:
    """With the time until which it is waited for."""
    heard: list[str] = []
    silent = guarded(Told(Completion(text="."), after_s=0.1), heard, timeout_s=timeout_s)

    asyncio.run(silent.complete(QUESTION))

    assert len(heard) == 1
    assert heard[0].startswith(said)


def test_a_server_that_answers_others_is_not_silent() -> None:
    """One slow answer is none of anybody's business."""
    heard: list[str] = []
    model = Told(Completion(text="."), after_s=0.1)

    async def story() -> None:
        asked = guarded(model, heard)
        slow = asyncio.ensure_future(asked.complete(QUESTION))
        await asyncio.sleep(0)
        model.after_s = 0.0
        await asked.complete(QUESTION)
        await slow

    asyncio.run(story())

    assert heard == []


def test_the_time_of_day_is_that_of_the_machine() -> None:
    """To the second."""
    now = time.time()

    assert clock(now) == time.strftime("%H:%M:%S", time.localtime(now))
