"""Report sections that several suites have in common."""

from collections.abc import Iterable, Iterator, Mapping

from pytest_distill.records import (
    Cell,
    Corrected,
    Estimate,
    IceSummary,
    Lines,
    Point,
    Rates,
    Report,
    RunInfo,
    Section,
    Series,
    SuiteSummary,
    Table,
)
from pytest_distill.stats.identity import KINDS

_SHORT = {"rogan-gladen": "Rogan-Gladen", "prediction-powered": "predictions"}


def interval_note(level: float) -> str:
    """Return what is said of the intervals of a section.

    Args:
        level: of the intervals.
    """
    return f"interval: {100 * level:g} %"


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
    title = f"{suite} · {label} · {counts}"
    if not summary.loose.n:
        # Every group is undefined; why stands where the missing cases are counted.
        return Section(title=title, blocks=(next(_rates(summary)),))
    return Section(
        title=f"{title} · facts {facts} · judge {run.judge}",
        brief=f"{title} · {_brief(summary)}",
        blocks=(
            *_rates(summary),
            *_vendors(summary.vendors),
            *_apart(summary),
            Lines(lines=(_note(summary, run),)),
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
    columns = ("", *names, "n")

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
    title = f"{suite} · {label} · {first.n} measured, {first.missing} missing"
    means = ((name, estimate.value) for name, estimate in summary.numbers.items())
    yield Section(
        title=title,
        brief=", ".join([title, *(f"{n} {_value(value, digits)}" for n, value in means)]),
        blocks=(
            table({"all": summary.numbers}),
            *(table(group) for group in groups if len(group) > 1),
            Lines(lines=(interval_note(run.confidence),)),
        ),
    )


def count(estimate: Estimate | None) -> Cell:
    """Return the cell with the number of cases, and of how many, if some are missing."""
    if estimate is None:
        return None
    return f"{estimate.n}/{estimate.n + estimate.missing}" if estimate.missing else estimate.n


def _rates(summary: IceSummary) -> Iterator[Table]:
    columns = ("", *KINDS, "n")

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
    if summary.refused.value:
        rows.append(("refused", summary.refused, count(summary.refused)))
    if summary.reasoning.n:
        rows.append(("reasoning", summary.reasoning, count(summary.reasoning)))
    if rows:
        yield Table(columns=("no leaks", "rate", "n"), rows=tuple(rows))


def releases_section(report: Report) -> Iterator[Section]:
    """Yield the numbers of the gates in each release of a series, if the run belongs to one."""
    if not report.releases:
        return
    found: dict[tuple[str, str], list[Point]] = {}
    for number, release in enumerate(report.releases, start=1):
        for model, measured in release.numbers.items():
            for name, estimate in measured.items():
                found.setdefault((name, model), []).append(Point(x=number, y=estimate))
    yield Section(
        title=f"releases · {len(report.releases)} that share the error of a wrong fail",
        brief="",
        blocks=tuple(
            Series(title=f"{name} · {model}", x="release", y=name, points=tuple(points))
            for (name, model), points in found.items()
        ),
    )


def _note(summary: IceSummary, run: RunInfo) -> str:
    loose, note = summary.loose, interval_note(run.confidence)
    if loose.design_effect is None or loose.clusters >= loose.n:
        return note
    return (
        f"{note}; {loose.n} cases in {loose.clusters} clusters are worth"
        f" {loose.n / loose.design_effect:.0f} independent ones"
        f" (design effect {loose.design_effect:.1f})"
    )


def _brief(summary: IceSummary) -> str:
    return ", ".join(f"{kind} {_value(getattr(summary, kind).value, 3)}" for kind in KINDS)


def _value(value: float | None, digits: int) -> str:
    return "undefined" if value is None else f"{value:.{digits}f}"
