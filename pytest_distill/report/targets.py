"""Which format is written by whom."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from pytest_distill.files import write_whole
from pytest_distill.records import Report
from pytest_distill.report import to_json, to_markdown


class Target(Protocol):
    """A file that the user asked for."""

    @property
    def format(self) -> str:
        """One of `FORMATS`."""
        ...

    @property
    def path(self) -> Path:
        """Where it is to be."""
        ...


FORMATS: Mapping[str, Callable[[Report], str]] = {
    "json": to_json.dumps,
    "md": to_markdown.dumps,
}


def write(report: Report, target: Target) -> None:
    """Write `report` as `target` wants it, whole or not at all."""
    write_whole(target.path, FORMATS[target.format](report))
