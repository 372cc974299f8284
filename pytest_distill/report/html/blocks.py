"""The sections of a report as the template shows them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from pytest_distill.records import (
    Cell,
    Estimate,
    Lines,
    Quotations,
    Section,
    Table,
    Tree,
)
from pytest_distill.report.drawing import svg
from pytest_distill.report.drawing.figures import Figure, figures
from pytest_distill.report.drawing.heat import steps
from pytest_distill.report.numbers import measured
from pytest_distill.report.plain import plain
from pytest_distill.text import laid_out, one_line

_SEPARATOR = " · "
_CELL = 400

# Tables with more rows are folded where a figure shows the same.
_MOST_OPEN_ROWS = 10

# Sections of a group beyond these are folded; their first lines say what is in them.
_MOST_OPEN = 3


class ShownCell(NamedTuple):
    """A cell: a value with its interval, or a text."""

    text: str
    interval: str = ""
    css: str = ""


@dataclass(frozen=True)
class ShownTable:
    """A table, perhaps in several parts with the same columns."""

    title: str
    columns: Sequence[str]
    parts: Sequence[Sequence[Sequence[ShownCell]]]
    is_open: bool
    css: str = ""


@dataclass(frozen=True)
class ShownBlock:
    """A figure, a table, lines, or quotations; what there is not is empty."""

    title: str = ""
    figure: str = ""
    """SVG, as `Markup`."""
    table: ShownTable | None = None
    lines: Sequence[str] = ()
    quotations: Quotations | None = None


@dataclass(frozen=True)
class ShownSection:
    """One section of a group."""

    anchor: str
    title: str
    counts: str
    """What the title says besides whom the section is about."""
    brief: str
    blocks: Sequence[ShownBlock]
    is_open: bool


@dataclass(frozen=True)
class Group:
    """Sections whose titles begin alike, such as those of one suite."""

    anchor: str
    title: str
    short: str
    """The title without what it has in brackets."""
    sections: Sequence[ShownSection]
    words: Mapping[str, str]


def groups(sections: Iterable[Section]) -> list[Group]:
    """Return the sections by the first part of their titles, in their order."""
    by_name: dict[str, list[tuple[str, Section]]] = {}
    for section in sections:
        name, _, rest = one_line(section.title).partition(_SEPARATOR)
        by_name.setdefault(name, []).append((rest, section))
    return [
        _group(f"s{number}", name, found) for number, (name, found) in enumerate(by_name.items())
    ]


def _group(anchor: str, name: str, found: Sequence[tuple[str, Section]]) -> Group:
    words = {word: text for _, section in found for word, text in section.words.items()}
    shown = [
        ShownSection(
            anchor=f"{anchor}-{number}",
            title=rest.partition(_SEPARATOR)[0],
            counts=rest.partition(_SEPARATOR)[2],
            brief=_brief(section),
            blocks=list(_blocks(section, f"{anchor}-{number}")),
            is_open=len(found) <= _MOST_OPEN or number == 0,
        )
        for number, (rest, section) in enumerate(found)
    ]
    return Group(anchor, name, name.partition(" (")[0], shown, words)


def _brief(section: Section) -> str:
    """Return the part of the line for terse reports that is not in the title."""
    brief = one_line(section.brief or "")
    parts = [part for part in brief.split(_SEPARATOR) if part not in section.title]
    return _SEPARATOR.join(parts)


def _blocks(section: Section, anchor: str) -> Iterator[ShownBlock]:
    for number, figure in enumerate(figures(section.blocks)):
        yield _block(figure, f"{anchor}-{number}")


def _block(figure: Figure, identity: str) -> ShownBlock:
    first = figure.blocks[0]
    if isinstance(first, Quotations):
        return ShownBlock(title=first.title, quotations=first)
    if isinstance(first, Lines):
        return ShownBlock(lines=list(_lines(first)))
    # A coloured table is its own figure.
    is_heat = isinstance(first, Table) and first.drawn == "heat"
    drawing = None if is_heat else figure.drawing
    drawn = "" if drawing is None else Markup(svg.inline(drawing, identity))  # noqa: S704 - made of escaped texts
    if isinstance(first, Tree):
        return ShownBlock(title=first.title, figure=drawn)
    tables = [each for each in map(plain, figure.blocks) if isinstance(each, Table)]
    rows = sum(len(table.rows) for table in tables)
    shown = ShownTable(
        # A figure has the title already.
        title="" if drawn else figure.title,
        columns=tables[0].columns,
        parts=[list(_rows(table)) for table in tables],
        is_open=drawing is None or rows <= _MOST_OPEN_ROWS,
        css="heat" if is_heat else "",
    )
    return ShownBlock(title=figure.title, figure=drawn, table=shown)


def _lines(block: Lines) -> Iterator[str]:
    return map(laid_out, block.lines)


def _rows(table: Table) -> Iterator[list[ShownCell]]:
    step = steps(table)
    for row in table.rows:
        yield [_cell(cell, table, step(cell) if table.drawn == "heat" else None) for cell in row]


def _cell(cell: Cell, table: Table, step: int | None) -> ShownCell:
    css = "" if step is None else f"h{step}"
    if isinstance(cell, Estimate):
        text = measured(cell, digits=table.digits, has_interval=table.has_intervals)
        value, _, interval = text.partition(" ")
        return ShownCell(value, interval, f"num {css}".strip())
    if isinstance(cell, int):
        return ShownCell(str(cell), css="num")
    return ShownCell(one_line(cell or "", _CELL), css="num" if table.drawn == "heat" else "")
