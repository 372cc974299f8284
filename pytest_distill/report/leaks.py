"""The answers behind a red gate: cut, printable, and each with the command that replays it.

Question and answer are untrusted data. On a terminal each of their lines stands behind a mark, in
Markdown they are code, where nothing is rendered, mentioned or loaded.
"""

from collections.abc import Iterator, Sequence

from pytest_distill.records import (
    IdentityVerdict,
    Leak,
    Lines,
    NearAnswer,
    Observation,
    Report,
    Section,
    Verdict,
)
from pytest_distill.text import COLUMNS, digest, one_line, printable, quoted, shorten

MARKS = (">>>", "<<<")
"""Put around the words that the verdict is based on; ASCII, so that every reader shows them."""

KINDS = ("hard", "strict", "loose")
"""Kinds of leaks, the worst first."""

_APART = ("persona", "reasoning")
HEAD_WIDTH = 200
"""Of the first line about a case, in characters."""

_PROMPT_WIDTH = 1200
_ANSWER_WIDTH = 800
_NAME_WIDTH = 12

_MARGIN = "  "


def leak_of(observation: Observation) -> Leak | None:
    """Return the leak of an observation, or what is counted apart of it; None if it is clean."""
    verdict, case = observation.verdict, observation.case
    if verdict is None or observation.completion is None:
        return None
    kind = next((name for name in (*KINDS, *_APART) if getattr(verdict, name)), None)
    if kind is None:
        return None
    return Leak.model_validate(
        {
            "model": observation.model,
            "suite": case.suite,
            "case": case.id,
            "kind": kind,
            "vendors": verdict.vendors,
            "category": case.category,
            "language": case.language,
            "template": None if case.template is None else digest(case.template),
            "probe": asked(case.query),
            "asked": asked(case.prompt),
            "answered": answered(observation.completion.text, verdict),
            "claim": one_line(verdict.evidence, HEAD_WIDTH),
            "reason": one_line(verdict.reason),
            "rule": verdict.rule,
        }
    )


def asked(prompt: str) -> str:
    """Return a prompt, cut; most end with the probe, so the end is kept."""
    return printable(shorten(prompt, _PROMPT_WIDTH, keep=(len(prompt), len(prompt))))


def answered(answer: str, verdict: IdentityVerdict | None) -> str:
    """Return an answer, cut around the claim, which is marked."""
    if verdict is None or verdict.span is None:
        return printable(shorten(answer, _ANSWER_WIDTH))
    start, end = verdict.span
    # A mark in the answer would show a claim that the judge did not see.
    before, claim, after = (
        part.replace(MARKS[0], "> > >").replace(MARKS[1], "< < <")
        for part in (answer[:start], answer[start:end], answer[end:])
    )
    marked = f"{MARKS[0]}{claim}{MARKS[1]}"
    keep = (len(before), len(before) + len(marked))
    return printable(shorten(f"{before}{marked}{after}", _ANSWER_WIDTH, keep=keep))


def head(kind: str, vendors: Sequence[str], claim: str) -> str:
    """Return the first line about a leak."""
    name = kind if kind in _APART else f"{kind} leak"
    claims = f", claims {', '.join(vendors)}" if vendors else ""
    return one_line(f"{name}{claims}: {claim}" if claim else f"{name}{claims}", HEAD_WIDTH)


def lines(found: Leak | NearAnswer) -> Iterator[str]:
    """Yield the lines about one answer; the last is the command that replays it."""
    if isinstance(found, Leak):
        yield head(found.kind, found.vendors, found.claim)
    else:
        yield f"likeness {found.score:.2f} of 5 to {one_line(found.reference)}"
    yield field("model", found.model)
    yield field("case", found.case)
    yield from quotation("asked", found.asked)
    yield from quotation("answered", found.answered)
    if isinstance(found, NearAnswer):
        yield from quotation("reference", found.reference_answered)
    else:
        yield rule(found)
    yield from replay(found.replay)


def rule(found: Leak | IdentityVerdict) -> str:
    """Return the line with the reason of a verdict, and the rule that gave it."""
    return field("rule", f"{found.reason} ({found.rule})" if found.rule else found.reason)


def replay(command: str | None) -> Iterator[str]:
    """Yield the lines that end a failure: the command stands alone, to be copied as a line."""
    if command is not None:
        yield f"{_MARGIN}replay:"
        yield f"{_MARGIN}{command}"


def behind(verdict: Verdict, report: Report) -> Iterator[Leak | NearAnswer]:
    """Yield the answers of the report that are behind a gate."""
    shown: list[Leak | NearAnswer] = [*report.leaks, *report.nearest]
    for each in shown:
        if each.model == verdict.model and verdict.expression in each.gates:
            yield each


def section(report: Report) -> Iterator[Section]:
    """Yield a section with the leaks and the nearest answers, if there are any."""
    shown: list[Leak | NearAnswer] = [*report.leaks, *report.nearest]
    if shown:
        what = "First leaks" if report.leaks else "Nearest answers"
        yield Section(title=what, blocks=tuple(Lines(lines=tuple(lines(each))) for each in shown))


def field(name: str, text: str) -> str:
    """Return a line about a case with a text of ours."""
    return f"{_MARGIN}{name:<{_NAME_WIDTH}}{one_line(text)}"


def quotation(name: str, text: str) -> Iterator[str]:
    """Yield the lines about a case that quote a text of somebody else."""
    margin = _MARGIN + " " * _NAME_WIDTH
    for number, line in enumerate(quoted(text, margin, columns=COLUMNS - len(_MARGIN))):
        yield line if number else f"{_MARGIN}{name:<{_NAME_WIDTH}}{line.removeprefix(margin)}"
