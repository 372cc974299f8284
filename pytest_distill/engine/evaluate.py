"""One case: ask the model, unless the answer is on record, then have the answer judged."""

from pytest_distill.errors import ModelError
from pytest_distill.protocols import Judge, Model
from pytest_distill.records import (
    Case,
    Completion,
    IdentityVerdict,
    Message,
    Observation,
    Request,
)


async def evaluate(
    case: Case, *, label: str, model: Model | None, judge: Judge, seed: int
) -> Observation:
    """Return what was observed; a failure of model or judge is a missing observation.

    Args:
        case: what to ask.
        label: what the report calls the model under test.
        model: who is asked; None where `case` holds its answer.
        judge: reads the answer.
        seed: of the run; each sample of a prompt gets one of its own.
    """
    blank = Observation(case=case, model=label, judge=judge.name, outcome="missing")
    if case.response is not None:
        completion = Completion(text=case.response)
    elif model is None:
        message = f"case {case.id!r} has no recorded answer, and there is no model to ask"
        raise ValueError(message)
    else:
        try:
            completion = await model.complete(request(case, seed=seed))
        except ModelError as error:
            return blank.model_copy(update={"why_missing": str(error)})
    try:
        verdict = await judge.judge(case, completion.text)
    except ModelError as error:
        why = f"the judge gave no answer: {error}"
        return blank.model_copy(update={"completion": completion, "why_missing": why})
    return observed(case, completion, verdict, label=label, judge=judge.name)


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
