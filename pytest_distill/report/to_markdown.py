"""``report.md``: for pull requests and release notes."""

import re
from collections.abc import Iterable, Iterator

from pytest_distill.records import Cell, Estimate, Lines, Report, Section, Series, Table
from pytest_distill.report.numbers import axis_value, with_interval
from pytest_distill.text import laid_out, one_line

# Longest text of a cell; expressions and names are shorter.
_CELL = 400

_BARS = re.compile(r"(?<!\\)(\\*+)\|")


def dumps(report: Report, sections: Iterable[Section]) -> str:
    """Return the Markdown text of the report."""
    return "\n".join(_lines(report, sections)) + "\n"


def _lines(report: Report, sections: Iterable[Section]) -> Iterator[str]:
    run = report.run
    yield "# pytest-distill"
    yield ""
    yield (
        f"{run.cases_observed} of {run.cases_expected} cases"
        + (f", {run.cases_skipped_early} not needed" if run.cases_skipped_early else "")
        + f" · judge {_escaped(run.judge)} · intervals: {100 * run.confidence:g} %"
    )
    if report.gates:
        rows = ((f"**{v.verdict}**", f"`{v.expression}`", v.model, v.why) for v in report.gates)
        yield ""
        yield "## Gates"
        yield from _rows(("verdict", "gate", "model", "why"), rows)
    for section in sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield ""
    yield f"## {_escaped(section.title)}"
    for block in section.blocks:
        if isinstance(block, Lines):
            yield ""
            # As code, which keeps the layout and in which nothing has to be escaped.
            yield from (f"    {laid_out(line.rstrip())}" for line in block.lines)
        elif isinstance(block, Series):
            rows = ((_escaped(axis_value(point.x)), _cell(point.y, 3)) for point in block.points)
            yield from _titled(block.title)
            yield from _rows((block.x, block.y), rows)
        else:
            yield from _titled(block.title)
            yield from _table(block)


def _titled(title: str) -> Iterator[str]:
    if title:
        yield ""
        yield f"{_escaped(title)}:"


def _table(table: Table) -> Iterator[str]:
    rows = (tuple(_shown(cell, table) for cell in row) for row in table.rows)
    yield from _rows(table.columns, rows)


def _shown(cell: Cell, table: Table) -> str:
    if isinstance(cell, Estimate) and not table.has_intervals:
        return "-" if cell.value is None else f"{cell.value:.{table.digits}f}"
    return _cell(cell, table.digits)


def _cell(cell: Cell, digits: int) -> str:
    if isinstance(cell, Estimate):
        return with_interval(cell, digits=digits)
    return "" if cell is None else str(cell)


def _rows(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield ""
    yield _row(heads)
    yield _row(tuple("---" for _ in heads))
    yield from map(_row, rows)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(map(_escaped, cells))} |"


def _escaped(text: str) -> str:
    # Backslashes before a bar would escape each other instead of the bar.
    return _BARS.sub(r"\1\1\\|", one_line(text, _CELL))
