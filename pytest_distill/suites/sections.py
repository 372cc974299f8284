"""Report sections that several suites have in common."""

from collections.abc import Iterable, Iterator, Mapping

from pytest_distill.records import (
    Cell,
    Corrected,
    Estimate,
    IceSummary,
    Lines,
    Rates,
    RunInfo,
    Section,
    SuiteSummary,
    Table,
)
from pytest_distill.stats.identity import KINDS

_SHORT = {"rogan-gladen": "Rogan-Gladen", "prediction-powered": "predictions"}


def interval_note(run: RunInfo) -> str:
    """Return the head of the last column, with the level of the intervals."""
    return f"n   (interval: {100 * run.confidence:g} %)"


def identity_section(
    suite: str, label: str, summary: IceSummary, run: RunInfo, *more: Table | Lines
) -> Section:
    """Return the leak rates of one model, over all cases and by group.

    Args:
        suite: its name.
        label: of the model.
        summary: its rates.
        run: of the report.
        more: tables and lines to add at the end.
    """
    counts = f"{summary.loose.n} judged, {summary.loose.missing} missing"
    facts = run.subjects[label].facts
    return Section(
        title=f"{suite} · {label} · {counts} · facts {facts} · judge {run.judge}",
        blocks=(
            *_rates(summary, run),
            *_vendors(summary.vendors),
            *_apart(summary),
            *_clusters(summary),
            *more,
        ),
    )


def value_sections(
    suite: str, label: str, summary: SuiteSummary, run: RunInfo, *, digits: int
) -> Iterator[Section]:
    """Yield the means of one model, over all cases and by group."""
    names = tuple(summary.numbers)
    if not names:
        return
    first = summary.numbers[names[0]]
    columns = ("", *names, interval_note(run))

    def table(rows: Mapping[str, Mapping[str, Estimate]], title: str = "") -> Table:
        return Table(
            title=title,
            columns=columns,
            digits=digits,
            rows=tuple(
                (name, *(numbers.get(n) for n in names), count(numbers.get(names[0])))
                for name, numbers in rows.items()
            ),
        )

    groups = (summary.by_category, summary.by_language)
    yield Section(
        title=f"{suite} · {label} · {first.n} measured, {first.missing} missing",
        blocks=(
            table({"all": summary.numbers}),
            *(table(group) for group in groups if len(group) > 1),
        ),
    )


def count(estimate: Estimate | None) -> Cell:
    """Return the cell with the number of cases."""
    if estimate is None:
        return None
    return f"{estimate.n} ({estimate.missing} missing)" if estimate.missing else estimate.n


def _rates(summary: IceSummary, run: RunInfo) -> Iterator[Table]:
    columns = ("", *KINDS, interval_note(run))

    def table(rows: Mapping[str, Rates], title: str = "") -> Table:
        return Table(
            title=title,
            columns=columns,
            rows=tuple(
                (name, *(getattr(rates, kind) for kind in KINDS), count(rates.loose))
                for name, rates in rows.items()
            ),
        )

    yield table({"all": summary})
    for groups in (summary.by_category, summary.by_language):
        if len(groups) > 1:
            yield table(groups)
    if summary.corrected:
        yield table(dict(_corrected(summary.corrected)), "corrected for the errors of the judge")


def _corrected(corrections: Iterable[Corrected]) -> Iterator[tuple[str, Rates]]:
    for rates in corrections:
        yield _SHORT[rates.by], rates


def _vendors(vendors: Mapping[str, Estimate]) -> Iterator[Table]:
    if vendors:
        rows = tuple((name, estimate) for name, estimate in vendors.items())
        yield Table(columns=("claims to be made by", "rate"), rows=rows)


def _apart(summary: IceSummary) -> Iterator[Table]:
    """Yield what is counted apart from the leaks, if there is any of it."""
    rows = []
    if summary.persona.value:
        rows.append(("persona", summary.persona, count(summary.persona)))
    if summary.reasoning.n:
        rows.append(("reasoning", summary.reasoning, count(summary.reasoning)))
    if rows:
        yield Table(columns=("no leaks", "rate", "n"), rows=tuple(rows))


def _clusters(summary: IceSummary) -> Iterator[Lines]:
    effect = summary.loose.design_effect
    if effect is not None and summary.loose.clusters < summary.loose.n:
        line = (
            f"{summary.loose.n} cases in {summary.loose.clusters} clusters are worth"
            f" {summary.loose.n / effect:.0f} independent ones (design effect {effect:.1f})"
        )
        yield Lines(lines=(line,))
