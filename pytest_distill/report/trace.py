"""Whose student a model may be, in words: "consistent with", never "proves"."""

from collections.abc import Iterator

from pytest_distill.records import Candidate, Evidence, Trace
from pytest_distill.text import one_line, printable

_NAME = 28
_EXAMPLE = 220


def lines(trace: Trace, *, level: float) -> Iterator[str]:
    """Yield the answer, the candidates, the evidence and what to mind."""
    yield f"trace · {printable(trace.student)} · {trace.prompts} prompts"
    yield f"  {_answer(trace)}"
    yield ""
    score = f"score ({100 * level:g} % interval)"
    heads = f"{'candidate':<{_NAME}}{'family':<14}{score:<28}{'lead':>7}"
    yield f"  {heads}  {'p (Holm)':<10}distance"
    for candidate in trace.candidates:
        yield _row(candidate, is_in=candidate.name in trace.set)
    if trace.evidence is not None:
        yield from _evidence(trace.evidence, is_in=bool(trace.set))
    for warning in trace.warnings:
        yield f"  warning: {warning}"


def _answer(trace: Trace) -> str:
    if not trace.set:
        return "consistent with none of these candidates"
    families = {c.family: [] for c in trace.candidates if c.name in trace.set}  # type: dict[str, list[str]]
    for candidate in trace.candidates:
        if candidate.name in trace.set:
            families[candidate.family].append(printable(candidate.name))
    told = [
        f"{printable(family)} ({', '.join(names)})" if names != [family] else printable(family)
        for family, names in families.items()
    ]
    return f"consistent with a student of {' or of '.join(told)}"


def _row(candidate: Candidate, *, is_in: bool) -> str:
    score = f"{candidate.score:.3f} [{candidate.low:.3f}, {candidate.high:.3f}]"
    lead = "" if candidate.lead is None else f"{candidate.lead:+.3f}"
    p = "" if candidate.p is None else "<0.001" if candidate.p < 0.001 else f"{candidate.p:.3f}"  # noqa: PLR2004 - as far as it is shown
    name, family = one_line(candidate.name, _NAME - 2), one_line(candidate.family, 12)
    numbers = f"{score:<28}{lead:>7}  {p:<10}{candidate.distance:.2f}"
    return f"{'*' if is_in else ' '} {name:<{_NAME}}{family:<14}{numbers}"


def _evidence(evidence: Evidence, *, is_in: bool) -> Iterator[str]:
    yield ""
    what = "what they share" if is_in else "what it shares with the nearest"
    yield f"  {what}: {printable(evidence.candidate)}"
    for feature in evidence.features:
        more = "more" if feature.student > 0 else "less"
        yield (
            f"    {more} than the others: {feature.feature}"
            f" (student {feature.student:+.2f}, candidate {feature.teacher:+.2f} deviations)"
        )
    for phrase in evidence.phrases:
        yield (
            f'    "{one_line(phrase.phrase)}" in {phrase.student:.0%} and {phrase.teacher:.0%}'
            f" of answers, of others {phrase.others:.0%} at most"
        )
    for example in evidence.examples:
        yield f"    asked      {one_line(example.prompt, _EXAMPLE)}"
        yield f"    student    {one_line(example.student, _EXAMPLE)}"
        yield f"    candidate  {one_line(example.teacher, _EXAMPLE)}"
    yield ""
