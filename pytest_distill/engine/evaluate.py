"""One case: ask the model, unless the answer is on record, then have the answer judged."""

from pytest_distill.errors import ModelError
from pytest_distill.protocols import Judge, Model
from pytest_distill.records import Case, Completion, Message, Observation, Request


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
    observation = Observation(case=case, model=label, judge=judge.name, outcome="missing")
    if case.response is not None:
        completion = Completion(text=case.response)
    elif model is None:
        message = f"case {case.id!r} has no recorded answer, and there is no model to ask"
        raise ValueError(message)
    else:
        try:
            completion = await model.complete(request(case, seed=seed))
        except ModelError as error:
            return observation.model_copy(update={"why_missing": str(error)})
    try:
        verdict = await judge.judge(case, completion.text)
    except ModelError as error:
        why = f"the judge gave no answer: {error}"
        return observation.model_copy(update={"completion": completion, "why_missing": why})
    if verdict.loose is None:
        update = {"completion": completion, "why_missing": verdict.reason}
    else:
        update = {"completion": completion, "verdict": verdict, "outcome": "judged"}
    return observation.model_copy(update=update)


def request(case: Case, *, seed: int) -> Request:
    """Return the question that `case` puts: its prompt as one message of the user."""
    messages = (Message(role="user", content=case.prompt),)
    return Request(messages=messages, sample=case.sample, seed=seed + case.sample)
