"""The attribution of a student as text: "consistent with", never "proves"."""

from collections.abc import Iterator

from pytest_distill.records import (
    Candidate,
    Cell,
    Estimate,
    Evidence,
    Lines,
    Quotations,
    Section,
    Table,
    Trace,
)
from pytest_distill.text import one_line

_EXAMPLE = 220
# A phrase fits a line, so that no further line begins with words of a model.
_PHRASE = 40
# Smaller p-values are shown as less than this.
_LEAST_P = 0.001


def section(trace: Trace, *, level: float) -> Section:
    """Return the answer, the candidates, the evidence and the warnings.

    Args:
        trace: what was found.
        level: of its intervals.
    """
    candidates = Table(
        columns=(
            "",
            "candidate",
            "family",
            f"score ({100 * level:g} % interval)",
            "lead",
            "p",
            "distance",
        ),
        rows=tuple(_row(candidate, trace) for candidate in trace.candidates),
        drawn="bars",
    )
    warnings = tuple(f"warning: {warning}" for warning in trace.warnings)
    return Section(
        title=f"trace · {trace.student} · {trace.prompts} prompts",
        brief=f"trace · {trace.student} · {_answer(trace)}",
        blocks=(
            Lines(lines=(_answer(trace), *_null(trace))),
            candidates,
            *(() if trace.evidence is None else _evidence(trace)),
            *([Lines(lines=warnings)] if warnings else []),
        ),
    )


def _answer(trace: Trace) -> str:
    found = trace.detection
    if not trace.set:
        if trace.verdict == "none":
            # Seen in students whose dose is known: docs/ground-truth.md.
            return (
                "consistent with none of these candidates: it resembles the nearest one less than"
                " known students resemble their teachers, as a student of only a few hundred"
                " answers may, too"
            )
        return f"undecided{_why_undecided(trace)}"
    families: dict[str, list[str]] = {}
    for candidate in trace.candidates:
        if candidate.name in trace.set:
            families.setdefault(candidate.family, []).append(candidate.name)
    texts = [
        f"{family} ({', '.join(names)})" if names != [family] else family
        for family, names in families.items()
    ]
    return (
        f"consistent with a student of {' or of '.join(texts)}: unrelated models resemble one as"
        f" much with probability {_p(found.p)}"
    )


def _why_undecided(trace: Trace) -> str:
    found = trace.detection
    if found.affinity is None:
        return ": there is nobody to compare with"
    if found.p is None:
        return ": its answers are too short to tell"
    # Not the greatest lead: what was held against decoys may have lost its own.
    nearest = next(each for each in trace.candidates if each.lead == found.lead)
    wanted = (
        "more prompts would not decide"
        if trace.prompts_needed is None
        else f"about {trace.prompts_needed} prompts would decide, if they show the same"
    )
    return (
        f": the nearest is {nearest.family}, and unrelated models resemble one as much with"
        f" probability {_p(found.p)}; {wanted}"
    )


def _null(trace: Trace) -> Iterator[str]:
    found = trace.detection
    if found.affinity is not None:
        yield (
            f"affinity {found.affinity:.2f}: a teacher is named from {found.needed:.2f} on; known"
            f" students reach {found.students:.2f}"
        )
    models = "null model" if found.decoys == 1 else "null models"
    own = f", adapted to {found.decoys} {models} of this run" if found.decoys else ""
    yield f"null: {found.null}{own}"


def _p(p: float | None) -> str:
    return "" if p is None else f"<{_LEAST_P}" if p < _LEAST_P else f"{p:.3f}"


def _row(candidate: Candidate, trace: Trace) -> tuple[Cell, ...]:
    return (
        "*" if candidate.name in trace.set else "",
        candidate.name,
        candidate.family,
        Estimate(
            value=candidate.score,
            low=candidate.low,
            high=candidate.high,
            n=trace.prompts,
            clusters=trace.prompts,
            design_effect=None,
            missing=0,
        ),
        "" if candidate.lead is None else f"{candidate.lead:+.3f}",
        _p(candidate.p),
        f"{candidate.distance:.2f}",
    )


def _evidence(trace: Trace) -> Iterator[Lines | Quotations]:
    evidence = trace.evidence
    if evidence is None:
        return
    yield Lines(lines=tuple(_shared(evidence, is_in=bool(trace.set))))
    if evidence.examples:
        yield Quotations(
            columns=("asked", "student", "candidate"),
            rows=tuple(
                tuple(
                    one_line(text, _EXAMPLE) for text in (each.prompt, each.student, each.teacher)
                )
                for each in evidence.examples
            ),
        )


def _shared(evidence: Evidence, *, is_in: bool) -> Iterator[str]:
    what = "shared with" if is_in else "shared with the nearest candidate"
    yield f"{what}: {evidence.candidate}"
    for feature in evidence.features:
        more = "more" if feature.student > 0 else "less"
        yield (
            f"  {more} than the others: {feature.feature}"
            f" (student {feature.student:+.2f}, candidate {feature.teacher:+.2f} deviations)"
        )
    for phrase in evidence.phrases:
        words = one_line(phrase.phrase, _PHRASE)
        yield (
            f'  "{words}" in {phrase.student:.0%} and {phrase.teacher:.0%}'
            f" of answers, of others {phrase.others:.0%} at most"
        )
