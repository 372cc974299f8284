"""Report sections on likeness: scores, matrix, attribution and family tree."""

from collections.abc import Iterator, Mapping, Sequence

from pytest_distill.records import (
    Cell,
    Estimate,
    Join,
    LikenessScores,
    Lines,
    ReferenceSummary,
    Report,
    RseSummary,
    Section,
    Table,
)
from pytest_distill.report import trace
from pytest_distill.suites.sections import count, interval_note

_KINDS = ("overall", "style", "structure", "content")
_DIGITS = 2

# The means are those that `tests.benchmarks.rse_scale` prints.
_ANCHORS: Mapping[str, Sequence[str]] = {
    "fixed": (
        (
            "scale: 1 nothing in common; about 2 models of different vendors; about 4 two answers"
            " of one model; 5 the same answer"
        ),
        "anchors: fixed, from recorded models; none of this run moves them",
    ),
    "none": (
        "scale: 1 different in every respect; 5 almost the same, by the judge's rubric",
        "anchors: none",
    ),
}


def sections(suite: str, report: Report) -> Iterator[Section]:
    """Yield a section for each model, then those of all models together."""
    rows = {
        label: summary
        for label, suites in report.models.items()
        if isinstance(summary := suites.get(suite), RseSummary)
    }
    for label, summary in rows.items():
        yield _scores(suite, label, summary, level=report.run.confidence)
    yield from _matrix(rows)
    for found in report.lineage.values():
        yield trace.section(found, level=report.run.confidence)
    yield from _tree(report.family_tree)


def _scores(suite: str, label: str, found: RseSummary, *, level: float) -> Section:
    """Return the scores of one model for each reference, the highest first."""
    number = found.overall
    ranked = sorted(found.references.items(), key=lambda item: -(item[1].overall.value or 0.0))
    references = Table(
        columns=("reference", *_KINDS, "raw", "length only", "n"),
        rows=tuple(
            (
                name,
                *_cells(scores),
                _value(scores.raw.overall),
                _value(scores.length_only),
                count(scores.overall),
            )
            for name, scores in ranked
        ),
        digits=_DIGITS,
    )
    title = f"{suite} · {label} · {number.n} compared, {number.missing} missing"
    return Section(
        title=title,
        brief=f"{title} · {_value(number)} to {found.reference}",
        blocks=(
            references,
            *_domains(found),
            Lines(lines=(interval_note(level), *_ANCHORS[found.anchors], *_measured(ranked))),
        ),
    )


def _measured(ranked: Sequence[tuple[str, ReferenceSummary]]) -> Iterator[str]:
    """Yield what the run measured of each reference without the model."""
    for name, found in ranked:
        parts = []
        if found.resample is not None:
            parts.append(f"another answer of its own scores {found.resample.overall:.2f}")
        if found.raw_others is not None:
            parts.append(f"the other references score {found.raw_others.overall:.2f} raw")
        if parts:
            yield f"beside {name}, in this run: {'; '.join(parts)}"


def _domains(found: RseSummary) -> Iterator[Table]:
    if len(found.by_domain) > 1:
        yield Table(
            title=f"by domain, for {found.reference}",
            columns=("domain", *_KINDS, "n"),
            rows=tuple(
                (name, *_cells(scores), count(scores.overall))
                for name, scores in found.by_domain.items()
            ),
            digits=_DIGITS,
        )


def _matrix(rows: Mapping[str, RseSummary]) -> Iterator[Section]:
    """Yield the overall scores of models and references, if there are several of both."""
    columns = sorted({name for summary in rows.values() for name in summary.references})
    if len(rows) < 2 or len(columns) < 2:  # noqa: PLR2004 - one row or column is no matrix
        return
    one_way = Table(
        columns=("", *columns),
        rows=tuple(
            (
                label,
                *(one.references[c].overall if c in one.references else "-" for c in columns),
            )
            for label, one in rows.items()
        ),
        digits=_DIGITS,
        has_intervals=False,
    )
    both = [name for name in columns if name in rows]
    yield Section(
        title="likeness of models (rows) to references (columns), overall",
        brief="",
        blocks=(one_way, *_both_ways(rows, both)),
    )


def _both_ways(rows: Mapping[str, RseSummary], both: Sequence[str]) -> Iterator[Table]:
    if len(both) > 1:
        yield Table(
            title="both ways together",
            columns=("", *both),
            rows=tuple((one, *(_mean(rows, one, other) for other in both)) for one in both),
        )


def _mean(rows: Mapping[str, RseSummary], one: str, other: str) -> str:
    there, back = rows[one].references.get(other), rows[other].references.get(one)
    if there is None or back is None or None in (there.overall.value, back.overall.value):
        return "-"
    return f"{((there.overall.value or 0) + (back.overall.value or 0)) / 2:.2f}"


def _tree(joins: Sequence[Join]) -> Iterator[Section]:
    """Yield the family tree of three or more models, nearest pairs first."""
    if len(joins) < 2:  # noqa: PLR2004 - two models need no tree
        return
    lines = _branch(joins[-1].members, {join.members: join for join in joins}, "")
    yield Section(
        title="family tree (distance 0: the same writing)",
        brief="",
        blocks=(Lines(lines=tuple(lines)),),
    )


def _branch(
    members: tuple[str, ...], joins: Mapping[tuple[str, ...], Join], indent: str
) -> Iterator[str]:
    if len(members) == 1:
        yield f"{indent}{members[0]}"
        return
    join = joins[members]
    yield f"{indent}{join.distance:.2f}"
    for side in (join.left, join.right):
        yield from _branch(side, joins, f"{indent}  ")


def _cells(scores: LikenessScores) -> tuple[Cell, ...]:
    return tuple(getattr(scores, kind) for kind in _KINDS)


def _value(estimate: Estimate) -> str:
    return "-" if estimate.value is None else f"{estimate.value:.2f}"
