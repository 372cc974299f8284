"""The report formats, and writing a report in one of them."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from pytest_distill.errors import UsageError, failure
from pytest_distill.files import write_whole
from pytest_distill.records import Report, Section
from pytest_distill.report import tidy, to_json, to_markdown

Format = Callable[[Report, Sequence[Section]], str]
"""Returns the text of a report; the sections come from its suites."""


class Target(Protocol):
    """A file that the user asked for."""

    @property
    def format(self) -> str:
        """The name of a format."""
        ...

    @property
    def path(self) -> Path:
        """The path of the file."""
        ...


def _json(report: Report, sections: Sequence[Section]) -> str:
    del sections
    return to_json.dumps(report)


FORMATS: Mapping[str, Format] = {
    "json": _json,
    "md": to_markdown.dumps,
    "jsonl": tidy.cases_as_json_lines,
    "csv": tidy.cases_as_csv,
}
"""The formats that ship."""

_WITHOUT_ROWS = frozenset({"json", "md"})


def needs_rows(name: str) -> bool:
    """Return whether a format may list all cases with their answers, as those of plugins may."""
    return name not in _WITHOUT_ROWS


def write(
    report: Report, sections: Sequence[Section], target: Target, formats: Mapping[str, Format]
) -> None:
    """Write `report` to `target` in its format, whole or not at all.

    Raises:
        UsageError: the format fails.
        OSError: the file cannot be written.
    """
    write_whole(target.path, rendered(report, sections, target.format, formats))


def rendered(
    report: Report, sections: Sequence[Section], name: str, formats: Mapping[str, Format]
) -> str:
    """Return the text of `report` in the format `name`.

    Raises:
        UsageError: the format, which may be a plugin's, fails.
    """
    try:
        text: object = formats[name](report, sections)
    except Exception as error:
        message = f"report format {name!r} failed: {failure(error)}"
        raise UsageError(message) from error
    if not isinstance(text, str):
        message = f"report format {name!r} returned no text, but {text!r}"
        raise UsageError(message)
    return text
