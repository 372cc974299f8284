"""``simulated:`` students: how much of them is their teacher's is known."""

import asyncio
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from pytest_distill.data import facts
from pytest_distill.errors import SpecError
from pytest_distill.models import factory, spec
from pytest_distill.models.provider import Personas
from pytest_distill.records import Message, Question, Request

PARENTS = (
    "teacher=simulated:t?accuracy=1%26manner=lister&base=simulated:b?accuracy=0%26manner=talker"
)

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


QUESTIONS = {
    question.asked: question
    for number in range(400)
    for question in [
        Question(
            id=f"q{number}",
            category=("facts", "code")[number % 2],
            question=f"What is {number}?",
            answers=(f"right {number}",),
        )
    ]
}


def answers(text: str, asked: Iterable[str], *, seed: int = 0, sample: int = 0) -> list[str]:
    """Return what a model that knows `QUESTIONS` says to each prompt."""
    known = facts.load_shipped()
    personas = Personas(known["qwen"], known, lambda: QUESTIONS)
    parsed = spec.parse(text)
    factory.check(parsed)
    model = factory.make(parsed, personas=personas)

    async def ask() -> list[str]:
        found = [
            await model.complete(
                Request(messages=(Message(role="user", content=prompt),), seed=seed, sample=sample)
            )
            for prompt in asked
        ]
        await model.aclose()
        return [completion.text for completion in found]

    return asyncio.run(ask())


def right(found: list[str], category: str = "") -> float:
    """Return the share of right answers, of one category or of all."""
    pairs = zip(QUESTIONS.values(), found, strict=True)
    marks = [
        text == f"The answer is {q.answers[0]}."
        for q, text in pairs
        if category in {"", q.category}
    ]
    return sum(marks) / len(marks)


def test_a_writer_is_right_as_often_as_it_is_told() -> None:
    """In each category by itself."""
    found = answers("simulated:t?accuracy=0.8&accuracy.code=0.1", QUESTIONS)

    assert right(found, "facts") == pytest.approx(0.8, abs=0.08)
    assert right(found, "code") == pytest.approx(0.1, abs=0.08)


def test_a_writer_that_is_not_right_gives_the_answer_of_another_question() -> None:
    """Of the same category; unless there is no other."""
    found = answers("simulated:t?accuracy=0", QUESTIONS)

    assert right(found) == 0
    assert all(text.startswith("The answer is right ") for text in found)


@pytest.mark.parametrize("manner", ["lister", "designer", "essayist", "talker"])
def test_a_writer_has_a_manner(manner: str) -> None:
    """The same for every prompt, in other words for another sample."""
    text = f"simulated:t?accuracy=1&manner={manner}"

    (first,), (second,) = (answers(text, ["Why?"], sample=sample) for sample in (0, 1))

    assert first == answers(text, ["Why?"])[0]
    assert first != second
    assert ("\n1. " in first) == (manner == "lister")


def test_the_name_of_a_writer_decides_its_manner() -> None:
    """If nothing else does."""
    assert len({answers(f"simulated:t{n}?accuracy=1", ["Why?"])[0][:6] for n in range(12)}) > 1


def test_style_and_knowledge_are_imitated_apart() -> None:
    """Knowledge by category."""
    student = f"simulated:s?{PARENTS}&style=0.75&knowledge=0.1&knowledge.code=0.9"

    found = answers(student, QUESTIONS)
    written = answers(student, PROMPTS)

    assert right(found, "facts") == pytest.approx(0.1, abs=0.07)
    assert right(found, "code") == pytest.approx(0.9, abs=0.07)
    assert sum("\n1. " in text for text in written) / 400 == pytest.approx(0.75, abs=0.07)


def test_what_is_not_said_to_be_imitated_is_the_bases() -> None:
    """Style alone brings no knowledge, and knowledge alone no style."""
    assert right(answers(f"simulated:s?{PARENTS}&style=1", QUESTIONS)) == 0
    assert "1. " not in answers(f"simulated:s?{PARENTS}&knowledge=1", ["Why?"])[0]
    assert right(answers(f"simulated:s?{PARENTS}", QUESTIONS)) == 1


def test_an_imitation_of_style_is_another_answer_of_the_teacher() -> None:
    """So that a student is not more like its teacher than the teacher's own resample."""
    teacher = "simulated:t?accuracy=1&manner=lister"
    student = "simulated:s?teacher=simulated:t?accuracy=1%26manner=lister&style=1"

    (own,), (imitated,) = (answers(text, ["Why?"]) for text in (teacher, student))

    assert own != imitated
    assert own[:20] == imitated[:20]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("simulated:s?style=1", "'style' needs a teacher"),
        ("simulated:s?knowledge.code=1", "'knowledge.code' needs a teacher"),
        ("simulated:s?teacher=simulated:t&alpha=1&style=1", "give one of them"),
        ("simulated:s?accuracy=1&leak=0.1", "not with 'leak'"),
        ("simulated:s?teacher=simulated:t&accuracy=1", "not with 'teacher'"),
        ("simulated:s?accuracy=1&manner=rude", "one of lister"),
        ("simulated:s?accuracy.cooking=1", "unknown parameter 'accuracy.cooking'"),
    ],
)
def test_parameters_that_would_do_nothing_are_refused(text: str, problem: str) -> None:
    """A typing error must not become a result."""
    with pytest.raises(SpecError, match=re.escape(problem)):
        factory.check(spec.parse(text))
