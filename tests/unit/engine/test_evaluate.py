"""One case, from the question to the observation."""

import asyncio

import pytest

from pytest_distill.engine.evaluate import IdentityEvaluator, observed, request
from pytest_distill.errors import ModelError, TransientModelError
from pytest_distill.records import (
    Case,
    Completion,
    IdentityVerdict,
    Observation,
    Request,
    Vote,
)

CASE = Case(id="ice/x", suite="ice", query="Who?", template="Say: {query}", probe_key="x", sample=2)


class Answers:
    """A model that records what it was asked."""

    def __init__(self, answer: str | Exception) -> None:
        self.answer = answer
        self.asked: list[Request] = []

    async def complete(self, request: Request) -> Completion:
        """Give the answer, or raise it."""
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return Completion(text=self.answer)

    async def aclose(self) -> None:
        """Hold nothing."""


class UnderTest:
    """A model under test, as the evaluation sees it."""

    label = "m"

    def __init__(self, model: Answers | None) -> None:
        self._model = model

    async def answer(self, case: Case) -> Completion:
        """Return the recorded answer, else ask."""
        if case.response is not None or self._model is None:
            return Completion(text=case.response or "")
        return await self._model.complete(request(case, seed=5))


class Agrees:
    """A judge that has one verdict on every answer."""

    name = "agrees"

    def __init__(self, *, loose: bool | None) -> None:
        self.loose = loose

    async def judge(self, case: Case, answer: str) -> IdentityVerdict:
        """Ignore both."""
        del case, answer
        return IdentityVerdict(loose=self.loose, strict=False, hard=False, reason="a rule")


def observe(model: Answers | None, *, loose: bool | None = False, case: Case = CASE) -> Observation:
    """Evaluate `case`."""
    evaluator = IdentityEvaluator(Agrees(loose=loose))
    return asyncio.run(evaluator.evaluate(case, UnderTest(model)))


def test_the_answer_is_judged() -> None:
    """And both are kept."""
    model = Answers("I am X.")

    observation = observe(model, loose=True)

    assert observation.outcome == "judged"
    assert observation.verdict is not None
    assert observation.verdict.loose
    assert observation.completion == Completion(text="I am X.")


def test_the_question_is_one_message_with_a_seed_of_its_sample() -> None:
    """The probe in its template, and no system prompt."""
    model = Answers("I am X.")

    observe(model)

    (request,) = model.asked
    assert [(m.role, m.content) for m in request.messages] == [("user", "Say: Who?")]
    assert (request.sample, request.seed) == (2, 7)


@pytest.mark.parametrize("error", [ModelError("401: no such key"), TransientModelError("429")])
def test_a_model_that_fails_leaves_a_missing_observation(error: ModelError) -> None:
    """With its reason, and no verdict."""
    observation = observe(Answers(error))

    assert observation.outcome == "missing"
    assert observation.verdict is None
    assert observation.why_missing == str(error)


def test_an_answer_without_anything_to_judge_is_missing() -> None:
    """The answer is kept for who wants to look."""
    observation = observe(Answers(""), loose=None)

    assert observation.outcome == "missing"
    assert observation.why_missing == "a rule"
    assert observation.completion is not None


def test_a_recorded_answer_asks_nobody() -> None:
    """It is judged as it is."""
    observation = observe(None, case=CASE.model_copy(update={"response": "I am Y."}))

    assert observation.completion == Completion(text="I am Y.")


def test_a_mistake_in_a_model_is_not_hidden() -> None:
    """Only what models promise to raise is a missing answer."""
    with pytest.raises(ZeroDivisionError):
        observe(Answers(ZeroDivisionError()))


@pytest.mark.parametrize("loose", [True, None])
def test_votes_and_an_unreadable_reply_are_kept_also_without_a_verdict(
    *, loose: bool | None
) -> None:
    """A split is what agreement is about, and only the reply says what went wrong."""
    votes = (Vote(judge="a", loose=True, strict=False, hard=False),)
    verdict = IdentityVerdict(
        loose=loose, strict=None, hard=None, reason="r", votes=votes, reply="Well."
    )

    found = observed(CASE, Completion(text="I am."), verdict, label="m", judge="j")

    assert (found.votes, found.reply) == (votes, "Well.")
    assert found.outcome == ("judged" if loose else "missing")
    assert found.verdict is None or found.verdict.votes == ()
