"""Content of a report: tables, series and lines, rendered by each report format."""

from typing import Annotated, Literal

from pydantic import Field

from pytest_distill.records.base import DeferredRecord
from pytest_distill.records.numbers import Estimate

Cell = str | int | Estimate | None
"""A name, a count, a measured number, or nothing."""


class Table(DeferredRecord):
    """A table with column headings."""

    kind: Literal["table"] = "table"
    title: str = ""
    columns: tuple[str, ...]
    """Headings; that of the first column, which names the rows, is often empty."""
    rows: tuple[tuple[Cell, ...], ...]
    """Each has as many cells as there are columns."""
    digits: Annotated[int, Field(ge=0)] = 3
    """Decimal places of measured numbers."""
    has_intervals: bool = True
    """Whether measured numbers are shown with their intervals."""


class Point(DeferredRecord):
    """One value of a series."""

    x: float | str
    y: Estimate


class Series(DeferredRecord):
    """A number as a function of another."""

    kind: Literal["series"] = "series"
    title: str
    x: str
    """What the horizontal axis shows, with its unit."""
    y: str
    points: tuple[Point, ...]


class Lines(DeferredRecord):
    """Lines of text, or preformatted text."""

    kind: Literal["lines"] = "lines"
    lines: tuple[str, ...]


class Section(DeferredRecord):
    """One section of a report. Its texts may contain a model's output: untrusted data."""

    title: str
    brief: str | None = None
    """One line instead of the section, for terse reports; None: its title; empty: nothing."""
    blocks: tuple[Table | Series | Lines, ...]
