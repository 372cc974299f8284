"""A question on its way: what is counted, held, tried again and kept."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from pytest_distill.engine.budgeted_model import BudgetedModel
from pytest_distill.engine.client import ModelClient, Tally
from pytest_distill.engine.guarded_model import GuardedModel
from pytest_distill.engine.limits import InFlight, Slots
from pytest_distill.engine.retry import FAILURES_UNTIL_DOWN, Retries
from pytest_distill.errors import (
    NOT_ASKED,
    ModelError,
    RefusedError,
    StoreError,
    TransientModelError,
    UnansweredError,
)
from pytest_distill.protocols import Cache
from pytest_distill.records import Completion, Message, Price, Request, Usage
from pytest_distill.redaction import Secrets

Outcome = Completion | BaseException

ANSWER = Completion(text="Ada.", usage=Usage(input_tokens=7, output_tokens=2))
NOW = 1_700_000_000.0
GIVEN = ANSWER.model_copy(update={"answered_at": NOW})
RECALLED = GIVEN.model_copy(update={"is_cached": True})
QUESTION = Request(messages=(Message(role="user", content="Who?"),))


async def no_wait(seconds: float) -> None:
    """Only let the others go on."""
    del seconds
    await asyncio.sleep(0)


class Script:
    """A model that gives its outcomes in their order, the last one for ever."""

    def __init__(self, *outcomes: Outcome, latency_s: float = 0.0) -> None:
        self.outcomes = list(outcomes)
        self.latency_s = latency_s
        self.asked = 0
        self.is_closed = False

    async def complete(self, request: Request) -> Completion:
        """Give the next outcome."""
        del request
        self.asked += 1
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        await asyncio.sleep(self.latency_s)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    async def aclose(self) -> None:
        """Remember it."""
        self.is_closed = True


class Purse:
    """A budget without end."""

    def reserve(self, *, tokens: int, usd: float) -> None:
        """Do nothing."""

    def give_back(self, *, tokens: int, usd: float) -> None:
        """Do nothing."""


FREE = Price(input=0.0, output=0.0)


class Shelf:
    """A cache in a dictionary."""

    def __init__(self) -> None:
        self.stored: dict[str, Completion] = {}

    def holds(self, key: str) -> bool:
        """Tell whether it was kept."""
        return key in self.stored

    def find(self, key: str) -> Completion | None:
        """Return what was kept."""
        return self.stored.get(key)

    async def get(
        self, key: str, ask: Callable[[], Awaitable[Completion]]
    ) -> tuple[Completion, bool]:
        """Keep what is answered."""
        if key in self.stored:
            return self.stored[key], True
        self.stored[key] = await ask()
        return self.stored[key], False


class Bench:
    """A model that is asked, with everything around it."""

    def __init__(
        self, model: Script, *, slots: int = 4, retries: int = 3, cache: Cache | None = None
    ) -> None:
        self.tally = Tally()
        self.in_flight = InFlight(Slots(slots))
        self.model = model
        self.asked = ModelClient(
            model,
            in_flight=self.in_flight,
            retries=Retries(retries, seed=0, sleep=no_wait),
            tally=self.tally,
            cache=cache,
            key=repr,
            clock=lambda: self.now,
        )
        self.now = NOW

    async def ask(self, times: int = 1) -> list[Completion | BaseException]:
        """Ask at once, so many times."""
        questions = (self.asked.complete(QUESTION) for _ in range(times))
        return await asyncio.gather(*questions, return_exceptions=True)


def busy(retry_after_s: float | None = None) -> TransientModelError:
    """Return what a 429 becomes."""
    return TransientModelError("busy", is_overload=True, retry_after_s=retry_after_s)


def test_an_answer_is_counted_with_its_tokens() -> None:
    """Tokens that are not told are not counted."""
    bench = Bench(Script(ANSWER, Completion(text="?"), ANSWER))

    asyncio.run(bench.ask(3))

    assert bench.tally == Tally(calls=3, input_tokens=14, output_tokens=4)


def test_retries_are_calls_and_counted_apart() -> None:
    """The bill has them all."""
    bench = Bench(Script(TransientModelError("500"), TransientModelError("cut"), ANSWER))

    assert asyncio.run(bench.ask()) == [GIVEN]
    assert (bench.tally.calls, bench.tally.retries) == (3, 2)
    assert bench.in_flight.limit == 4


@pytest.mark.parametrize("error", [ModelError("401"), TransientModelError("500")])
def test_errors_come_through(error: ModelError) -> None:
    """As the objects that they are, and nothing is left in flight."""
    bench = Bench(Script(error), retries=0)

    assert asyncio.run(bench.ask()) == [error]
    assert (bench.tally.calls, bench.tally.retries, bench.tally.in_flight) == (1, 0, 0)
    assert bench.in_flight.used == 0


def test_what_is_in_flight_can_be_watched() -> None:
    """Those that wait for a slot are not in flight."""
    bench = Bench(Script(ANSWER, latency_s=0.02), slots=3)

    async def story() -> tuple[int, int]:
        questions = asyncio.create_task(bench.ask(7))
        await asyncio.sleep(0.01)
        during = bench.tally.in_flight
        await questions
        return during, bench.tally.in_flight

    assert asyncio.run(story()) == (3, 0)


def test_a_busy_server_gets_fewer_requests_and_then_more_again() -> None:
    """Answers win back what refusals cost."""
    bench = Bench(Script(busy(), busy(), busy(), busy(), ANSWER), slots=4)

    async def story() -> tuple[int, int]:
        await bench.ask(4)
        after = bench.in_flight.limit
        await bench.ask(20)
        return after, bench.in_flight.limit

    after, later = asyncio.run(story())

    assert after < 4
    assert later == 4


def test_other_faults_leave_the_limit_alone() -> None:
    """A server that fails is not one that is asked too much."""
    bench = Bench(Script(TransientModelError("500"), ANSWER))

    asyncio.run(bench.ask())

    assert bench.in_flight.limit == 4


def test_a_pause_that_the_server_wants_is_for_everybody_and_counted_once() -> None:
    """Two refusals that ask for the same pause are one pause."""
    bench = Bench(Script(busy(0.05), busy(0.05), ANSWER), slots=2)

    async def story() -> float:
        started = asyncio.get_running_loop().time()
        await bench.ask(2)
        return asyncio.get_running_loop().time() - started

    took_s = asyncio.run(story())

    assert 0.05 <= bench.tally.paused_s <= 0.1
    assert 0.04 <= took_s < 1


def test_a_pause_that_is_too_long_holds_nobody_up() -> None:
    """The answer is missing, with the server's words, and the next question is asked at once."""
    bench = Bench(Script(busy(3600), ANSWER), slots=1)

    first, second = asyncio.run(bench.ask(2))

    assert isinstance(first, TransientModelError)
    assert second == GIVEN
    assert bench.tally.paused_s == 0


def test_a_server_that_is_always_busy_does_not_hold_the_run_for_ever() -> None:
    """Without any answer in so many calls, its pauses are not kept to."""
    bench = Bench(Script(busy(0.001)), slots=4, retries=2)
    rounds = 3 * FAILURES_UNTIL_DOWN

    async def story() -> None:
        for _ in range(rounds):
            found = await bench.ask(4)
            assert all(isinstance(outcome, TransientModelError) for outcome in found)

    asyncio.run(story())

    # Three tries for each of the first, one for all others.
    assert bench.model.asked <= 4 * rounds + 2 * (FAILURES_UNTIL_DOWN + 4)


DEAD = TransientModelError("the connection failed")


def test_a_server_that_never_answered_is_not_asked_again() -> None:
    """The reason is that of the calls that were made."""
    bench = Bench(Script(DEAD), slots=1, retries=0)

    outcomes = asyncio.run(bench.ask(FAILURES_UNTIL_DOWN + 5))

    assert bench.model.asked == FAILURES_UNTIL_DOWN
    assert bench.tally.calls == FAILURES_UNTIL_DOWN
    *_, last = outcomes
    assert isinstance(last, UnansweredError)
    assert (last.reason, str(last)) == (str(DEAD), f"{NOT_ASKED}{DEAD}")


@pytest.mark.parametrize("first", [ANSWER, busy()])
def test_a_server_that_is_alive_is_asked_on(first: Outcome) -> None:
    """One that has answered, or that is busy."""
    then = DEAD if first is ANSWER else first
    bench = Bench(Script(first, then), slots=1, retries=0)

    asyncio.run(bench.ask(2 * FAILURES_UNTIL_DOWN))

    assert bench.model.asked == 2 * FAILURES_UNTIL_DOWN


def test_a_kept_answer_is_not_asked_for() -> None:
    """And counted as such, not as a call."""
    bench = Bench(Script(ANSWER), cache=Shelf())

    async def story() -> list[Completion]:
        return [await bench.asked.complete(QUESTION) for _ in range(3)]

    assert asyncio.run(story()) == [GIVEN, RECALLED, RECALLED]
    assert (bench.tally.calls, bench.tally.cached) == (1, 2)


def test_a_kept_answer_is_recalled_without_a_loop() -> None:
    """And counted apart, since two threads may read the cache at once."""
    bench = Bench(Script(ANSWER), cache=Shelf())
    before = bench.asked.is_cached(QUESTION), bench.asked.cached(QUESTION)

    asyncio.run(bench.asked.complete(QUESTION))

    assert before == (False, None)
    assert bench.asked.is_cached(QUESTION)
    assert bench.asked.cached(QUESTION) == RECALLED
    assert (bench.tally.calls, bench.tally.cached, bench.tally.cached_sync) == (1, 0, 1)


def test_without_a_cache_nothing_is_recalled() -> None:
    """Each time it has to be asked."""
    bench = Bench(Script(ANSWER))

    assert not bench.asked.is_cached(QUESTION)
    assert bench.asked.cached(QUESTION) is None


def test_an_error_is_not_kept() -> None:
    """The next one who asks has another chance."""
    bench = Bench(Script(ModelError("400"), ANSWER), cache=Shelf())

    async def story() -> Completion:
        with pytest.raises(ModelError):
            await bench.asked.complete(QUESTION)
        return await bench.asked.complete(QUESTION)

    assert asyncio.run(story()) == GIVEN
    assert bench.tally.cached == 0


def test_a_cancelled_question_leaves_nothing_behind() -> None:
    """Neither a slot nor a number."""
    bench = Bench(Script(ANSWER, latency_s=60), slots=2)

    async def story() -> None:
        questions = [asyncio.create_task(bench.asked.complete(QUESTION)) for _ in range(5)]
        await asyncio.sleep(0.01)
        for question in questions:
            question.cancel()
        await asyncio.gather(*questions, return_exceptions=True)

    asyncio.run(story())

    assert bench.tally.in_flight == 0
    assert bench.in_flight.used == 0


def test_closing_closes_the_model() -> None:
    """Whoever wraps it owns it."""
    bench = Bench(Script(ANSWER))

    asyncio.run(bench.asked.aclose())

    assert bench.model.is_closed


def test_the_release_is_asked_for_past_the_cache() -> None:
    """Once; a server that fails reports none."""
    dated = ANSWER.model_copy(update={"release": "m-0613"})
    bench = Bench(Script(dated, ANSWER, ModelError("401")), cache=Shelf())

    async def story() -> list[str | None]:
        return [await bench.asked.release() for _ in range(3)]

    assert asyncio.run(story()) == ["m-0613", None, None]
    assert bench.tally.calls == 3


def test_an_answer_from_the_future_is_of_unknown_age() -> None:
    """The clock of whoever asked was wrong."""
    bench = Bench(Script(ANSWER), cache=Shelf())
    asyncio.run(bench.asked.complete(QUESTION))
    bench.now -= 3600

    found = bench.asked.cached(QUESTION)

    assert found == RECALLED.model_copy(update={"answered_at": None})


class Known(Script):
    """Has one answer to each question."""

    def holds(self, request: Request) -> bool:
        """Say that it has no second one."""
        return request.sample == 0


def test_what_a_model_knows_not_to_answer_is_known_beforehand() -> None:
    """With a budget and without; of other models nothing is known."""
    second = QUESTION.model_copy(update={"sample": 1})
    for model, can in ((Known(ANSWER), False), (Script(ANSWER), True)):
        paid = BudgetedModel(model, account=Purse(), price=FREE, answer_tokens=0)

        assert Bench(model).asked.can_answer(QUESTION)
        assert Bench(model).asked.can_answer(second) is can
        guarded = GuardedModel(model, secrets=Secrets(), name="m", timeout_s=None, say=print)

        for outer in (paid, guarded):
            assert outer.holds(QUESTION)
            assert outer.holds(second) is can


REFUSED = RefusedError("bad key", is_lasting=True)


def test_a_server_that_refuses_every_request_gets_few() -> None:
    """Not as many at once as one that answers, and then none."""
    bench = Bench(Script(REFUSED), slots=64)
    bench.asked = ModelClient(
        bench.model,
        in_flight=InFlight(Slots(64), untried=4),
        retries=Retries(3, seed=0, sleep=no_wait),
        tally=bench.tally,
        cache=None,
        key=repr,
    )

    outcomes = asyncio.run(bench.ask(162))

    assert bench.model.asked <= 4
    assert sum(isinstance(outcome, UnansweredError) for outcome in outcomes) >= 158


@pytest.mark.parametrize("first", [ANSWER, DEAD, RefusedError("too long", is_lasting=False)])
def test_a_server_that_takes_requests_gets_as_many_as_there_are_slots(first: Outcome) -> None:
    """Whatever becomes of them."""
    limit = InFlight(Slots(64), untried=4)
    model = ModelClient(
        Script(first),
        in_flight=limit,
        retries=Retries(0, seed=0, sleep=no_wait),
        tally=Tally(),
        cache=None,
        key=repr,
    )

    async def story() -> None:
        before = limit.limit
        await asyncio.gather(model.complete(QUESTION), return_exceptions=True)
        assert (before, limit.limit) == (4, 64)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("outcomes", "is_told"),
    [
        ((DEAD, ANSWER), True),
        ((busy(0.01), ANSWER), False),
        ((ANSWER, DEAD, ANSWER), False),
        ((ANSWER, TransientModelError("later", retry_after_s=30.0), ANSWER), True),
    ],
)
def test_who_is_waited_for_is_told_if_it_takes_long(
    outcomes: tuple[Outcome, ...], *, is_told: bool
) -> None:
    """And at once where nothing was answered so far: perhaps nobody is there."""
    bench = Bench(Script(*outcomes), slots=1, retries=1)
    error = next(outcome for outcome in outcomes if outcome is not ANSWER)

    asyncio.run(bench.ask(2))

    assert bool(bench.tally.waiting) == is_told
    if is_told:
        assert bench.tally.waiting.startswith(f"{error}; tried again at ")
    assert Tally.loads(bench.tally.dumps()).waiting == ""


class BrokenCache:
    """A cache that cannot be read."""

    def holds(self, key: str) -> bool:
        """Fail."""
        raise StoreError(_BROKEN + key)

    def find(self, key: str) -> Completion | None:
        """Fail."""
        raise StoreError(_BROKEN + key)

    async def get(
        self, key: str, ask: Callable[[], Awaitable[Completion]]
    ) -> tuple[Completion, bool]:
        """Fail."""
        del ask
        raise StoreError(_BROKEN + key)


_BROKEN = "cache c cannot be used: it is damaged\n  delete it: "


def test_a_cache_that_cannot_be_read_leaves_the_case_missing() -> None:
    """With the reason and what to do; whether to pay again is the user's decision."""
    model = Script(ANSWER)
    client = ModelClient(
        model,
        in_flight=InFlight(Slots(1)),
        retries=Retries(0, seed=0),
        tally=Tally(),
        cache=BrokenCache(),
        key=lambda _: "k",
    )

    assert not client.is_cached(QUESTION)
    assert client.cached(QUESTION) is None
    with pytest.raises(ModelError, match="not asked: cache c cannot be used: it is damaged; delet"):
        asyncio.run(client.complete(QUESTION))
    assert model.asked == 0


def test_tallies_add_up_and_keep_one_reason() -> None:
    """Of two processes that cannot write to one disk, one says why."""
    total = Tally(calls=1, log_failures=1, log_failure="full", waiting="a")
    total.add(Tally(calls=2, log_failures=2, log_failure="full", cache_failure="gone"))

    assert total == Tally(
        calls=3, log_failures=3, log_failure="full", cache_failure="gone", waiting="a"
    )
