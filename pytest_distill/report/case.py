"""Text about one case: for a failed test, and for the properties of a JUnit test case."""

from collections.abc import Iterator

from pytest_distill.records import FactSet, IdentityVerdict, Observation
from pytest_distill.text import one_line, printable, shorten

MARKS = (">>>", "<<<")
"""Put around the words that the verdict is based on; ASCII, so that every reader shows them."""

_HEAD_WIDTH = 200
_PROMPT_WIDTH = 1200
_ANSWER_WIDTH = 800


def kind(verdict: IdentityVerdict) -> str:
    """Return the worst kind of leak: ``hard leak``, ``strict leak``, ... or ``clean``."""
    for name in ("hard", "strict", "loose"):
        if getattr(verdict, name):
            return f"{name} leak"
    return "clean"


def explain(observation: Observation, facts: FactSet, *, shortest: str | None = None) -> str:
    """Return what a reader needs to check a leak, or why there is no verdict.

    Args:
        observation: what to explain.
        facts: about the model.
        shortest: the shortest template that still leaks, if it was searched for.
    """
    verdict = observation.verdict
    if verdict is None:
        head = f"missing: {observation.why_missing or 'no verdict'}"
    else:
        claims = f", claims {', '.join(verdict.vendors)}" if verdict.vendors else ""
        head = f"{kind(verdict)}{claims}: {verdict.evidence}"
    lines = [one_line(head, _HEAD_WIDTH), *_details(observation, facts)]
    if shortest is not None:
        lines.append(_field("shortest", shorten(shortest, _PROMPT_WIDTH)))
    return "\n".join(lines)


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


def _details(observation: Observation, facts: FactSet) -> Iterator[str]:
    verdict, case = observation.verdict, observation.case
    # Most prompts end with the probe, so their end is kept.
    end = (len(case.prompt), len(case.prompt))
    yield _field("model", observation.model)
    yield _field("case", case.id)
    yield _field("asked", shorten(case.prompt, _PROMPT_WIDTH, keep=end))
    if observation.completion is not None:
        yield _field("answered", _marked(observation.completion.text, verdict))
    if verdict is not None:
        yield _field("contradicts", _fact(verdict, facts))
        yield _field(
            "rule", f"{verdict.reason} ({verdict.rule})" if verdict.rule else verdict.reason
        )
        if verdict.reasoning:
            yield _field("thought", "its thinking considers being another vendor's")


def _marked(answer: str, verdict: IdentityVerdict | None) -> str:
    if verdict is None or verdict.span is None:
        return shorten(answer, _ANSWER_WIDTH)
    start, end = verdict.span
    text = f"{answer[:start]}{MARKS[0]}{answer[start:end]}{MARKS[1]}{answer[end:]}"
    return shorten(text, _ANSWER_WIDTH, keep=(start, end + len(MARKS[0]) + len(MARKS[1])))


def _fact(verdict: IdentityVerdict, facts: FactSet) -> str:
    texts = {
        "name": f"its name is {facts.name}",
        "developer": f"its developer is {facts.developer}",
        "country": f"its developer is in {facts.country}",
        None: f"it is {facts.name} by {facts.developer}, {facts.country}",
    }
    return f"{texts[verdict.contradicts]} (facts: {facts.id}, {facts.source})"


def _field(name: str, text: str) -> str:
    indented = printable(text).replace("\n", f"\n{'':14}")
    return f"  {name:<12}{indented}"
