"""``report.json``: for machines, baselines and gates."""

from collections.abc import Iterator
from pathlib import Path

from pytest_distill import documents
from pytest_distill.errors import FileFormatError, UsageError
from pytest_distill.files import write_whole
from pytest_distill.records import Report
from pytest_distill.text import json_text

# What fits this width is written on one line, so that each case and number is one line.
_WIDTH = 240

_MAY_BE_LEFT_OUT = ("lineage", "family_tree", "leaks", "nearest", "missing", "releases", "changes")
"""Fields that most runs have nothing for."""


def write(report: Report, path: Path) -> None:
    """Write the report; ``null`` is undefined, never 0."""
    write_whole(path, dumps(report))


def dumps(report: Report) -> str:
    """Return the JSON text of the report."""
    empty = {name for name in _MAY_BE_LEFT_OUT if not getattr(report, name)}
    if not report.gates:
        # Leaks that are behind no gate are for people.
        empty.add("leaks")
    return laid_out(report.model_dump(mode="json", exclude=empty))


def laid_out(value: object) -> str:
    """Return a value as JSON that people can read, and that can be shown anywhere."""
    return "".join(_laid_out(value, "")) + "\n"


def read(path: Path) -> Report:
    """Return a report that an earlier run wrote.

    Raises:
        UsageError: it cannot be read, or is of another format.
    """
    text = documents.text(path, "report")
    try:
        found = documents.record(Report, text, path)
        if without := found.models.keys() - found.run.subjects.keys():
            problem = f"run.subjects: {min(without)!r} is missing"
            raise FileFormatError(path, 1, problem)  # noqa: TRY301 - worded as the others
    except FileFormatError as error:
        message = (
            f"{path}:{error.line} is no report that this version of pytest-distill can read"
            f" ({error.problem})\n"
            f"  its format has to be {Report.model_fields['format'].default}:"
            " measure again, or use the version that wrote it"
        )
        raise UsageError(message) from error
    return found


def _laid_out(value: object, margin: str) -> Iterator[str]:
    short = json_text(value)
    if not isinstance(value, dict | list) or len(short) <= _WIDTH:
        yield short
        return
    inner = margin + "  "
    is_object = isinstance(value, dict)
    yield "{" if is_object else "["
    entries = value.items() if isinstance(value, dict) else ((None, each) for each in value)
    for number, (name, each) in enumerate(entries):
        yield f"{',' if number else ''}\n{inner}"
        if is_object:
            yield f"{json_text(name)}: "
        yield from _laid_out(each, inner)
    yield f"\n{margin}{'}' if is_object else ']'}"
