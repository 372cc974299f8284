"""``report.md``: for pull requests and for the summary of a job on GitHub.

The verdict stands first, what is needed to judge it below; the numbers of each suite are folded.
"""

from collections.abc import Iterable, Iterator, Sequence

from pytest_distill.records import (
    Cell,
    Change,
    Estimate,
    Lines,
    MissingCases,
    Report,
    RunInfo,
    Section,
    Table,
)
from pytest_distill.report import leaks, reuse
from pytest_distill.report.conclusion import Conclusion, conclusion
from pytest_distill.report.judge_quality import judges
from pytest_distill.report.markdown_text import as_code, as_html, escaped
from pytest_distill.report.numbers import day, measured, with_interval
from pytest_distill.report.plain import plain

_SENTENCE = 1000
_WORDS = {"pass": "PASS", "fail": "FAIL", "inconclusive": "INCONCLUSIVE", "none": "no gate"}

# Changed numbers that are shown; `pytest-distill compare` has all.
_MOST_CHANGES = 20

# Room for the sentence that says what was left out.
_RESERVE = 200


def dumps(report: Report, sections: Iterable[Section], *, limit: int | None = None) -> str:
    """Return the Markdown text of the report.

    Args:
        report: of the run.
        sections: of its suites.
        limit: bytes of UTF-8 that the text may have. Parts that do not fit are left out, which is
            said at the end; None: no limit.
    """
    parts = ["\n".join(part) + "\n" for part in _parts(report, sections)]
    if limit is None or sum(map(_bytes, parts)) <= limit:
        return "".join(parts)
    kept: list[str] = []
    left = limit - _RESERVE
    for part in parts:
        if _bytes(part) <= left:
            kept.append(part)
            left -= _bytes(part)
        elif not kept:
            # Without its verdict the rest says nothing.
            return ""
    absent = len(parts) - len(kept)
    return "".join([*kept, f"\n{absent} of {len(parts)} parts are left out: there is no room.\n"])


def page(found: Conclusion, sections: Iterable[Section]) -> str:
    """Return the Markdown text of a conclusion, with the sections that it follows from."""
    parts = [list(_concluded(found)), *(list(_folded(section)) for section in sections)]
    return "".join(f"{line}\n" for part in parts for line in part)


def _bytes(text: str) -> int:
    return len(text.encode())


def _parts(report: Report, sections: Iterable[Section]) -> Iterator[Sequence[str]]:
    """Yield the parts of the text, each of which can be left out."""
    yield [*_concluded(conclusion(report)), *_about(report.run)]
    if report.gates:
        yield list(_gates(report))
    if report.changes:
        yield list(_changes(report.changes))
    for section in leaks.section(report):
        yield ["", f"### {escaped(section.title)}", *blocks(section)]
    if report.missing:
        yield ["", "### Missing", "", *map(as_code, _missing(report.missing))]
    if notes := list(judges(report.run)):
        yield ["", "### Judges", "", *(f"- {escaped(note, _SENTENCE)}" for note in notes)]
    for section in sections:
        yield list(_folded(section))


def _concluded(found: Conclusion) -> Iterator[str]:
    yield f"## pytest-distill: {_WORDS[found.verdict]}"
    yield ""
    yield escaped(found.sentence, _SENTENCE)


def _about(run: RunInfo) -> Iterator[str]:
    """Yield what was measured, when, and how."""
    specs = [f"{escaped(label)} ({escaped(spec)})" for label, spec in run.specs.items()]
    models = specs or [escaped(label) for label in run.subjects]
    parts = [
        *([escaped(str(run.shards))] if run.shards else []),
        *([day(run.started_at)] if run.started_at is not None else []),
        f"{run.cases_observed} of {run.cases_expected} cases"
        + (f", {run.cases_skipped_early} not needed" if run.cases_skipped_early else "")
        + (f", {run.cases_deselected} deselected" if run.cases_deselected else ""),
        f"judge {escaped(run.judge)}",
        f"intervals: {100 * run.confidence:g} %",
        f"seed {run.seed}",
        f"pytest-distill {escaped(run.version)}",
    ]
    yield ""
    yield f"{', '.join(models) or 'no model'}  "
    yield " · ".join(parts)
    for line in reuse.lines(run.reused):
        yield ""
        yield escaped(line, _SENTENCE)


def _gates(report: Report) -> Iterator[str]:
    yield ""
    yield "### Gates"
    yield from _rows(
        ("verdict", "gate", "model", "why"),
        (
            (
                f"**{verdict.verdict}**",
                escaped(verdict.expression),
                escaped(verdict.model),
                escaped(verdict.why, _SENTENCE),
            )
            for verdict in report.gates
        ),
    )


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    """Yield what changed against the baseline, and the numbers over all cases in any case."""
    chosen = [each for each in changes if each.significance != "none"]
    chosen += [c for c in changes if c.significance == "none" and c.number.count(".") == 1]
    yield ""
    yield "### Against the baseline"
    yield from _rows(
        ("number", "model", "before", "now", "difference", ""),
        (
            (
                escaped(each.number),
                escaped(each.model),
                _plain(each.before),
                _plain(each.now),
                with_interval(each.difference),
                "" if each.significance == "none" else f"**{each.significance}**",
            )
            for each in chosen[:_MOST_CHANGES]
        ),
    )
    yield ""
    if rest := len(changes) - len(chosen[:_MOST_CHANGES]):
        yield f"{rest} further numbers: pytest-distill compare shows them."
        yield ""
    yield f"Difference: {escaped(changes[0].how, _SENTENCE)}."


def _missing(found: Iterable[MissingCases]) -> Iterator[str]:
    # The reasons are in a server's words.
    for each in found:
        yield f"{each.cases} of {each.of} cases of {each.model} ({each.suite}): {each.reason}"


def _folded(section: Section) -> Iterator[str]:
    """Yield a section that is opened by its title."""
    yield ""
    yield f"<details><summary>{as_html(section.title)}</summary>"
    yield from blocks(section)
    yield ""
    yield "</details>"


def blocks(section: Section) -> Iterator[str]:
    """Yield the lines of the content of a section."""
    for block in map(plain, section.blocks):
        if isinstance(block, Lines):
            yield ""
            yield from map(as_code, block.lines)
        else:
            if block.title:
                yield ""
                yield f"{escaped(block.title)}:"
            yield from _table(block)


def _table(table: Table) -> Iterator[str]:
    rows = (tuple(_cell(cell, table) for cell in row) for row in table.rows)
    yield from _rows(tuple(map(escaped, table.columns)), rows)


def _cell(cell: Cell, table: Table) -> str:
    if isinstance(cell, Estimate):
        return measured(cell, digits=table.digits, has_interval=table.has_intervals)
    return "" if cell is None else escaped(str(cell))


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _rows(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield ""
    yield _row(heads)
    yield _row(tuple("---" for _ in heads))
    yield from map(_row, rows)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
