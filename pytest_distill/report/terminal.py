"""The scorecard at the end of a run."""

from collections.abc import Iterable, Iterator, Sequence

from pytest_distill.records import Cell, Estimate, Lines, Report, Section, Series, Table, Verdict
from pytest_distill.report.judge_quality import judges
from pytest_distill.report.numbers import axis_value, with_interval
from pytest_distill.text import laid_out, one_line, printable

_MARGIN = "  "
# Least and greatest width of names; those of groups, models and references are rarely longer.
_NAMES = (14, 40)
_TITLE = 200


def scorecard(report: Report, sections: Iterable[Section]) -> Iterator[str]:
    """Yield the lines of the sections, then of the judges, then of the gates.

    Args:
        report: of the run.
        sections: of its suites.
    """
    run = report.run
    if run.cases_skipped_early:
        share = run.cases_skipped_early / run.cases_expected
        enough = f"{run.cases_observed} of {run.cases_expected} cases were enough"
        yield f"{enough}: {share:.0%} of the calls were saved"
        yield ""
    elif run.cases_observed < run.cases_expected:
        yield f"the run is incomplete: {run.cases_observed} of {run.cases_expected} cases"
        yield ""
    for section in sections:
        yield from rendered(section)
    yield from judges(run)
    yield from gates(report.gates)


def gates(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Yield the lines of the gates."""
    if not verdicts:
        return
    yield "gates"
    width = max(len(printable(verdict.expression)) for verdict in verdicts)
    label = max(len(printable(verdict.model)) for verdict in verdicts)
    for verdict in verdicts:
        yield (
            f"  {verdict.verdict.upper():<14}{printable(verdict.expression):<{width}}"
            f"  {printable(verdict.model):<{label}}  {printable(verdict.why)}"
        )
    yield ""


def rendered(section: Section) -> Iterator[str]:
    """Yield the lines of one section; consecutive tables with equal columns share their heads."""
    yield one_line(section.title, _TITLE)
    shown: tuple[str, ...] | None = None
    for place, block in enumerate(section.blocks):
        if isinstance(block, Lines):
            yield from (f"{_MARGIN}{laid_out(line)}" for line in block.lines)
            shown = None
            continue
        table = _as_table(block) if isinstance(block, Series) else block
        if place:
            yield ""
        if table.title:
            yield f"{_MARGIN}{one_line(table.title, _TITLE)}"
        yield from _table(table, has_heads=table.columns != shown)
        shown = table.columns
    yield ""


def _table(table: Table, *, has_heads: bool) -> Iterator[str]:
    rows = [[_text(cell, table) for cell in row] for row in table.rows]
    heads = [one_line(head, _NAMES[1]) for head in table.columns]
    widths = [
        max(_least_width(table, at), *(len(row[at]) + 2 for row in [heads, *rows]))
        for at in range(len(heads))
    ]
    for row in [heads, *rows] if has_heads else rows:
        cells = "".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        yield f"{_MARGIN}{cells}".rstrip()


def _least_width(table: Table, at: int) -> int:
    """Return how wide a column is at least, so that tables with equal heads are aligned."""
    if at == 0:
        return _NAMES[0] if table.columns[0] or len(table.columns) <= 2 else _first_width(table)  # noqa: PLR2004 - a name and a number
    if any(isinstance(row[at], Estimate) for row in table.rows):
        return 3 * (table.digits + 2) + 7 if table.has_intervals else table.digits + 4
    return 0


def _first_width(table: Table) -> int:
    # A column of one-character marks needs no least width.
    is_marked = all(len(str(row[0] or "")) <= 1 for row in table.rows)
    return 0 if is_marked else _NAMES[0]


def _text(cell: Cell, table: Table) -> str:
    if isinstance(cell, Estimate):
        if table.has_intervals:
            return with_interval(cell, digits=table.digits)
        return "-" if cell.value is None else f"{cell.value:.{table.digits}f}"
    return "" if cell is None else one_line(str(cell), _NAMES[1])


def _as_table(series: Series) -> Table:
    return Table(
        title=series.title,
        columns=(series.x, series.y),
        rows=tuple((axis_value(point.x), point.y) for point in series.points),
    )
