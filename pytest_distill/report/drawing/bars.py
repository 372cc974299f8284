"""Bars with intervals: tables with equal columns, one panel a column."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pytest_distill.records import Cell, Estimate, Table
from pytest_distill.report.drawing.scale import Scale, fitting, reach, text_width, tick_text
from pytest_distill.report.drawing.svg import Drawing, Markup, element, joined, label, line
from pytest_distill.report.numbers import measured
from pytest_distill.text import one_line

_WIDTH = 680.0
_ROW = 22.0
_GROUP_GAP = 10.0
_PANEL_GAP = 26.0
_HEAD = 26.0
_FOOT = 26.0
_BAR = 12.0
_NAMES = (60.0, 215.0)
"""Least and greatest width of the names."""
_NAME_CHARACTERS = 28
_RIGHT = 14.0
_TICK = 32.0


class _Row(NamedTuple):
    name: str
    y: float
    cells: tuple[Estimate | None, ...]


def bars(tables: Sequence[Table]) -> Drawing:
    """Return a panel for each column that has measured numbers, with the rows of all tables.

    Args:
        tables: with the same columns; one at least.
    """
    heads = [at for at in range(1, len(tables[0].columns)) if _is_measured(tables, at)]
    rows = list(_rows(tables, heads))
    bottom = rows[-1].y + _ROW if rows else _HEAD
    left = min(max([_NAMES[0], *(text_width(row.name) for row in rows)]), _NAMES[1]) + 8
    width = (_WIDTH - left - _RIGHT - _PANEL_GAP * (len(heads) - 1)) / max(1, len(heads))
    values = [*reach(cell for row in rows for cell in row.cells if cell is not None)]
    low, high = tables[0].scale or (None if min([0.0, *values]) < 0 else 0.0, None)
    parts: list[Markup] = [
        label(left - 8, row.y + _ROW / 2, row.name, anchor="end") for row in rows
    ]
    what = tables[0].columns[0]
    if text_width(what) < left:
        parts.append(label(left - 8, _HEAD / 2, what, css="muted small", anchor="end"))
    for number, head in enumerate(heads):
        start = left + number * (width + _PANEL_GAP)
        scale = fitting(values, start, start + width, low=low, high=high)
        parts += [*_panel(tables[0].columns[head], scale, bottom)]
        for row in rows:
            cell = row.cells[number]
            if cell is not None:
                parts.append(_bar(cell, scale, row, digits=tables[0].digits))
    return Drawing(_WIDTH, bottom + _FOOT, joined(*parts), _description(tables, heads))


def _is_measured(tables: Sequence[Table], at: int) -> bool:
    return any(isinstance(row[at], Estimate) for table in tables for row in table.rows)


def _rows(tables: Sequence[Table], heads: Sequence[int]) -> Iterator[_Row]:
    y = _HEAD
    for table in tables:
        for row in table.rows:
            cells = (row[at] for at in heads)
            name = one_line(_name(table, row), _NAME_CHARACTERS)
            yield _Row(name, y, tuple(c if isinstance(c, Estimate) else None for c in cells))
            y += _ROW
        y += _GROUP_GAP


def _name(table: Table, row: tuple[Cell, ...]) -> str:
    """Return what a row is about, after its mark if the first column is one of marks."""
    is_marked = not table.columns[0] and all(len(str(each[0] or "")) <= 1 for each in table.rows)
    return " ".join(str(cell or "") for cell in row[: 2 if is_marked else 1])


def _panel(head: str, scale: Scale, bottom: float) -> Iterator[Markup]:
    yield label(scale.start, _HEAD / 2, one_line(head, _NAME_CHARACTERS), css="ink strong")
    ticks = scale.ticks(max(2, int((scale.end - scale.start) / _TICK)))
    for tick in ticks:
        yield line(scale(tick), _HEAD, scale(tick), bottom, "grid")
        yield label(scale(tick), bottom + 12, tick_text(tick), css="muted small", anchor="middle")
    # Bars begin at 0, or where the scale does.
    yield line(scale(0.0), _HEAD, scale(0.0), bottom, "axis")


def _bar(cell: Estimate, scale: Scale, row: _Row, *, digits: int) -> Markup:
    middle = row.y + _ROW / 2
    said = element("title", f"{row.name}: {measured(cell, digits=digits)}")
    if cell.value is None:
        return element("g", said, label(scale.start + 4, middle, "undefined", css="muted small"))
    begin, end = scale(0.0), scale(cell.value)
    box = {"x": min(begin, end), "y": middle - _BAR / 2, "width": abs(end - begin), "height": _BAR}
    parts = [element("rect", **box, class_="bar")]
    if cell.low is not None and cell.high is not None:
        parts.append(interval(scale(cell.low), scale(cell.high), middle))
    parts.append(element("circle", cx=end, cy=middle, r=2.5, class_="dot"))
    return element("g", said, *parts)


def interval(low: float, high: float, y: float) -> Markup:
    """Return a horizontal interval with ends."""
    path = f"M{low:.1f} {y - 4:.1f}v8M{low:.1f} {y:.1f}H{high:.1f}M{high:.1f} {y - 4:.1f}v8"
    return element("path", d=path, class_="whisker")


def _description(tables: Sequence[Table], heads: Sequence[int]) -> str:
    names = ", ".join(tables[0].columns[at] for at in heads)
    count = sum(len(table.rows) for table in tables)
    return f"{tables[0].title or 'Bars with intervals'}: {names} of {count} rows"
