"""Content of a report: tables, series and lines, rendered by each report format."""

from collections.abc import Mapping
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
    drawn: Literal["bars", "heat"] | None = None
    """How formats with figures draw it: its numbers as bars with their intervals, or its cells
    coloured by value. None: as a table only."""
    scale: tuple[float, float] | None = None
    """Least and greatest value that a figure has room for; None: from 0 as far as they reach."""


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


class Mark(DeferredRecord):
    """What a value on an axis means."""

    at: float
    label: str


class Axis(DeferredRecord):
    """One axis of a figure."""

    label: str
    """What it shows, with its unit."""
    low: float | None = None
    """Where it begins; None: below the least value."""
    high: float | None = None
    marks: tuple[Mark, ...] = ()


class NamedPoint(DeferredRecord):
    """Two measured numbers of one model, or of whatever the name stands for."""

    name: str
    x: Estimate
    y: Estimate


class Scatter(DeferredRecord):
    """Two numbers against each other, each with its interval."""

    kind: Literal["scatter"] = "scatter"
    title: str = ""
    x: Axis
    y: Axis
    points: tuple[NamedPoint, ...]


class Branch(DeferredRecord):
    """A node of a tree, with all that is below it."""

    name: str
    """Empty for a node that only joins others."""
    note: str = ""
    value: float | None = None
    branches: tuple["Branch", ...] = ()


class Tree(DeferredRecord):
    """A tree, or several."""

    kind: Literal["tree"] = "tree"
    title: str = ""
    value: str
    """What the values of its nodes are."""
    is_clustering: bool = False
    """Whether values are the distances at which the branches below are joined; else they are
    shares, from 0 to 1."""
    roots: tuple[Branch, ...]


class Quotations(DeferredRecord):
    """Texts side by side, such as two answers to one question. They are untrusted data."""

    kind: Literal["quotations"] = "quotations"
    title: str = ""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Each has as many texts as there are columns."""


class Lines(DeferredRecord):
    """Lines of text, or preformatted text."""

    kind: Literal["lines"] = "lines"
    lines: tuple[str, ...]


Block = Table | Series | Scatter | Tree | Quotations | Lines
"""What a section consists of."""


class Section(DeferredRecord):
    """One section of a report. Its texts may contain a model's output: untrusted data."""

    title: str
    brief: str | None = None
    """One line instead of the section, for terse reports; None: its title; empty: nothing."""
    blocks: tuple[Block, ...]
    words: Mapping[str, str] = Field(default_factory=dict)
    """Its words, explained; for formats with room for it."""
