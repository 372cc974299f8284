"""One case of an identity suite: ask the model, unless the answer is on record, then judge it."""

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
    """Has answers judged against the facts about who the model is."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._judge_now = judge.judge_now if isinstance(judge, SyncJudge) else None

    @property
    def judge_name(self) -> str:
        """What reports call the judge."""
        return self._judge.name

    @property
    def is_immediate(self) -> bool:
        """Whether the judge needs no event loop."""
        return self._judge_now is not None

    async def evaluate(self, case: Case, model: AnsweringModel) -> Observation:
        """Return what was observed; a failure of the model or of the judge is a missing case."""
        blank = missing(case, model.label, self._judge.name)
        try:
            completion = await model.answer(case)
        except ModelError as error:
            return without_answer(blank, error)
        try:
            verdict = await self._judge.judge(case, completion.text)
        except ModelError as error:
            update = {"completion": completion, "why_missing": f"the judge gave no answer: {error}"}
            return without_answer(blank, error).model_copy(update=update)
        return observed(case, completion, verdict, label=model.label, judge=self._judge.name)

    def evaluate_now(self, case: Case, label: str, completion: Completion) -> Observation:
        """Return what `evaluate` would, without an event loop."""
        if self._judge_now is None:
            message = f"{self._judge.name} needs an event loop"
            raise TypeError(message)
        verdict = self._judge_now(case, completion.text)
        return observed(case, completion, verdict, label=label, judge=self._judge.name)


def missing(case: Case, label: str, judge: str) -> Observation:
    """Return the observation of a case of which nothing is known yet."""
    return Observation(case=case, model=label, judge=judge, outcome="missing")


def without_answer(blank: Observation, error: ModelError) -> Observation:
    """Return the observation of a case for which no answer came."""
    return blank.model_copy(
        update={"why_missing": str(error), "is_unpaid": isinstance(error, BudgetError)}
    )


def observed(
    case: Case, completion: Completion, verdict: IdentityVerdict, *, label: str, judge: str
) -> Observation:
    """Return the observation of an answer that a judge has read, if without a verdict."""
    is_judged = verdict.loose is not None
    # The votes are the observation's, which has them also where the judges are split.
    alone = verdict.model_copy(update={"votes": ()}) if verdict.votes else verdict
    return Observation(
        case=case,
        model=label,
        judge=judge,
        outcome="judged" if is_judged else "missing",
        why_missing=None if is_judged else verdict.reason,
        completion=completion,
        verdict=alone if is_judged else None,
        votes=verdict.votes,
        reply=verdict.reply,
    )


def request(case: Case, *, seed: int) -> Request:
    """Return the question that `case` puts: its conversation, or its prompt by itself."""
    messages = case.messages or (Message(role="user", content=case.prompt),)
    return Request(messages=messages, sample=case.sample, seed=seed + case.sample)
