"""Figures of a section as tables and lines, for formats without drawings."""

from collections.abc import Iterator

from pytest_distill.records import (
    Block,
    Branch,
    Lines,
    Quotations,
    Scatter,
    Series,
    Table,
    Tree,
)
from pytest_distill.report.numbers import axis_value
from pytest_distill.text import COLUMNS, one_line, quoted

_INDENT = "  "
_TEXT = 400


def plain(block: Block) -> Table | Lines:
    """Return a block as a table or as lines, with all its numbers."""
    match block:
        case Series():
            rows = tuple((axis_value(point.x), point.y) for point in block.points)
            return Table(title=block.title, columns=(block.x, block.y), rows=rows)
        case Scatter():
            return Table(
                title=block.title,
                columns=("", block.x.label, block.y.label),
                rows=tuple((point.name, point.x, point.y) for point in block.points),
            )
        case Tree():
            lines = (line for root in block.roots for line in _branch(root, ""))
            return Lines(lines=(*([block.title] if block.title else []), *lines))
        case Quotations():
            return Lines(lines=tuple(_quotations(block)))
        case _:
            return block


def _branch(branch: Branch, indent: str) -> Iterator[str]:
    value = "" if branch.value is None else f"{branch.value:.2f}"
    yield indent + _INDENT.join(filter(None, (branch.name, value, branch.note)))
    for each in branch.branches:
        yield from _branch(each, indent + _INDENT)


def _quotations(block: Quotations) -> Iterator[str]:
    if block.title:
        yield block.title
    width = max(map(len, block.columns)) + len(_INDENT)
    for row in block.rows:
        for head, text in zip(block.columns, row, strict=True):
            begin = f"{_INDENT}{head:<{width}}"
            # Whoever shows a line puts it behind a margin of its own.
            lines = quoted(one_line(text, _TEXT), columns=COLUMNS - len(_INDENT) - len(begin))
            for number, line in enumerate(lines):
                yield f"{' ' * len(begin) if number else begin}{line}"
