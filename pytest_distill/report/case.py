"""Text about one case: for a failed test, and for the properties of a JUnit test case."""

from collections.abc import Iterator

from pytest_distill.records import FactSet, IdentityVerdict, Observation
from pytest_distill.report import leaks
from pytest_distill.text import one_line, printable


def kind(verdict: IdentityVerdict) -> str:
    """Return the worst kind of leak: ``hard leak``, ``strict leak``, ... or ``clean``."""
    for name in leaks.KINDS:
        if getattr(verdict, name):
            return f"{name} leak"
    return "clean"


def explain(
    observation: Observation,
    facts: FactSet,
    *,
    shortest: str | None = None,
    replay: str | None = None,
    why_not_shortest: str | None = None,
) -> str:
    """Return what a reader needs to check a leak, or why there is no verdict.

    Args:
        observation: what to explain.
        facts: about the model.
        shortest: the shortest template that still leaks, if it was searched for.
        replay: command that asks the case again, alone.
        why_not_shortest: why no such template was searched for, if that can be helped.
    """
    verdict, case = observation.verdict, observation.case
    lines = [_head(observation), leaks.field("model", observation.model)]
    lines += [leaks.field("case", case.id), *leaks.quotation("asked", leaks.asked(case.prompt))]
    if observation.completion is not None:
        text = leaks.answered(observation.completion.text, verdict)
        lines += leaks.quotation("answered", text)
    if verdict is not None:
        lines += _verdict(verdict, facts)
    if shortest is not None:
        lines += leaks.quotation("shortest", leaks.asked(shortest))
    if why_not_shortest is not None:
        lines.append(leaks.field("shortest", why_not_shortest))
    return "\n".join([*lines, *leaks.replay(replay)])


def properties(observation: Observation) -> Iterator[tuple[str, object]]:
    """Yield the properties for JUnit and other readers of test reports.

    Model and case are not included: both are in the test id.
    """
    verdict = observation.verdict
    if observation.case.reference is not None:
        yield "distill.reference", printable(observation.case.reference)
        if observation.likeness is not None and observation.likeness.scores is not None:
            yield "distill.overall", f"{observation.likeness.scores.overall:.2f}"
            return
    yield "distill.verdict", "missing" if verdict is None else kind(verdict)
    if verdict is not None and verdict.vendors:
        yield "distill.vendors", ",".join(verdict.vendors)
    if verdict is not None and verdict.rule:
        yield "distill.rule", verdict.rule
    if verdict is not None and verdict.persona:
        yield "distill.persona", "true"
    if verdict is not None and verdict.reasoning is not None:
        yield "distill.reasoning", str(verdict.reasoning).lower()
    if observation.why_missing is not None:
        yield "distill.missing", printable(observation.why_missing)


def _head(observation: Observation) -> str:
    verdict = observation.verdict
    if verdict is None:
        return one_line(f"missing: {observation.why_missing or 'no verdict'}", leaks.HEAD_WIDTH)
    return leaks.head(kind(verdict).removesuffix(" leak"), verdict.vendors, verdict.evidence)


def _verdict(verdict: IdentityVerdict, facts: FactSet) -> Iterator[str]:
    yield leaks.field("contradicts", _fact(verdict, facts))
    yield leaks.rule(verdict)
    if verdict.reasoning:
        yield leaks.field("thought", "its thinking considers being another vendor's")


def _fact(verdict: IdentityVerdict, facts: FactSet) -> str:
    texts = {
        "name": f"its name is {facts.name}",
        "developer": f"its developer is {facts.developer}",
        "country": f"its developer is in {facts.country}",
        None: f"it is {facts.name} by {facts.developer}, {facts.country}",
    }
    return f"{texts[verdict.contradicts]} (facts: {facts.id}, {facts.source})"
