"""``simulated:`` students: how much of them is their teacher's is known."""

import asyncio
from pathlib import Path

import pytest

from pytest_distill.errors import SpecError
from pytest_distill.models import factory, spec
from pytest_distill.records import Message, Request

PROMPTS = [f"What of {number}?" for number in range(400)]


@pytest.fixture
def teacher(tmp_path: Path) -> str:
    """Give a teacher that always says the same."""
    path = tmp_path / "teacher.jsonl"
    lines = (f'{{"prompt": "{prompt}", "response": "of the teacher"}}\n' for prompt in PROMPTS)
    path.write_text("".join(lines))
    return f"recorded:{path}"


def said(text: str, *, seed: int = 0) -> list[str]:
    """Return what a student says to each prompt."""
    model = factory.make(spec.parse(text, {}))

    async def ask() -> list[str]:
        requests = (
            Request(messages=(Message(role="user", content=prompt),), seed=seed)
            for prompt in PROMPTS
        )
        answers = [(await model.complete(request)).text for request in requests]
        await model.aclose()
        return answers

    return asyncio.run(ask())


@pytest.mark.parametrize(("alpha", "share"), [(0, 0.0), (0.25, 0.25), (0.75, 0.75), (1, 1.0)])
def test_it_imitates_as_often_as_it_is_told(teacher: str, alpha: float, share: float) -> None:
    """Never at 0, always at 1, and in proportion between."""
    answers = said(f"simulated:s?teacher={teacher}&alpha={alpha}")

    found = answers.count("of the teacher") / len(answers)
    assert found == pytest.approx(share, abs=0.07 if 0 < share < 1 else 0)


def test_it_says_the_same_again_and_other_things_with_another_seed(teacher: str) -> None:
    """A student is a function of prompt and seed."""
    text = f"simulated:s?teacher={teacher}&alpha=0.5"

    assert said(text) == said(text)
    assert said(text) != said(text, seed=1)


def test_what_it_imitates_at_a_low_rate_it_imitates_at_a_high_one(teacher: str) -> None:
    """So that students of one seed are ordered."""
    low, high = (said(f"simulated:s?teacher={teacher}&alpha={a}") for a in (0.3, 0.6))

    taken = [n for n, answer in enumerate(low) if answer == "of the teacher"]
    assert all(high[n] == "of the teacher" for n in taken)


def test_it_may_have_a_base(teacher: str, tmp_path: Path) -> None:
    """Whose answers it gives where it does not imitate."""
    base = tmp_path / "base.jsonl"
    lines = (f'{{"prompt": "{prompt}", "response": "of the base"}}\n' for prompt in PROMPTS)
    base.write_text("".join(lines))

    answers = said(f"simulated:s?teacher={teacher}&alpha=0.5&base=recorded:{base}")

    assert set(answers) == {"of the teacher", "of the base"}


@pytest.mark.parametrize("parent", ["teacher", "base"])
def test_a_teacher_that_is_not_there_is_refused_before_the_run(teacher: str, parent: str) -> None:
    """As any other model would be."""
    text = f"simulated:s?teacher={teacher}&{parent}=recorded:no.jsonl".replace(
        f"teacher={teacher}&teacher=", "teacher="
    )

    with pytest.raises(SpecError, match=r"no\.jsonl"):
        factory.check(spec.parse(text, {}))


def test_only_a_student_has_a_base() -> None:
    """A parameter without effect is a mistake."""
    with pytest.raises(SpecError, match="needs a teacher"):
        factory.check(spec.parse("simulated:s?base=simulated:t", {}))
