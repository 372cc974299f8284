"""The shipped questions: what each file promises, and how a broken one is reported."""

import contextlib
import io
import json
import math
import re
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from pytest_distill.data import prompts, questions, resources
from pytest_distill.errors import FileFormatError, UsageError
from pytest_distill.judges.short_answer import is_right
from pytest_distill.records import QUESTION_CATEGORIES, Question
from tests.support.near_duplicates import near_duplicates

pytestmark = pytest.mark.unmeasured

SHIPPED = questions.load_shipped()
FOLDER = resources.fixtures() / "questions"

STATED = {
    "en": ("{}", "**{}**", "The answer is {}.", "Final answer: {}"),
    "zh": ("{}。", "答案是{}。"),
}
GUESSED = {"en": "{} or {}", "zh": "{}或{}"}

# What fixtures/questions/README.md promises. Two programs, or two sums, share most of their words.
LESS_ALIKE_THAN = 0.6


def of(category: str) -> list[Question]:
    """Return the shipped questions of one category."""
    return [question for question in SHIPPED if question.category == category]


def prose(question: Question) -> str:
    """Return what is asked; questions about programs differ in their programs."""
    return question.check or "" if question.category == "code" else question.question


def write(path: Path, *lines: object) -> Path:
    """Write JSON lines."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def test_there_are_enough_in_each_category_and_language() -> None:
    """A category has to be measured by itself, since imitation may be narrow."""
    counts = Counter((question.category, question.language) for question in SHIPPED)

    assert len(SHIPPED) >= 300
    assert set(counts) == {(c, la) for c in QUESTION_CATEGORIES for la in questions.LANGUAGES}
    assert min(counts.values()) >= 25


def test_the_readme_counts_what_is_there() -> None:
    """Its table is what people cite."""
    text = (FOLDER / "README.md").read_text("utf-8")
    counts = Counter((question.category, question.language) for question in SHIPPED)

    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \|", text, re.MULTILINE)

    assert [tuple(map(int, row[1:])) for row in rows] == [
        (counts[category, "en"], counts[category, "zh"]) for category in QUESTION_CATEGORIES
    ]


@pytest.mark.parametrize("category", QUESTION_CATEGORIES)
@pytest.mark.parametrize("language", questions.LANGUAGES)
def test_small_and_large_models_are_both_measured(category: str, language: str) -> None:
    """Each file has questions of every difficulty."""
    levels = {q.difficulty for q in of(category) if q.language == language}

    assert levels == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("question", of("arithmetic"), ids=lambda question: question.id)
def test_each_result_is_calculated(question: Question) -> None:
    """By the expression beside it."""
    value = eval(question.check or "", {"math": math, "Fraction": Fraction})  # noqa: S307 - our own data

    assert Fraction(question.answers[0]) == Fraction(value)


@pytest.mark.parametrize("question", of("code"), ids=lambda question: question.id)
def test_each_program_prints_its_answer(question: Question) -> None:
    """It is run."""
    printed = io.StringIO()

    with contextlib.redirect_stdout(printed):
        exec(compile(question.check or "", question.id, "exec"), {})  # noqa: S102 - our own data

    assert printed.getvalue().strip() == question.answers[0]
    assert str(question.check) in question.asked.split("```python\n")[1]


@pytest.mark.parametrize("question", of("reading"), ids=lambda question: question.id)
def test_each_passage_holds_its_answer(question: Question) -> None:
    """Or the words that it follows from, where the question is one of the harder ones."""
    assert question.passage is not None
    assert question.check is not None
    assert question.check in question.passage
    assert question.passage in question.asked

    is_said = any(answer in question.passage for answer in question.answers)
    is_counted = question.answers[0].isdigit()
    assert is_said or is_counted or (question.difficulty or 0) > 3


@pytest.mark.parametrize("language", questions.LANGUAGES)
def test_no_question_is_asked_twice(language: str) -> None:
    """Two of a kind count twice in every mean."""
    texts = [prose(q) for q in SHIPPED if q.language == language]

    assert near_duplicates(texts, threshold=LESS_ALIKE_THAN) == []


@pytest.mark.parametrize("category", QUESTION_CATEGORIES)
def test_every_alias_is_right_and_the_answers_of_other_questions_are_wrong(category: str) -> None:
    """However they are stated, and where both are guessed."""
    for question in of(category):
        language = question.language or ""
        for answer in question.answers:
            for stated in STATED[language]:
                said = stated.format(answer)
                assert is_right(said, question.answers, question=question.question), said
        for other in of(category):
            if other.language != language or set(other.answers) & set(question.answers):
                continue
            wrong = other.answers[0]
            both = GUESSED[language].format(question.answers[0], wrong)
            for said in (wrong, both):
                right = is_right(said, question.answers, question=question.question)
                assert right is False, (question.id, said)


def test_no_prompt_is_two_questions() -> None:
    """Simulated models find the question by its prompt, as recorded ones do."""
    assert len(questions.shipped_by_prompt()) == len(SHIPPED)


def test_no_open_prompt_is_a_question() -> None:
    """Style and capability are measured on different prompts."""
    opened = {p.messages[-1].content for found in prompts.load_shipped().values() for p in found}

    assert opened.isdisjoint(questions.shipped_by_prompt())


GOOD = {
    "id": "facts-001-en",
    "category": "facts",
    "language": "en",
    "difficulty": 1,
    "question": "?",
    "answers": ["1"],
    "check": None,
}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"category": "code"}, "the category 'code' does not belong in facts-en.jsonl"),
        ({"language": "zh"}, "the language 'zh' does not belong in facts-en.jsonl"),
        ({"difficulty": None}, "'difficulty' is missing"),
        ({"id": "facts-1-en"}, "the id 'facts-1-en' does not read facts-NNN-en"),
        ({"answers": []}, "answers"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, change: dict[str, object], problem: str) -> None:
    """File and line, and what is wrong."""
    path = write(tmp_path / "facts-en.jsonl", GOOD, {**GOOD, "id": "facts-002-en", **change})

    with pytest.raises(FileFormatError, match=re.escape(problem)) as caught:
        questions.read(path)

    assert f"{path.name}:2" in str(caught.value)


def test_questions_of_a_users_own_need_no_more_than_question_and_answers(tmp_path: Path) -> None:
    """Id and category come from place and file."""
    path = write(tmp_path / "ours.jsonl", {"question": "Who?", "answers": ["Ada"]})

    (question,) = questions.read_own(path)

    assert questions.are_in(path)
    assert (question.id, question.category) == ("question-000001", "ours")
    assert question.asked == "Who?\n\nGive only the answer."


@pytest.mark.parametrize("answer", ["", ".", "…"])
def test_an_answer_without_a_word_is_refused(tmp_path: Path, answer: str) -> None:
    """Nothing that a model says would be right."""
    path = write(tmp_path / "ours.jsonl", {"question": "Who?", "answers": ["Ada", answer]})

    with pytest.raises(FileFormatError, match=r"ours\.jsonl:1: an answer has no letter"):
        questions.read_own(path)


def test_the_question_may_go_by_another_name(tmp_path: Path) -> None:
    """``prompt``, as in other files, or what ``--map`` says."""
    path = write(tmp_path / "ours.jsonl", {"prompt": "Who?", "answers": "Ada", "from": "us"})
    theirs = write(tmp_path / "theirs.jsonl", {"frage": "Who?", "answers": ["Ada"]})

    (question,) = questions.read_own(path)
    (mapped,) = questions.read_own(theirs, {"frage": "prompt"})

    assert question.question == mapped.question == "Who?"
    assert question.answers == ("Ada",)


def test_prompts_are_no_questions(tmp_path: Path) -> None:
    """They have no answers."""
    assert not questions.are_in(write(tmp_path / "ours.jsonl", {"prompt": "Why?"}))
    assert not questions.are_in(write(tmp_path / "empty.jsonl"))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"answers": ["Ada"]}, "'question' is missing"),
        ({"question": "Who?", "answers": []}, "answers"),
        ({"id": "question-000001", "question": "Who?", "answers": ["A"]}, "is taken"),
    ],
)
def test_a_broken_line_of_a_users_own_is_named(
    tmp_path: Path, line: dict[str, object], problem: str
) -> None:
    """File and line, and what is wrong."""
    path = write(tmp_path / "ours.jsonl", {"question": "Why?", "answers": ["So"]}, line)

    with pytest.raises(FileFormatError, match=re.escape(problem)) as caught:
        questions.read_own(path)

    assert "ours.jsonl:2" in str(caught.value)


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    """As for prompts."""
    with pytest.raises(UsageError, match=r"nothing\.jsonl"):
        questions.are_in(tmp_path / "nothing.jsonl")
