"""The package's own JSONL files: one record per line, each with a unique id."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from pytest_distill.errors import FileFormatError, line_problem
from pytest_distill.records import GoldCase, Probe, Question, Template

_Kind = TypeVar("_Kind", Probe, GoldCase, Question, Template)


def read(
    path: Path, kind: type[_Kind], find_problem: Callable[[_Kind], str | None]
) -> tuple[_Kind, ...]:
    """Read records in the order of the file.

    Args:
        path: the file.
        kind: record type of the lines.
        find_problem: returns what is wrong with a record that has the right keys, or None.

    Raises:
        FileFormatError: a line is no record of the kind, has a problem, or repeats an id.
    """
    records: dict[str, _Kind] = {}
    # Bytes, because a str also breaks at U+2028, which JSON allows inside a text.
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            record = kind.model_validate_json(line)
        except ValidationError as error:
            raise FileFormatError(path, number, line_problem(error)) from error
        problem = find_problem(record)
        if record.id in records:
            problem = f"the id {record.id!r} is taken by an earlier line"
        if problem:
            raise FileFormatError(path, number, problem)
        records[record.id] = record
    return tuple(records.values())
