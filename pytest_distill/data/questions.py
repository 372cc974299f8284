"""Questions with short answers that can be checked: shipped, or from a user's file."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from pytest_distill.columns import NO_COLUMNS, Columns, renamed
from pytest_distill.data import entries, jsonl, resources
from pytest_distill.errors import FileFormatError, line_problem
from pytest_distill.records import QUESTION_CATEGORIES, Question
from pytest_distill.text import file_label, readable

LANGUAGES = ("en", "zh")

_ANSWERS = "answers"


def load_shipped() -> tuple[Question, ...]:
    """Return every question of ``fixtures/questions``: by category, then language, then number.

    Raises:
        FileFormatError: a line cannot be used.
    """
    folder = resources.fixtures() / "questions"
    return tuple(
        question
        for category in QUESTION_CATEGORIES
        for language in LANGUAGES
        for question in read(folder / f"{category}-{language}.jsonl")
    )


@cache
def shipped_by_prompt() -> Mapping[str, Question]:
    """Return the shipped questions by the prompt that a model is given.

    Raises:
        FileFormatError: a line cannot be used.
    """
    return MappingProxyType({question.asked: question for question in load_shipped()})


def read(path: Path) -> tuple[Question, ...]:
    """Read the shipped questions of one category and language, in the order of the file.

    Raises:
        FileFormatError: a line is not a question, belongs in another file, or repeats an id.
    """
    return jsonl.read(path, Question, lambda question: _problem(question, path.stem))


def are_in(path: Path) -> bool:
    """Return whether a user's file holds questions: its first entry has ``answers``.

    Raises:
        UsageError: there is no such file, or it cannot be read.
        FileFormatError: its first entry is no JSON object.
    """
    first = next(entries.read(path, "prompts"), None)
    return first is not None and _ANSWERS in first[1]


def read_own(path: Path, columns: Columns = NO_COLUMNS) -> tuple[Question, ...]:
    """Read a user's questions: ``{"question" or "prompt", "answers": [...]}`` a line.

    Other keys are those of shipped questions; unknown ones are left out. A question without an id
    is named after its position, ``question-000001``; one without a category belongs to that of the
    file's stem.

    Args:
        path: the file.
        columns: keys of the file that are others than ours.

    Raises:
        UsageError: there is no such file, or it cannot be read.
        FileFormatError: ``FILE:LINE: what is wrong``, of the first line that cannot be used.
    """
    found: dict[str, Question] = {}
    for place, (line, fields) in enumerate(entries.read(path, "prompts"), start=1):
        usual = {"id": f"question-{place:06d}", "category": file_label(path)}
        given = _known(renamed(fields, columns, prompt="prompt"))
        try:
            question = Question.model_validate({**usual, **given})
        except ValidationError as error:
            raise FileFormatError(path, line, line_problem(error)) from error
        if not all(any(map(str.isalnum, answer)) for answer in question.answers):
            raise FileFormatError(path, line, "an answer has no letter and no digit")
        if question.id in found:
            problem = f"the id {question.id!r} is taken by an earlier entry"
            raise FileFormatError(path, line, problem)
        found[question.id] = question
    return tuple(found.values())


def _known(fields: entries.Fields) -> dict[str, object]:
    """Return the fields of a question; a single answer may stand without brackets."""
    given = {"question": fields["prompt"], **fields} if "prompt" in fields else dict(fields)
    if isinstance(given.get(_ANSWERS), str):
        given[_ANSWERS] = [given[_ANSWERS]]
    return {key: _text(value) for key, value in given.items() if key in Question.model_fields}


def _text(value: object) -> object:
    """Return a text, or a list of texts, without lone surrogates; other values as they are."""
    if isinstance(value, list):
        return list(map(_text, value))
    return readable(value) if isinstance(value, str) else value


def _problem(question: Question, stem: str) -> str | None:
    category, _, language = stem.rpartition("-")
    if question.category != category:
        return f"the category {question.category!r} does not belong in {stem}.jsonl"
    if question.language != language:
        return f"the language {question.language!r} does not belong in {stem}.jsonl"
    if question.difficulty is None:
        return "'difficulty' is missing: from 1, for the smallest models, to 5"
    if not re.fullmatch(rf"{re.escape(category)}-[0-9]{{3}}-{re.escape(language)}", question.id):
        return f"the id {question.id!r} does not read {category}-NNN-{language}"
    return None
