"""``report.md``: for pull requests and release notes."""

from collections.abc import Iterator, Mapping

from pytest_distill.records import IceSummary, Rates, Report, RseSummary
from pytest_distill.report.numbers import with_interval
from pytest_distill.text import one_line

_KINDS = ("loose", "strict", "hard")
_SCORES = ("overall", "style", "structure", "content")

# A cell is one line; an expression or a name is never longer.
_CELL = 400


def dumps(report: Report) -> str:
    """Return the report as it is written."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    run = report.run
    yield "# pytest-distill"
    yield ""
    yield (
        f"{run.cases_observed} of {run.cases_expected} cases"
        + (f", {run.cases_skipped_early} not needed" if run.cases_skipped_early else "")
        + f" · judge {_cell(run.judge)} · intervals: {100 * run.confidence:g} %"
    )
    if report.gates:
        yield from _table(
            "Gates",
            ("verdict", "gate", "model", "why"),
            ((f"**{v.verdict}**", f"`{v.expression}`", v.model, v.why) for v in report.gates),
        )
    for label, suites in report.models.items():
        for suite, summary in suites.items():
            if isinstance(summary, RseSummary):
                yield from _likeness(f"{suite} · {_cell(label)}", summary)
                continue
            rows = ((name, *_rates(rates)) for name, rates in _groups(summary))
            yield from _table(f"{suite} · {_cell(label)}", ("", *_KINDS, "n", "missing"), rows)
            if summary.vendors:
                vendors = ((name, with_interval(one)) for name, one in summary.vendors.items())
                yield from _table("", ("claims to be made by", "rate"), vendors)


def _likeness(title: str, summary: RseSummary) -> Iterator[str]:
    rows = (
        (
            name,
            *(with_interval(getattr(scores, kind)) for kind in _SCORES),
            str(scores.overall.n),
            str(scores.overall.missing),
        )
        for name, scores in summary.references.items()
    )
    yield from _table(title, ("reference", *_SCORES, "n", "missing"), rows)


def _groups(summary: IceSummary) -> Iterator[tuple[str, Rates]]:
    yield "all", summary
    groups: Mapping[str, Rates]
    for groups in (summary.by_category, summary.by_language):
        yield from groups.items()


def _rates(rates: Rates) -> tuple[str, ...]:
    numbers = (with_interval(getattr(rates, kind)) for kind in _KINDS)
    return (*numbers, str(rates.loose.n), str(rates.loose.missing))


def _table(title: str, head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield ""
    if title:
        yield f"## {title}"
        yield ""
    yield _row(head)
    yield _row(tuple("---" for _ in head))
    yield from map(_row, rows)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    return one_line(text, _CELL).replace("|", "\\|")
