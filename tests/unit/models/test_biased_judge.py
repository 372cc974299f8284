"""``simulated:`` judges: how often they take the first of two answers is known."""

import asyncio

import pytest

from pytest_distill.errors import SpecError
from pytest_distill.judges.identification import IdentifyingJudge
from pytest_distill.models import factory, spec
from pytest_distill.records import Case, Message, Request


def guesses(text: str, count: int = 400) -> list[int | None]:
    """Return what the judge says of different pairs of answers."""
    model = factory.make(spec.parse(text, {}))
    judge = IdentifyingJudge(ask=model.complete, label="m", seed=0)

    async def ask() -> list[int | None]:
        cases = (
            Case(id=f"bbi/r/{n}", suite="bbi", query=f"{n}?", probe_key=str(n))
            for n in range(count)
        )
        found = [await judge.guess(case, "Since.", "Because.", ()) for case in cases]
        await model.aclose()
        return [guess.value for guess in found]

    return asyncio.run(ask())


@pytest.mark.parametrize("first", [0, 1])
def test_one_that_always_takes_a_place_contradicts_itself_always(first: int) -> None:
    """In two orders it names both models."""
    assert guesses(f"simulated:j?first={first}") == [0] * 400


def test_one_that_leans_contradicts_itself_as_often_as_chance_says() -> None:
    """With .7 for the first: .7 * .7 + .3 * .3 of the pairs; it is right as often as wrong."""
    found = guesses("simulated:j?first=0.7")

    assert found.count(0) / len(found) == pytest.approx(0.58, abs=0.06)
    assert found.count(1) / len(found) == pytest.approx(0.21, abs=0.06)
    assert found.count(-1) / len(found) == pytest.approx(0.21, abs=0.06)
    assert found == guesses("simulated:j?first=0.7")


def test_to_other_questions_it_gives_no_verdict() -> None:
    """It would be a wrong one."""
    model = factory.make(spec.parse("simulated:j?first=1", {}))

    found = asyncio.run(model.complete(Request(messages=(Message(role="user", content="Who?"),))))

    assert found.text == "I only choose between two answers."


def test_a_judge_is_no_student() -> None:
    """One of the two was meant."""
    with pytest.raises(SpecError, match="'first' makes it a judge"):
        factory.check(spec.parse("simulated:j?first=1&teacher=simulated:t", {}))
