"""The scorecard at the end of a run."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from pytest_distill.records import (
    Cell,
    Estimate,
    Leak,
    Lines,
    MissingCases,
    Report,
    RunInfo,
    Section,
    Table,
    Verdict,
)
from pytest_distill.report import leaks, reuse
from pytest_distill.report.equal_columns import shown_once
from pytest_distill.report.judge_quality import broken_judges, judges
from pytest_distill.report.numbers import measured
from pytest_distill.report.plain import plain
from pytest_distill.text import COLUMNS, cut, laid_out, one_line, quoted

BRIEF, VERDICTS = -1, -2
"""Verbosity of a scorecard with one line a section, and of one with the gates alone."""

_DECISIONS: Mapping[Literal["fail", "inconclusive", "pass"], str] = {
    "fail": "failed",
    "inconclusive": "inconclusive",
    "pass": "passed",
}

_MARGIN = "  "
_ZERO = re.compile(r"\b0(?=\.)")
# Least and greatest width of names; two of the greatest, behind a mark, fit a line.
_NAMES = (12, 37)
_TITLE = 200
_SENTENCE = 1000
# The most frequent reasons why cases of a suite are missing; the JSON report has all.
_REASONS = 5


def scorecard(
    report: Report,
    sections: Iterable[Section],
    *,
    verbosity: int = 0,
    shown_before: Collection[Verdict] = (),
    lists_leaks: bool = False,
) -> Iterator[str]:
    """Yield what was decided, with the answers behind it, then the numbers of each section.

    Args:
        report: of the run.
        sections: of its suites.
        verbosity: `BRIEF` or less for a line a section, `VERDICTS` or less for gates alone.
        shown_before: gates whose leaks were shown elsewhere.
        lists_leaks: first leaks are shown although no gate asks for them.
    """
    run, is_brief = report.run, verbosity <= BRIEF
    if run.cases_skipped_early:
        share = run.cases_skipped_early / run.cases_expected
        enough = f"{run.cases_observed} of {run.cases_expected} cases were enough"
        yield f"{enough}: {share:.0%} of the calls were saved"
        yield ""
    elif run.cases_observed < run.cases_expected:
        yield _incomplete(run)
        yield ""
    yield from gates(report, shown_before=shown_before, is_brief=is_brief, in_scorecard=True)
    if lists_leaks and not is_brief:
        yield from _first_leaks(report.leaks)
    yield from missing(report.missing)
    if report.missing and not is_brief:
        yield ""
    if not is_brief:
        yield from _numbers(report, sections)
    elif verbosity > VERDICTS or not report.gates:
        lines = (each.title if each.brief is None else each.brief for each in sections)
        for line in (*filter(None, lines), *broken_judges(run)):
            yield from _wrapped(one_line(line, _SENTENCE))


def _numbers(report: Report, sections: Iterable[Section]) -> Iterator[str]:
    for section in sections:
        yield from rendered(section)
    yield from _earlier(report.run)
    for line in judges(report.run):
        yield from _wrapped(line)


def _incomplete(run: RunInfo) -> str:
    if run.shards is not None:
        counts = f"{run.cases_observed} of the run's {run.cases_expected} cases"
        return f"{run.shards}: {counts}; pytest-distill merge joins them"
    deselected = f", {run.cases_deselected} deselected" if run.cases_deselected else ""
    return f"the run is incomplete: {run.cases_observed} of {run.cases_expected} cases{deselected}"


def _earlier(run: RunInfo) -> Iterator[str]:
    """Yield how many answers were given before the run, and how old they are."""
    if run.reused:
        for line in reuse.lines(run.reused):
            yield from _wrapped(one_line(line, _SENTENCE))
        yield ""


def gates(
    report: Report,
    *,
    shown_before: Collection[Verdict] = (),
    is_brief: bool = False,
    in_scorecard: bool = False,
) -> Iterator[str]:
    """Yield the lines of the gates, each with the first answers behind it.

    Args:
        report: of the run.
        shown_before: gates whose answers were shown elsewhere.
        is_brief: no answers are shown, and no empty line follows.
        in_scorecard: sentences are wrapped, and missing cases are not counted again.
    """
    if not report.gates:
        return
    if not is_brief:
        yield _summary(report.gates)
    for verdict in report.gates:
        sentence, *shown = gate(verdict, report, counts_missing=not in_scorecard)
        line = f"{_MARGIN}{sentence}"
        yield from _wrapped(line) if in_scorecard else [line]
        yield f"{_MARGIN * 2}{one_line(verdict.expression)}  {one_line(verdict.model)}"
        if not is_brief and verdict not in shown_before:
            yield from (f"{_MARGIN}{line}".rstrip() for line in shown)
    if not is_brief:
        yield ""


def _summary(verdicts: Sequence[Verdict]) -> str:
    """Return how many gates were decided how, the worst first."""
    counts = Counter(verdict.verdict for verdict in verdicts)
    words = [f"{counts[word]} {said}" for word, said in _DECISIONS.items() if counts[word]]
    return f"gates · {', '.join(words)}"


def gate(verdict: Verdict, report: Report, *, counts_missing: bool = True) -> Iterator[str]:
    """Yield the verdict in one sentence, then why cases are missing, and the first answers."""
    yield f"{verdict.verdict.upper()}: {one_line(verdict.why, _SENTENCE)}"
    suite = verdict.expression.partition(".")[0]
    if verdict.verdict == "inconclusive" and counts_missing:
        yield from missing(
            each for each in report.missing if (each.model, each.suite) == (verdict.model, suite)
        )
    for found in leaks.behind(verdict, report):
        yield ""
        yield from leaks.lines(found)


def _first_leaks(found: Iterable[Leak]) -> Iterator[str]:
    for leak in found:
        yield from leaks.lines(leak)
        yield ""


def missing(found: Iterable[MissingCases]) -> Iterator[str]:
    """Yield a sentence for each reason why cases are missing, the first ones of each suite.

    Args:
        found: in the order of models and suites.
    """
    for (model, suite), alike in groupby(found, key=lambda each: (each.model, each.suite)):
        first, rest = (reasons := list(alike))[:_REASONS], reasons[_REASONS:]
        for each in first:
            yield one_line(f"missing: {each.cases} of {each.of} cases of {model} ({suite})")
            yield from quoted(each.reason, _MARGIN, columns=COLUMNS - len(_MARGIN))
        if rest:
            count = sum(each.cases for each in rest)
            yield one_line(f"missing: {count} more cases of {model} ({suite}), for other reasons")


def rendered(section: Section) -> Iterator[str]:
    """Yield the lines of one section; consecutive tables with equal columns share their heads."""
    yield from _wrapped(one_line(section.title, _TITLE))
    blocks = list(shown_once(map(plain, section.blocks)))
    tables = [each for each in blocks if isinstance(each, Table)]
    layouts = {table.columns: _layout(table.columns, tables) for table in tables}
    shown: tuple[str, ...] | None = None
    for place, block in enumerate(blocks):
        if isinstance(block, Lines):
            for line in block.lines:
                yield from _wrapped(f"{_MARGIN}{laid_out(line)}")
            shown = None
            continue
        if place:
            yield ""
        if block.title:
            yield f"{_MARGIN}{one_line(block.title, _TITLE)}"
        yield from _table(block, layouts[block.columns], has_heads=block.columns != shown)
        shown = block.columns
    yield ""


def _wrapped(line: str) -> Iterator[str]:
    """Yield a line in parts that fit, the further ones indented."""
    indent = line[: len(line) - len(line.lstrip())] + _MARGIN
    first = next(cut(line, COLUMNS))
    yield first
    if rest := line[len(first) :].lstrip():
        yield from (f"{indent}{part}" for part in cut(rest, COLUMNS - len(indent)))


class _Layout(NamedTuple):
    """How the tables of a section with the same columns are laid out, so that they are aligned."""

    widths: tuple[int, ...]
    gap: int
    is_short: bool
    """Whether the zero before the point is left out."""
    names: int
    """Columns that name the rows, and stand in each part of a table that is too wide."""

    def width(self, chosen: Iterable[int]) -> int:
        """Return how wide the chosen columns are, beside those with the names."""
        columns: list[int] = [*range(self.names), *chosen]
        width = sum(self.widths[at] for at in columns)
        return len(_MARGIN) + width + self.gap * (len(columns) - 1)

    def parts(self) -> Iterator[list[int]]:
        """Yield the columns that fit a line together, beside those with the names."""
        part: list[int] = []
        for at in range(self.names, len(self.widths)):
            if part and self.width([*part, at]) > COLUMNS:
                yield part
                part = []
            part.append(at)
        yield part


def _layout(columns: tuple[str, ...], tables: Iterable[Table]) -> _Layout:
    """Return the first layout that fits, or the narrowest."""
    alike = [table for table in tables if table.columns == columns]
    names = min(_name_columns(table) for table in alike)
    for is_short, gap, least in ((False, 2, _NAMES[0]), (False, 1, 0), (True, 2, 0), (True, 1, 0)):
        lines = [_heads(columns), *(row for each in alike for row in _texts(each, is_short))]
        widths = [max(len(row[at]) for row in lines) for at in range(len(columns))]
        widths[0] = max(widths[0], least if names == 1 else 0)
        layout = _Layout(tuple(widths), gap, is_short, names)
        if layout.width(range(names, len(columns))) <= COLUMNS:
            break
    return layout


def _name_columns(table: Table) -> int:
    """Return how many columns name the rows: one, after a column of marks two."""
    most: int = len(table.columns) - 1
    is_marked = not table.columns[0] and all(len(str(row[0] or "")) <= 1 for row in table.rows)
    return min(2 if is_marked else 1, most)


def _table(table: Table, layout: _Layout, *, has_heads: bool) -> Iterator[str]:
    """Yield the rows, those of a table that is too wide in several parts with the same names."""
    rows = _texts(table, layout.is_short)
    for number, part in enumerate(layout.parts()):
        if number:
            yield ""
        # A further part needs its own heads.
        for row in [_heads(table.columns), *rows] if has_heads or number else rows:
            chosen = [*range(layout.names), *part]
            cells = (f"{row[at]:<{layout.widths[at]}}" for at in chosen)
            yield f"{_MARGIN}{(' ' * layout.gap).join(cells)}".rstrip()


def _heads(columns: Iterable[str]) -> list[str]:
    return [one_line(head, _NAMES[1]) for head in columns]


def _texts(table: Table, is_short: bool) -> list[list[str]]:  # noqa: FBT001 - of a layout
    return [[_text(cell, table, is_short) for cell in row] for row in table.rows]


def _text(cell: Cell, table: Table, is_short: bool) -> str:  # noqa: FBT001 - of a layout
    if isinstance(cell, Estimate):
        text = measured(cell, digits=table.digits, has_interval=table.has_intervals)
        return _ZERO.sub("", text) if is_short else text
    return "" if cell is None else one_line(str(cell), _NAMES[1])
