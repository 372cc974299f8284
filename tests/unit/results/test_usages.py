"""What answers have cost: each is counted once."""

from pytest_distill.records import Case, Completion, Observation, OtherAnswer, Usage
from pytest_distill.results.usages import AnswerUsages


def answer(tokens: int, *, is_cached: bool = False) -> Completion:
    """Return an answer of so many tokens."""
    return Completion(text="Yes.", usage=Usage(output_tokens=tokens), is_cached=is_cached)


def compared(reference: str, *others: OtherAnswer, completion: Completion | None) -> Observation:
    """Return the comparison of one prompt's answers."""
    case = Case(
        id=f"own/{reference}/a", suite="own", query="Why?", probe_key="a", reference=reference
    )
    return Observation(
        case=case,
        model="m",
        judge="none",
        outcome="missing" if completion is None else "judged",
        completion=completion,
        reference=answer(10),
        others=others,
    )


def tokens(*observations: Observation) -> list[int | None]:
    """Return the tokens of each counted answer."""
    usages = AnswerUsages()
    for observation in observations:
        usages.add(observation)
    return [None if usage is None else usage.output_tokens for usage in usages.all()]


def test_an_answer_is_counted_once_however_often_it_is_compared() -> None:
    """The model's own with two references, and the base's with both."""
    base = OtherAnswer(role="base", model="b", completion=answer(2))
    again = OtherAnswer(role="resample", model="r1", sample=1, completion=answer(3))

    found = tokens(
        compared("r1", base, again, completion=answer(1)),
        compared("r2", base, completion=answer(1)),
    )

    assert found == [1, 10, 2, 3, 10]


def test_what_was_not_asked_is_not_counted() -> None:
    """Answers from the cache, and cases whose tests ended without an observation."""
    cached = OtherAnswer(role="base", model="b", completion=answer(2, is_cached=True))
    ended = compared("r1", completion=None).model_copy(update={"unobserved": "ended"})

    assert tokens(compared("r1", cached, completion=answer(1, is_cached=True))) == [10]
    assert tokens(ended) == []
    assert tokens(compared("r1", completion=None)) == [None, 10]
