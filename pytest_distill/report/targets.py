"""Which format is written by whom."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from pytest_distill.files import write_whole
from pytest_distill.records import Report, Section
from pytest_distill.report import to_json, to_markdown

Format = Callable[[Report, Sequence[Section]], str]
"""Makes the text of a report; the sections are what its suites show."""


class Target(Protocol):
    """A file that the user asked for."""

    @property
    def format(self) -> str:
        """The name of a format."""
        ...

    @property
    def path(self) -> Path:
        """Where it is to be."""
        ...


def _json(report: Report, sections: Sequence[Section]) -> str:
    del sections
    return to_json.dumps(report)


FORMATS: Mapping[str, Format] = {"json": _json, "md": to_markdown.dumps}
"""The formats that ship."""


def write(
    report: Report, sections: Sequence[Section], target: Target, formats: Mapping[str, Format]
) -> None:
    """Write `report` as `target` wants it, whole or not at all."""
    write_whole(target.path, formats[target.format](report, sections))
