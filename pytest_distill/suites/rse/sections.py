"""Report sections on likeness: scores, matrix, attribution and family tree."""

from collections.abc import Iterator, Mapping, Sequence

from pytest_distill.records import (
    Axis,
    Branch,
    Cell,
    Estimate,
    Join,
    LikenessScores,
    Lines,
    Mark,
    ReferenceSummary,
    Report,
    RseSummary,
    Section,
    Table,
    Tree,
)
from pytest_distill.report import trace
from pytest_distill.suites.protocol import Headline
from pytest_distill.suites.sections import count, interval_note

_KINDS = ("overall", "style", "structure", "content")
_DIGITS = 2
_SCALE = (1.0, 5.0)

_WORDS = {
    "overall": "likeness of two answers in style, structure and content together, from 1 to 5",
    "style": "words, tone and punctuation",
    "structure": "how an answer is laid out: lists, headings, paragraphs, length",
    "content": "what is said, whatever the wording",
    "raw": "the judge's score before it is put on the scale that is the same in every run",
    "length only": "the score that the lengths of the answers alone would give",
}

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

# Likewise; of the offline judge's scale.
_MARKS = (
    Mark(at=2.0, label="models of different vendors"),
    Mark(at=4.0, label="two answers of one model"),
)


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


def headline(suite: str, report: Report) -> Headline | None:
    """Return the likeness of each model to the reference that it is most alike."""
    found = {
        label: summary
        for label, suites in report.models.items()
        if isinstance(summary := suites.get(suite), RseSummary)
    }
    is_fixed = all(summary.anchors == "fixed" for summary in found.values())
    return Headline(
        axis=Axis(
            label="likeness to the nearest reference (1 to 5)",
            low=_SCALE[0],
            high=_SCALE[1],
            marks=_MARKS if is_fixed else (),
        ),
        numbers={label: summary.overall for label, summary in found.items()},
    )


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
        drawn="bars",
        scale=_SCALE,
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
        words=_WORDS,
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
            drawn="bars",
            scale=_SCALE,
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
        drawn="heat",
        scale=_SCALE,
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
    root = _branch(joins[-1].members, {join.members: join for join in joins})
    yield Section(
        title="family tree (distance 0: the same writing)",
        brief="",
        blocks=(Tree(value="distance", is_clustering=True, roots=(root,)),),
    )


def _branch(members: tuple[str, ...], joins: Mapping[tuple[str, ...], Join]) -> Branch:
    if len(members) == 1:
        return Branch(name=members[0])
    join = joins[members]
    below = tuple(_branch(side, joins) for side in (join.left, join.right))
    return Branch(name="", value=join.distance, branches=below)


def _cells(scores: LikenessScores) -> tuple[Cell, ...]:
    return tuple(getattr(scores, kind) for kind in _KINDS)


def _value(estimate: Estimate) -> str:
    return "-" if estimate.value is None else f"{estimate.value:.2f}"
