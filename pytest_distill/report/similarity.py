"""Likeness in the terminal: a model's scores, the matrix, lineages and the family tree."""

from collections.abc import Iterator, Mapping

from pytest_distill.records import Estimate, Join, LikenessScores, Report, RseSummary
from pytest_distill.report import trace
from pytest_distill.report.numbers import with_interval
from pytest_distill.text import one_line, printable

_KINDS = ("overall", "style", "structure", "content")
_WIDTH = 19
"""Columns of one score with its interval."""
_NAME = 22
_SHORT = 11
"""Columns of a cell of the matrix."""


def summary(label: str, suite: str, found: RseSummary, *, level: float) -> Iterator[str]:
    """Yield the scores of one model beside each reference, the one most alike first."""
    number = found.overall
    yield f"{suite} · {printable(label)} · {number.n} compared, {number.missing} missing"
    heads = "".join(f"{kind:<{_WIDTH}}" for kind in _KINDS)
    yield f"  {'reference':<{_NAME}}{heads}raw   length only   (interval: {100 * level:g} %)"
    ranked = sorted(found.references.items(), key=lambda item: -(item[1].overall.value or 0.0))
    for name, scores in ranked:
        raw, length = _value(scores.raw.overall), _value(scores.length_only)
        yield f"  {one_line(name, _NAME - 2):<{_NAME}}{_row(scores)}{raw:<6}{length}"
    yield from _domains(found)
    yield f"  {_ANCHORS[found.anchors]}"
    yield ""


_ANCHORS: Mapping[str, str] = {
    "measured": "1: as alike as the other references are to this one; 5: as its own answers are",
    "fixed": "1: as alike as models of different vendors on record are; 5: as two answers of one",
    "none": "1 differs in everything, 5 is almost the same, in the judge's words",
}


def matrix(report: Report) -> Iterator[str]:
    """Yield the overall scores of models beside references, where there are several of both."""
    found = {
        label: suites["rse"]
        for label, suites in report.models.items()
        if isinstance(suites.get("rse"), RseSummary)
    }
    rows = {label: s for label, s in found.items() if isinstance(s, RseSummary)}
    columns = sorted({name for s in rows.values() for name in s.references})
    if len(rows) < 2 or len(columns) < 2:  # noqa: PLR2004 - one row or column is no matrix
        return
    yield "likeness of models (rows) to references (columns), overall"
    heads = "".join(f"{one_line(name, _SHORT - 2):<{_SHORT}}" for name in columns)
    yield f"  {'':<{_NAME}}{heads}"
    for label, one in rows.items():
        cells = (
            _value(one.references[name].overall) if name in one.references else "-"
            for name in columns
        )
        cell_text = "".join(f"{cell:<{_SHORT}}" for cell in cells)
        yield f"  {one_line(label, _NAME - 2):<{_NAME}}{cell_text}"
    both = [name for name in columns if name in rows]
    if len(both) > 1:
        yield from _symmetric(rows, both)
    yield ""


def _symmetric(rows: Mapping[str, RseSummary], both: list[str]) -> Iterator[str]:
    yield ""
    yield "  both ways together"
    heads = "".join(f"{one_line(name, _SHORT - 2):<{_SHORT}}" for name in both)
    yield f"  {'':<{_NAME}}{heads}"
    for label in both:
        cells = "".join(f"{_both_ways(rows, label, name):<{_SHORT}}" for name in both)
        yield f"  {one_line(label, _NAME - 2):<{_NAME}}{cells}"


def _both_ways(rows: Mapping[str, RseSummary], one: str, other: str) -> str:
    there, back = rows[one].references.get(other), rows[other].references.get(one)
    if there is None or back is None or None in (there.overall.value, back.overall.value):
        return "-"
    return f"{((there.overall.value or 0) + (back.overall.value or 0)) / 2:.2f}"


def lineage(report: Report) -> Iterator[str]:
    """Yield whose student each model may be."""
    for found in report.lineage.values():
        yield from trace.lines(found, level=report.run.confidence)
        yield ""


def tree(joins: tuple[Join, ...]) -> Iterator[str]:
    """Yield the family tree of three models and more, nearest pairs first."""
    if len(joins) < 2:  # noqa: PLR2004 - two models need no tree
        return
    yield "family tree (distance: 0 is to write the same)"
    yield from _branch(joins[-1].members, {join.members: join for join in joins}, "  ")
    yield ""


def _branch(
    members: tuple[str, ...], joins: Mapping[tuple[str, ...], Join], indent: str
) -> Iterator[str]:
    if len(members) == 1:
        yield f"{indent}{printable(members[0])}"
        return
    join = joins[members]
    yield f"{indent}{join.distance:.2f}"
    for side in (join.left, join.right):
        yield from _branch(side, joins, f"{indent}  ")


def _domains(found: RseSummary) -> Iterator[str]:
    if len(found.by_domain) > 1:
        yield ""
        for name, scores in found.by_domain.items():
            yield f"  {one_line(name, _NAME - 2):<{_NAME}}{_row(scores)}{scores.overall.n}"
        yield f"  (domains: beside {printable(found.reference)})"


def _row(scores: LikenessScores) -> str:
    return "".join(f"{with_interval(getattr(scores, kind), digits=2):<{_WIDTH}}" for kind in _KINDS)


def _value(estimate: Estimate) -> str:
    return "-" if estimate.value is None else f"{estimate.value:.2f}"
