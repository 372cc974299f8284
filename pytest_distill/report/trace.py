"""The attribution of a student as text: "consistent with", never "proves"."""

from collections.abc import Iterator

from pytest_distill.records import Candidate, Cell, Estimate, Evidence, Lines, Section, Table, Trace
from pytest_distill.text import one_line

_EXAMPLE = 220
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
            "p (Holm)",
            "distance",
        ),
        rows=tuple(_row(candidate, trace) for candidate in trace.candidates),
    )
    evidence = trace.evidence and tuple(_evidence(trace.evidence, is_in=bool(trace.set)))
    warnings = tuple(f"warning: {warning}" for warning in trace.warnings)
    return Section(
        title=f"trace · {trace.student} · {trace.prompts} prompts",
        blocks=(
            Lines(lines=(_answer(trace),)),
            candidates,
            *(Lines(lines=lines) for lines in (evidence, warnings) if lines),
        ),
    )


def _answer(trace: Trace) -> str:
    if not trace.set:
        return "consistent with none of these candidates"
    families: dict[str, list[str]] = {}
    for candidate in trace.candidates:
        if candidate.name in trace.set:
            families.setdefault(candidate.family, []).append(candidate.name)
    texts = [
        f"{family} ({', '.join(names)})" if names != [family] else family
        for family, names in families.items()
    ]
    return f"consistent with a student of {' or of '.join(texts)}"


def _row(candidate: Candidate, trace: Trace) -> tuple[Cell, ...]:
    p = candidate.p
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
        "" if p is None else f"<{_LEAST_P}" if p < _LEAST_P else f"{p:.3f}",
        f"{candidate.distance:.2f}",
    )


def _evidence(evidence: Evidence, *, is_in: bool) -> Iterator[str]:
    what = "shared with" if is_in else "shared with the nearest candidate"
    yield f"{what}: {evidence.candidate}"
    for feature in evidence.features:
        more = "more" if feature.student > 0 else "less"
        yield (
            f"  {more} than the others: {feature.feature}"
            f" (student {feature.student:+.2f}, candidate {feature.teacher:+.2f} deviations)"
        )
    for phrase in evidence.phrases:
        yield (
            f'  "{one_line(phrase.phrase)}" in {phrase.student:.0%} and {phrase.teacher:.0%}'
            f" of answers, of others {phrase.others:.0%} at most"
        )
    for example in evidence.examples:
        yield f"  asked      {one_line(example.prompt, _EXAMPLE)}"
        yield f"  student    {one_line(example.student, _EXAMPLE)}"
        yield f"  candidate  {one_line(example.teacher, _EXAMPLE)}"
