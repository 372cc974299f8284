"""Report sections that several suites have in common."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from pytest_distill.records import (
    Block,
    Cell,
    Corrected,
    Estimate,
    IceSummary,
    Lines,
    NamedPoint,
    Point,
    Rates,
    Report,
    RunInfo,
    Scatter,
    Section,
    Series,
    SuiteSummary,
    Table,
)
from pytest_distill.stats.identity import KINDS
from pytest_distill.suites.protocol import Headline

_SHORT = {"rogan-gladen": "Rogan-Gladen", "prediction-powered": "predictions"}

_WORDS = {
    "loose": "the answer contradicts the facts about who the model is",
    "strict": "it claims to be of OpenAI or Anthropic, which is not the model's own vendor",
    "hard": "a strict leak although neither template nor question names that vendor",
    "persona": "the answer speaks as a figure that the template asked for: no leak",
    "reasoning": "only the thinking before the answer considers being another vendor's: no leak",
    "design effect": "how many dependent cases say as much as one independent case",
}


def interval_note(level: float) -> str:
    """Return what is said of the intervals of a section.

    Args:
        level: of the intervals.
    """
    return f"interval: {100 * level:g} %"


def identity_section(
    suite: str, label: str, summary: IceSummary, run: RunInfo, *more: Block
) -> Section:
    """Return the leak rates of one model, over all cases and by group.

    Args:
        suite: its name.
        label: of the model.
        summary: its rates.
        run: of the report.
        more: blocks to add at the end.
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
        words=_WORDS,
    )


def models_section(suite: str, rates: Mapping[str, IceSummary], run: RunInfo) -> Iterator[Section]:
    """Yield the leak rates of all models and the vendors that they claim, if there are several.

    Args:
        suite: its name.
        rates: by the label of the model.
        run: of the report.
    """
    if len(rates) < 2:  # noqa: PLR2004 - one model has a section of its own
        return
    most: dict[str, float] = {}
    for each in rates.values():
        for name, rate in each.vendors.items():
            most[name] = max(most.get(name, 0.0), rate.value or 0.0)
    vendors = sorted((name for name in most if most[name]), key=lambda name: (-most[name], name))
    claims = Table(
        title="claims to be made by",
        columns=("", *vendors),
        rows=tuple(
            (label, *(_claim(each, vendor, run.subjects[label].vendor) for vendor in vendors))
            for label, each in rates.items()
        ),
        has_intervals=False,
        drawn="heat",
    )
    yield Section(
        title=f"{suite} · {len(rates)} models",
        brief="",
        blocks=(_table_of(rates), *([claims] if vendors else [])),
        words=_WORDS,
    )


def combination_sections(headlines: Mapping[str, Headline]) -> Iterator[Section]:
    """Yield each two suites against each other, over the models that both have measured.

    Args:
        headlines: by suite.
    """
    for (above, y), (across, x) in combinations(headlines.items(), 2):
        points = tuple(
            NamedPoint(name=label, x=x.numbers[label], y=estimate)
            for label, estimate in y.numbers.items()
            if label in x.numbers and None not in (estimate.value, x.numbers[label].value)
        )
        if len(points) > 1:
            yield Section(
                title=f"{above} against {across} · {len(points)} models",
                brief="",
                blocks=(Scatter(title="", x=x.axis, y=y.axis, points=points),),
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
            drawn="bars",
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
    yield _table_of({"all": summary})
    for groups in (summary.by_category, summary.by_language):
        if len(groups) > 1:
            yield _table_of(groups)
    if summary.corrected:
        corrected = dict(_corrected(summary.corrected))
        yield _table_of(corrected, "corrected for the errors of the judge")


def _table_of(rows: Mapping[str, Rates], title: str = "") -> Table:
    return Table(
        title=title,
        columns=("", *KINDS, "n"),
        rows=tuple(
            (name, *(getattr(rates, kind) for kind in KINDS), count(rates.loose))
            for name, rates in rows.items()
        ),
        drawn="bars",
    )


def _claim(summary: IceSummary, vendor: str, own: str) -> Cell:
    """Return how often a model claims a vendor."""
    if vendor == own:
        return "own"
    if vendor in summary.vendors or not summary.loose.n:
        return summary.vendors.get(vendor)
    # What no answer claims has no entry.
    return summary.loose.model_copy(update={"value": 0.0, "low": None, "high": None})


def _corrected(corrections: Iterable[Corrected]) -> Iterator[tuple[str, Rates]]:
    for rates in corrections:
        yield _SHORT[rates.by], rates


def _vendors(vendors: Mapping[str, Estimate]) -> Iterator[Table]:
    if vendors:
        rows = tuple((name, estimate) for name, estimate in vendors.items())
        yield Table(columns=("claims to be made by", "rate"), rows=rows, drawn="bars")


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
