"""Another try: for what, how often, and after how long."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.engine.retry import (
    FAILURES_UNTIL_DOWN,
    MAX_RETRY_AFTER_S,
    Retries,
    is_retryable,
)
from pytest_distill.errors import ModelError, TransientModelError

HICCUP = TransientModelError("hiccup")


class Waits:
    """A sleep that only writes down how long it would have been."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        """Let the others go on."""
        self.seconds.append(seconds)
        await asyncio.sleep(0)


class Attempts:
    """Raises or returns what it is told, one thing an attempt, the last one for ever."""

    def __init__(self, *outcomes: str | BaseException) -> None:
        self.outcomes = list(outcomes)
        self.made = 0

    async def __call__(self) -> str:
        """Make one attempt."""
        self.made += 1
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        await asyncio.sleep(0)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


def call(attempts: Attempts, *, most: int = 5, seed: int = 0) -> tuple[str, list[float]]:
    """Return the answer, and what was waited for."""
    waits = Waits()
    return asyncio.run(Retries(most, seed=seed, sleep=waits).call(attempts)), waits.seconds


def test_an_answer_is_not_asked_for_again() -> None:
    """Nor waited for."""
    attempts = Attempts("yes")

    assert call(attempts) == ("yes", [])
    assert attempts.made == 1


def test_a_transient_fault_is_tried_again() -> None:
    """Until it has passed; each further try is told of before it is made."""
    attempts = Attempts(HICCUP, HICCUP, "yes")
    told: list[int] = []
    retries = Retries(5, seed=0, sleep=Waits())

    answer = asyncio.run(retries.call(attempts, on_retry=lambda: told.append(attempts.made)))

    assert answer == "yes"
    assert told == [1, 2]


@pytest.mark.parametrize("most", [0, 1, 5])
def test_patience_ends_with_the_error_itself(most: int) -> None:
    """0 fails fast."""
    attempts = Attempts(TransientModelError("first"), *[HICCUP] * most)

    with pytest.raises(TransientModelError) as caught:
        call(attempts, most=most)

    assert attempts.made == most + 1
    assert str(caught.value) == ("hiccup" if most else "first")


@pytest.mark.parametrize("error", [ModelError("401"), LookupError("a mistake")])
def test_what_will_not_pass_is_not_tried_again(error: Exception) -> None:
    """It is raised as it is."""
    attempts = Attempts(error)

    with pytest.raises(type(error)) as caught:
        call(attempts)

    assert caught.value is error
    assert attempts.made == 1


@given(st.integers(0, 12), st.integers(0, 2**32))
def test_waits_grow_are_jittered_and_bounded(most: int, seed: int) -> None:
    """Half to all of 0.5, 1, 2, ... seconds, and of half a minute at most."""
    waits = Waits()
    retries = Retries(most, seed=seed, sleep=waits)

    with pytest.raises(TransientModelError):
        asyncio.run(retries.call(Attempts(HICCUP)))

    assert len(waits.seconds) == most
    for number, seconds in enumerate(waits.seconds):
        longest = min(30, 0.5 * 2**number)
        assert longest / 2 <= seconds <= longest


def test_jitter_keeps_calls_apart() -> None:
    """Those that failed together do not come back together."""
    waits = Waits()
    retries = Retries(1, seed=0, sleep=waits)

    async def all_at_once() -> None:
        calls = (retries.call(Attempts(HICCUP, "yes")) for _ in range(10))
        await asyncio.gather(*calls)

    asyncio.run(all_at_once())

    assert len(set(waits.seconds)) == 10


@pytest.mark.parametrize("asked_s", [0.0, 0.2, 7.0, MAX_RETRY_AFTER_S])
def test_a_server_is_not_asked_before_it_said(asked_s: float) -> None:
    """And soon after."""
    error = TransientModelError("busy", is_overload=True, retry_after_s=asked_s)

    _, waited = call(Attempts(error, error, "yes"))

    assert all(asked_s <= seconds <= asked_s + 0.5 for seconds in waited)
    assert len(waited) == 2


def test_a_server_that_wants_too_much_is_not_waited_for() -> None:
    """The run would end before."""
    error = TransientModelError("busy", is_overload=True, retry_after_s=3600)
    attempts = Attempts(error, "yes")

    with pytest.raises(TransientModelError, match="busy"):
        call(attempts)

    assert attempts.made == 1
    assert not is_retryable(error)


def test_calls_do_not_share_their_patience() -> None:
    """Each has its own count, however they interleave."""
    retries = Retries(3, seed=0, sleep=Waits())
    scripts = [Attempts(*[HICCUP] * failures, "yes") for failures in (0, 1, 2, 3, 3, 2, 1, 0)]

    async def all_at_once() -> list[str]:
        return await asyncio.gather(*(retries.call(script) for script in scripts))

    assert asyncio.run(all_at_once()) == ["yes"] * 8


def test_a_server_that_is_down_is_given_up() -> None:
    """After so many calls without any answer each gets one try, and one answer is hope."""
    waits = Waits()
    retries = Retries(2, seed=0, sleep=waits)

    async def tries(*outcomes: str | BaseException) -> int:
        attempts = Attempts(*outcomes)
        with suppress(ModelError):
            await retries.call(attempts)
        return attempts.made

    async def story() -> list[int]:
        down = [await tries(HICCUP) for _ in range(FAILURES_UNTIL_DOWN)]
        assert retries.is_server_down
        return [*down, await tries(HICCUP), await tries("yes"), await tries(HICCUP)]

    assert asyncio.run(story()) == [3] * FAILURES_UNTIL_DOWN + [1, 1, 3]


def test_what_will_not_pass_says_nothing_of_the_server() -> None:
    """A refused request was answered."""
    retries = Retries(2, seed=0, sleep=Waits())

    async def story() -> None:
        for _ in range(FAILURES_UNTIL_DOWN + 1):
            with pytest.raises(ModelError):
                await retries.call(Attempts(ModelError("400")))

    asyncio.run(story())

    assert not retries.is_server_down


def test_a_wait_can_be_cancelled() -> None:
    """Ctrl-C does not wait for half a minute."""
    attempts = Attempts(TransientModelError("busy", retry_after_s=60))

    async def story() -> None:
        task = asyncio.create_task(Retries(5, seed=0).call(attempts))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(story())

    assert attempts.made == 1


async def no_sleep(_wait_s: float) -> None:
    """Wait for nothing."""


def test_a_slow_server_is_not_tried_again_for_ever() -> None:
    """Each attempt may take its time, but not all of them."""
    now = [0.0]

    async def slow() -> None:
        now[0] += 250.0
        message = "no answer"
        raise TransientModelError(message)

    retries = Retries(5, seed=0, sleep=no_sleep, clock=lambda: now[0])

    with pytest.raises(TransientModelError):
        asyncio.run(retries.call(slow))

    assert now[0] == 750.0


def test_every_wait_is_told() -> None:
    """With its reason, before it begins."""
    told: list[tuple[str, float]] = []
    answers: list[TransientModelError | str] = [
        TransientModelError("busy", retry_after_s=7.0),
        "Ada.",
    ]

    async def attempt() -> str:
        outcome = answers.pop(0)
        if isinstance(outcome, TransientModelError):
            raise outcome
        return outcome

    retries = Retries(1, seed=0, sleep=no_sleep)

    def tell(error: TransientModelError, wait_s: float) -> None:
        told.append((str(error), wait_s))

    assert asyncio.run(retries.call(attempt, on_wait=tell)) == "Ada."
    ((reason, wait_s),) = told
    assert reason == "busy"
    assert 7.0 <= wait_s <= 7.5
