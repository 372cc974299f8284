"""Report sections of the suite: closures with their parts, and the statements."""

from collections.abc import Iterator, Mapping

from pytest_distill.records import (
    Axis,
    Cell,
    Estimate,
    Lines,
    Mark,
    NamedPoint,
    Report,
    Scatter,
    Section,
    SuiteSummary,
    Table,
)
from pytest_distill.suites.imitation.numbers import CAPABILITY, GAP, STYLE
from pytest_distill.suites.imitation.statements import IMITATION
from pytest_distill.suites.sections import count, interval_note

_DIGITS = 2
_COLUMNS = ("", "student", "base", "ceiling", "closure")
_ENDS = (Mark(at=0.0, label="base"), Mark(at=1.0, label="reference"))
_NOTES = (
    "closure: (student - base) / (ceiling - base); 1: all of the way to the reference",
    "these questions are public, and may be in training data: compare, and ask some of your own",
)


def sections(suite: str, report: Report) -> Iterator[Section]:
    """Yield a section for each model, and one with style against capability."""
    found = {
        label: summary
        for label, suites in report.models.items()
        if isinstance(summary := suites.get(suite), SuiteSummary) and summary.numbers
    }
    for label, summary in found.items():
        yield _section(suite, label, summary, level=report.run.confidence)
    yield from _against(suite, found)


def _against(suite: str, found: Mapping[str, SuiteSummary]) -> Iterator[Section]:
    """Yield style against capability, over the models that have both."""
    points = tuple(
        NamedPoint(name=label, x=across, y=above)
        for label, summary in found.items()
        if (across := summary.numbers.get(CAPABILITY[0])) is not None
        and (above := summary.numbers.get(STYLE[0])) is not None
        and None not in (across.value, above.value)
    )
    if points:
        x, y = (Axis(label=f"{what} closure", marks=_ENDS) for what in ("capability", "style"))
        yield Section(
            title=f"{suite} · style against capability",
            brief="",
            blocks=(Scatter(x=x, y=y, points=points),),
        )


def _section(suite: str, label: str, summary: SuiteSummary, *, level: float) -> Section:
    found, told = summary.numbers, dict(summary.statements)
    reference, base = told.pop("reference", ""), told.pop("base", "")
    imitated = told.pop(IMITATION, "undecided")
    parts = [found[name] for name in ("style", "accuracy") if name in found]
    counts = (
        f"{sum(part.n for part in parts)} measured, {sum(part.missing for part in parts)} missing"
    )
    title = f"{suite} · {label} · {counts} · reference {reference}{base and f' · base {base}'}"
    return Section(
        title=title,
        brief=f"{suite} · {label} · {counts} · {imitated}",
        blocks=(
            Lines(lines=(f"imitated: {imitated}", *(f"{k}: {text}" for k, text in told.items()))),
            Table(columns=(*_COLUMNS, "n"), rows=tuple(_overall(found)), digits=_DIGITS),
            # Where nothing was measured every group is undefined.
            *(_groups(summary) if any(part.n for part in parts) else ()),
            Lines(lines=(interval_note(level), *_NOTES)),
        ),
    )


def _overall(found: Mapping[str, Estimate]) -> Iterator[tuple[Cell, ...]]:
    if "style" in found:
        yield ("style", *_row(found, STYLE), count(found["style"]))
    if "accuracy" in found:
        yield ("capability", *_row(found, CAPABILITY), count(found["accuracy"]))
    if GAP in found:
        yield (GAP, None, None, None, found[GAP], None)


def _groups(summary: SuiteSummary) -> Iterator[Table]:
    categories = {
        name: _row(found, CAPABILITY)
        for name, found in summary.by_category.items()
        if "accuracy" in found
    }
    if len(categories) > 1:
        yield _table("capability by category", categories)
    if habits := summary.by("habit"):
        rows = {name: _row(found, STYLE) for name, found in habits.items()}
        yield _table("style by habit", rows)
    for dimension, groups in (
        ("language", summary.by_language),
        ("reference", summary.by("reference")),
    ):
        if len(groups) > 1:
            yield Table(
                title=f"closures by {dimension}",
                columns=("", "style", "capability", GAP),
                rows=tuple(
                    (name, *(found.get(each) for each in (STYLE[0], CAPABILITY[0], GAP)))
                    for name, found in groups.items()
                ),
                digits=_DIGITS,
            )


def _table(title: str, rows: Mapping[str, tuple[Cell, ...]]) -> Table:
    return Table(
        title=title,
        columns=_COLUMNS,
        rows=tuple((name, *cells) for name, cells in rows.items()),
        digits=_DIGITS,
    )


def _row(found: Mapping[str, Estimate], names: tuple[str, ...]) -> tuple[Cell, ...]:
    closure, *parts = (found.get(name) for name in names)
    return (*parts, closure)
