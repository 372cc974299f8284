"""Evaluates one case of an identity suite: get the answer, recorded or new, and judge it."""

from pytest_distill.errors import BudgetError, ModelError
from pytest_distill.protocols import AnsweringModel, Judge, SyncJudge
from pytest_distill.records import (
    Case,
    Completion,
    IdentityVerdict,
    Message,
    Observation,
    Request,
)


class IdentityEvaluator:
    """Judges answers against the facts about the model's identity."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._judge_now = judge.judge_now if isinstance(judge, SyncJudge) else None

    @property
    def judge_name(self) -> str:
        """The judge's name in reports."""
        return self._judge.name

    @property
    def is_immediate(self) -> bool:
        """Whether the judge works without an event loop."""
        return self._judge_now is not None

    async def evaluate(self, case: Case, model: AnsweringModel) -> Observation:
        """Return the observation; if model or judge fails, the case is missing."""
        unjudged = missing(case, model.label, self._judge.name)
        try:
            completion = await model.answer(case)
        except ModelError as error:
            return without_answer(unjudged, error)
        try:
            verdict = await self._judge.judge(case, completion.text)
        except ModelError as error:
            update = {"completion": completion, "why_missing": f"the judge gave no answer: {error}"}
            return without_answer(unjudged, error).model_copy(update=update)
        return observed(case, completion, verdict, label=model.label, judge=self._judge.name)

    def evaluate_now(self, case: Case, label: str, completion: Completion) -> Observation:
        """Return the same as `evaluate`, without an event loop."""
        if self._judge_now is None:
            message = f"{self._judge.name} needs an event loop"
            raise TypeError(message)
        verdict = self._judge_now(case, completion.text)
        return observed(case, completion, verdict, label=label, judge=self._judge.name)


def missing(case: Case, label: str, judge: str) -> Observation:
    """Return the observation of a case without an answer or a verdict."""
    return Observation(case=case, model=label, judge=judge, outcome="missing")


def without_answer(unjudged: Observation, error: ModelError) -> Observation:
    """Return `unjudged` with the error that the case is missing for."""
    return unjudged.model_copy(
        update={"why_missing": str(error), "is_unpaid": isinstance(error, BudgetError)}
    )


def observed(
    case: Case, completion: Completion, verdict: IdentityVerdict, *, label: str, judge: str
) -> Observation:
    """Return the observation of an answer that a judge has read, with or without a verdict."""
    is_judged = verdict.loose is not None
    # Votes are stored on the observation, which has them also if the judges are split.
    without_votes = verdict.model_copy(update={"votes": ()}) if verdict.votes else verdict
    return Observation(
        case=case,
        model=label,
        judge=judge,
        outcome="judged" if is_judged else "missing",
        why_missing=None if is_judged else verdict.reason,
        completion=completion,
        verdict=without_votes if is_judged else None,
        votes=verdict.votes,
        reply=verdict.reply,
    )


def request(case: Case, *, seed: int) -> Request:
    """Return the request for `case`: its conversation, or its prompt as the only message."""
    messages = case.messages or (Message(role="user", content=case.prompt),)
    return Request(messages=messages, sample=case.sample, seed=seed + case.sample)
