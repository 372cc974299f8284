"""Report sections of the suite: arms, adversaries, the curve, and what follows."""

from collections.abc import Iterator, Mapping

from pytest_distill.records import (
    Estimate,
    Lines,
    Point,
    Report,
    Section,
    Series,
    SuiteSummary,
    Table,
)
from pytest_distill.suites.bbi.names import ARMS, BASE, PER_CASE, RESAMPLE, STUDENT
from pytest_distill.suites.sections import count, interval_note

_HEADINGS = ("advantage", "if consistent", "flips", "n")
_OF_CURVE: Mapping[str, str] = {STUDENT: "advantage", RESAMPLE: RESAMPLE, BASE: BASE}


def sections(suite: str, report: Report) -> Iterator[Section]:
    """Yield a section for each model."""
    for label, suites in report.models.items():
        summary = suites.get(suite)
        if isinstance(summary, SuiteSummary) and summary.numbers:
            yield _section(suite, label, summary, level=report.run.confidence)


def _section(suite: str, label: str, found: SuiteSummary, *, level: float) -> Section:
    main = found.numbers["advantage"]
    title = f"{suite} · {label} · {main.n} pairs, {main.missing} missing"
    value = "undefined" if main.value is None else f"{main.value:.2f}"
    return Section(
        title=title,
        brief=f"{title} · advantage {value}, {found.statements.get('verdict', '')}",
        blocks=(
            Lines(lines=(found.statements.get("verdict", ""),)),
            *_tables(found),
            *_curves(found),
            Lines(lines=(interval_note(level), *_others(found.statements))),
        ),
    )


def _tables(found: SuiteSummary) -> Iterator[Table]:
    yield _table("arm", {arm: found.by("arm")[arm] for arm in ARMS if arm in found.by("arm")})
    adversaries = {
        name: numbers for name, numbers in found.by("adversary").items() if "advantage" in numbers
    }
    yield _table("adversary", adversaries)
    if found.by("reference"):
        yield _table("reference", found.by("reference"))
    yield Table(
        columns=("over the student", "value"),
        rows=tuple(
            (words, found.numbers.get(name))
            for name, words in (
                ("total_variation", "total variation, at least"),
                ("closed", "closed"),
            )
        ),
    )
    for groups in (found.by_category, found.by_language):
        if len(groups) > 1:
            yield _table("", groups)


def _table(what: str, rows: Mapping[str, Mapping[str, Estimate]]) -> Table:
    return Table(
        columns=(what, *_HEADINGS),
        drawn="bars",
        scale=(-1.0, 1.0),
        rows=tuple(
            (name, *(numbers.get(kind) for kind in PER_CASE), count(numbers.get("advantage")))
            for name, numbers in rows.items()
        ),
    )


def _curves(found: SuiteSummary) -> Iterator[Series]:
    """Yield the advantage of the trained adversary by what it learnt from."""
    for arm, name in _OF_CURVE.items():
        points = tuple(
            Point(x=int(queries), y=numbers[name])
            for queries, numbers in found.by("queries").items()
            if name in numbers
        )
        if points:
            title = f"the trained adversary: {arm}"
            yield Series(title=title, x="training pairs", y="advantage", points=points)


def _others(statements: Mapping[str, str]) -> Iterator[str]:
    for name, text in statements.items():
        if name != "verdict":
            yield f"{name}: {text}"
