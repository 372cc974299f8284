"""The package's own JSONL files: one record per line, each with a unique id."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pytest_distill import documents
from pytest_distill.errors import FileFormatError
from pytest_distill.records import GoldCase, Probe, Question, Template

_Kind = TypeVar("_Kind", Probe, GoldCase, Question, Template)


def read(
    path: Path,
    kind: type[_Kind],
    find_problem: Callable[[_Kind], str | None],
    *,
    what: str = "records",
) -> tuple[_Kind, ...]:
    """Read records in the order of the file; blank lines are left out.

    Args:
        path: the file.
        kind: record type of the lines.
        find_problem: returns what is wrong with a record that has the right keys, or None.
        what: what the file is for, in messages.

    Raises:
        UsageError: there is no such file, or it cannot be read.
        FileFormatError: a line is no record of the kind, has a problem, or repeats an id.
    """
    records: dict[str, _Kind] = {}
    for number, line in documents.lines(documents.text(path, what)):
        record = documents.record(kind, line, path, number)
        problem = find_problem(record)
        if record.id in records:
            problem = f"the id {record.id!r} is taken by an earlier line"
        if problem:
            raise FileFormatError(path, number, problem)
        records[record.id] = record
    return tuple(records.values())
