"""``report.md``: for pull requests and release notes."""

import re
from collections.abc import Iterable, Iterator

from pytest_distill.records import (
    Cell,
    Estimate,
    Lines,
    MissingCases,
    Report,
    Section,
    Table,
)
from pytest_distill.report import leaks, reuse
from pytest_distill.report.numbers import measured, with_interval
from pytest_distill.report.plain import plain
from pytest_distill.text import laid_out, one_line

# Longest text of a cell; expressions and names are shorter.
_CELL = 400

_MARKUP = re.compile(r"[\\`*_\[\]<>~|]")


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
        + (f", {run.cases_deselected} deselected" if run.cases_deselected else "")
        + f" · judge {_escaped(run.judge)} · intervals: {100 * run.confidence:g} %"
    )
    for line in reuse.lines(run.reused):
        yield ""
        yield _escaped(line)
    if report.gates:
        rows = (
            (f"**{v.verdict}**", f"`{v.expression}`", _escaped(v.model), _escaped(v.why))
            for v in report.gates
        )
        yield ""
        yield "## Gates"
        yield from _rows(("verdict", "gate", "model", "why"), rows)
    if report.missing:
        yield from _section(_missing(report.missing))
    for section in (*leaks.section(report), *sections):
        yield from _section(section)


def _missing(found: Iterable[MissingCases]) -> Section:
    # The reasons are in a server's words.
    texts = (f"{m.cases} of {m.of} cases of {m.model} ({m.suite}): {m.reason}" for m in found)
    return Section(title="Missing", blocks=(Lines(lines=tuple(texts)),))


def _section(section: Section) -> Iterator[str]:
    yield ""
    yield f"## {_escaped(section.title)}"
    for block in map(plain, section.blocks):
        if isinstance(block, Lines):
            yield ""
            # As code, which keeps the layout and in which nothing has to be escaped.
            yield from (f"    {laid_out(line.rstrip())}" for line in block.lines)
        else:
            yield from _titled(block.title)
            yield from _table(block)


def _titled(title: str) -> Iterator[str]:
    if title:
        yield ""
        yield f"{_escaped(title)}:"


def _table(table: Table) -> Iterator[str]:
    rows = (tuple(_shown(cell, table) for cell in row) for row in table.rows)
    yield from _rows(tuple(map(_escaped, table.columns)), rows)


def _shown(cell: Cell, table: Table) -> str:
    if isinstance(cell, Estimate):
        return measured(cell, digits=table.digits, has_interval=table.has_intervals)
    return _cell(cell, table.digits)


def _cell(cell: Cell, digits: int) -> str:
    if isinstance(cell, Estimate):
        return with_interval(cell, digits=digits)
    return "" if cell is None else _escaped(str(cell))


def _rows(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield ""
    yield _row(heads)
    yield _row(tuple("---" for _ in heads))
    yield from map(_row, rows)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """Return text that is shown as it is: no markup, no link, no image, no further cell."""
    shown = _MARKUP.sub(r"\\\g<0>", one_line(text, _CELL))
    # An empty comment: a backslash does not keep a name from being mentioned.
    return shown.replace("@", "@<!-- -->")
