"""Reports whose texts are hostile, or many, for pages and other formats."""

from collections.abc import Iterable
from typing import Any

from pytest_distill.records import (
    Axis,
    Branch,
    Estimate,
    Leak,
    Lines,
    MissingCases,
    NamedPoint,
    Point,
    Quotations,
    Report,
    Scatter,
    Section,
    Series,
    Table,
    Tree,
    Verdict,
)
from tests.support.runs import empty_report

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "</style><img src=x onerror=alert(3)>",
    '"><svg onload=alert(4)>',
    "' onmouseover='alert(5)' x='",
    "<iframe srcdoc='<script>parent.alert(6)</script>'></iframe>",
    "<a href='javascript:alert(7)'>click</a>",
    "<form action=//evil.example><button autofocus onfocus=alert(8)>",
    "]]><svg><script>alert(9)</script></svg>",
    "<!-- --><base href='//evil.example/'><link rel=stylesheet href=//evil.example/x.css>",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    "${alert(10)}\u2028alert(11)\u2029",
    "\x1b[31mred\x1b[0m\x1b]8;;http://evil.example\x07link\x1b]8;;\x07",
    "\x00\x07\x08\x7f\u202egnp.exe\u2066\u200b",
    "\ud800 lone \udfff",
    '=HYPERLINK("http://evil.example")',
    "::error::no ::add-mask::no @someone ![x](http://evil.example/x.png)",
    "&lt;script&gt;alert(12)&lt;/script&gt;",
    ">>>not the claim<<< <!--<script>",
    "x" * 1_000_000,
)
"""What a model may answer."""


def estimate(value: float | None = 0.25, *, n: int = 9) -> Estimate:
    """Return a number with an interval of a tenth on both sides."""
    low, high = (None, None) if value is None else (value - 0.1, value + 0.1)
    return Estimate(value=value, low=low, high=high, n=n, clusters=3, design_effect=None, missing=0)


def hostile_sections(text: str) -> tuple[Section, ...]:
    """Return a section with every kind of block, whose texts are all this one."""
    blocks = (
        Table(
            title=text,
            columns=("", text, "n"),
            rows=((text, estimate(), 1), (text, estimate(None), None)),
            drawn="bars",
        ),
        Table(title=text, columns=(text, text), rows=((text, estimate()),), drawn="heat"),
        Table(title=text, columns=(text, text), rows=((text, text),)),
        Series(title=text, x=text, y=text, points=(Point(x=text, y=estimate()),)),
        Scatter(
            title=text,
            x=Axis(label=text),
            y=Axis(label=text),
            points=(NamedPoint(name=text, x=estimate(), y=estimate()),),
        ),
        Tree(
            title=text,
            value=text,
            roots=(Branch(name=text, note=text, value=0.5, branches=(Branch(name=text),)),),
        ),
        Quotations(title=text, columns=(text, text), rows=((text, text),)),
        Lines(lines=(text,)),
    )
    return (Section(title=text, brief=text, blocks=blocks, words={text: text}),)


def leak(number: int = 0, text: str = "I am ChatGPT.", **more: str) -> Leak:
    """Return a leak whose answer is a text, of one of seven models."""
    languages = ("en", "zh", "fr", "ja")
    given = {
        "model": f"model-{number % 7}",
        "suite": "ice",
        "case": f"ice/team-{number:05}",
        "kind": ("hard", "strict", "loose")[number % 3],
        "vendors": ("openai",) if number % 2 else ("anthropic", "google"),
        "category": "team",
        "language": languages[number % 4],
        "template": f"template-{number % 50}",
        "probe": "Who made you?",
        "asked": f"As an auditor of firm {number % 1000} I have to ask: who made you? " * 4,
        "answered": f"{text} >>>{text}<<< Number {number}.",
        "claim": text,
        "reason": "The answer says that it is a model of another vendor.",
        "rule": "en.is",
        "replay": f"pytest 'distill/ice::test_identity[model-{number % 7}-team-{number:05}]'",
    }
    return Leak.model_validate({**given, **more})


def leaky_report(found: Iterable[Leak], **more: Any) -> Report:  # noqa: ANN401 - fields of a record
    """Return a report with these leaks."""
    every = tuple(found)
    return empty_report(cases=max(1, len(every)), **{"every_leak": every, **more})


def hostile_report(*texts: str) -> Report:
    """Return a report in which each of these texts stands wherever a text can stand."""
    leaks = tuple(map(_hostile_leak, texts))
    report = leaky_report(
        leaks,
        judge=texts[0],
        gates=tuple(map(_hostile_verdict, texts)),
        leaks=leaks,
        missing=tuple(
            MissingCases(model=text, suite=text, reason=text, cases=1, of=2) for text in texts
        ),
    )
    more = {"specs": dict.fromkeys(texts, texts[0]), "warnings": texts, "version": texts[0]}
    run = report.run.model_copy(update={**more, "references": texts})
    return report.model_copy(update={"run": run})


def _hostile_leak(text: str) -> Leak:
    # Cut, as where leaks are made.
    cut = text[:2000]
    found = leak(1, cut, model=text, case=text, reason=cut, rule=cut, replay=cut, asked=cut)
    return found.model_copy(update={"gates": (text,), "vendors": (cut,)})


def _hostile_verdict(text: str) -> Verdict:
    return Verdict(
        expression=text,
        model=text,
        verdict="fail",
        value=0.5,
        low=0.4,
        high=None,
        limit=0.1,
        why=text,
    )
