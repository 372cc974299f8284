"""Heat maps: tables whose cells are coloured by their values."""

from collections.abc import Callable

from pytest_distill.records import Cell, Estimate, Table
from pytest_distill.report.drawing.scale import text_width
from pytest_distill.report.drawing.style import STEPS
from pytest_distill.report.drawing.svg import Drawing, element, joined, label
from pytest_distill.report.numbers import measured
from pytest_distill.text import one_line

_ROW = 26.0
_CELL = (52.0, 110.0)
_HEAD = 24.0
_NAME_CHARACTERS = 28
_HEAD_CHARACTERS = 16


def steps(table: Table) -> Callable[[Cell], int | None]:
    """Return a function from a cell to the number of its colour; None for other cells.

    The colours reach from the least to the greatest value of the table, or of its scale.
    """
    found = [cell for row in table.rows for cell in row if isinstance(cell, Estimate)]
    values = [cell.value for cell in found if cell.value is not None]
    low, high = table.scale or (min([0.0, *values]), max([0.0, *values]))

    def step(cell: Cell) -> int | None:
        if not isinstance(cell, Estimate) or cell.value is None:
            return None
        share = (cell.value - low) / (high - low) if high > low else 0.0
        return min(STEPS - 1, max(0, int(share * STEPS)))

    return step


def heat(table: Table) -> Drawing:
    """Return the table with coloured cells."""
    step = steps(table)
    names = [one_line(str(row[0] or ""), _NAME_CHARACTERS) for row in table.rows]
    heads = [one_line(head, _HEAD_CHARACTERS) for head in table.columns[1:]]
    left = max(text_width(name) for name in [*names, ""]) + 12
    width = min(max([_CELL[0], *(text_width(head) + 10 for head in heads)]), _CELL[1])
    parts = [
        label(left + (at + 0.5) * width, _HEAD / 2, head, css="ink strong", anchor="middle")
        for at, head in enumerate(heads)
    ]
    for number, (name, row) in enumerate(zip(names, table.rows, strict=True)):
        y = _HEAD + number * _ROW
        parts.append(label(left - 8, y + _ROW / 2, name, anchor="end"))
        for at, cell in enumerate(row[1:]):
            x, colour = left + at * width, step(cell)
            if colour is not None:
                box = {"x": x + 1, "y": y + 1, "width": width - 2, "height": _ROW - 2}
                parts.append(element("rect", **box, class_=f"h{colour}"))
            css = "muted" if colour is None else f"t{colour}"
            text = _text(cell, table)
            parts.append(label(x + width / 2, y + _ROW / 2, text, css=css, anchor="middle"))
    title = f"{table.title or 'Heat map'}: {len(names)} rows, {len(heads)} columns"
    size = (left + width * len(heads) + 8, _HEAD + _ROW * len(names) + 8)
    return Drawing(*size, joined(*parts), title)


def _text(cell: Cell, table: Table) -> str:
    """Return a value without its interval, for which a cell has no room."""
    if isinstance(cell, Estimate):
        return measured(cell, digits=min(table.digits, 2), has_interval=False)
    return "" if cell is None else one_line(str(cell), _HEAD_CHARACTERS)
