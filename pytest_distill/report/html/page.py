"""The page: what stands in which order, and the template that shows it."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from pytest_distill.records import Leak, NearAnswer, Report, RunInfo, Section, Verdict
from pytest_distill.report import leaks as leak_texts
from pytest_distill.report import reuse
from pytest_distill.report.conclusion import Conclusion, conclusion
from pytest_distill.report.drawing import svg
from pytest_distill.report.drawing.gate import gate
from pytest_distill.report.drawing.style import STYLE
from pytest_distill.report.html import leaks
from pytest_distill.report.html.blocks import groups
from pytest_distill.report.judge_quality import judges
from pytest_distill.text import printable, shorten

_TEMPLATES = Path(__file__).parent / "templates"
_TEXT = 4000
_ORDER = ("fail", "inconclusive", "pass")


@dataclass(frozen=True)
class ShownGate:
    """A gate with its figure, and the first answers behind it."""

    verdict: Verdict
    figure: Markup
    answers: Sequence[tuple[str, Sequence[str]]]
    """Address in the page, empty if there is none, and lines."""


@dataclass(frozen=True)
class Content:
    """What a page shows, from its top to its end."""

    title: str
    conclusion: Conclusion
    sections: Sequence[Section]
    facts: Mapping[str, str] = field(default_factory=dict)
    specs: Mapping[str, str] = field(default_factory=dict)
    gates: Sequence[ShownGate] = ()
    report: Report | None = None
    leaks: Sequence[Leak] = ()


def dumps(report: Report, sections: Sequence[Section]) -> str:
    """Return the page of a report."""
    return rendered(
        Content(
            title=f"pytest-distill: {', '.join(report.models) or 'no model'}",
            conclusion=conclusion(report),
            sections=sections,
            facts=dict(_facts(report)),
            specs=_specs(report.run),
            gates=list(_gates(report)),
            report=report,
            leaks=report.every_leak or report.leaks,
        )
    )


def rendered(content: Content) -> str:
    """Return the text of a page."""
    style = (_TEMPLATES / "page.css").read_text("utf-8") + STYLE
    script = (_TEMPLATES / "page.js").read_text("utf-8")
    run = None if content.report is None else content.report.run
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            page=content,
            groups=groups(content.sections),
            judge_lines=[] if run is None else list(judges(run)),
            reuse_lines=[] if run is None else reuse.lines(run.reused),
            data=Markup(leaks.dumps(content.leaks)),  # noqa: S704 - without a character of HTML
            style=Markup(style),  # noqa: S704 - ours
            script=Markup(script),  # noqa: S704 - ours
            policy=_policy(style, script),
        )
    )


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )


def _visible(value: object) -> object:
    """Return a text, cut, as `printable` shows it: nothing is hidden, or turns what follows."""
    return printable(shorten(value, _TEXT)) if type(value) is str else value


def _policy(style: str, script: str) -> str:
    """Return the Content-Security-Policy: this style and this script, and no request at all."""
    # An empty icon, which a browser would request otherwise, is the one image.
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}';"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    run = report.run
    yield "run on", _date(run)
    if run.shards is not None:
        yield "part of a run", str(run.shards)
    yield "cases", _cases(run)
    if missing := sum(each.cases for each in report.missing):
        yield "without a verdict", f"{missing}: see Missing"
    yield "judge", run.judge
    yield "intervals", f"{100 * run.confidence:g} %"
    yield "seed, samples", f"{run.seed}, {run.samples}"
    yield "version", f"pytest-distill {run.version}"


def _date(run: RunInfo) -> str:
    if run.started_at is None:
        return "unknown date"
    return f"{datetime.fromtimestamp(run.started_at, UTC):%Y-%m-%d %H:%M} UTC"


def _cases(run: RunInfo) -> str:
    text = f"{run.cases_observed} of {run.cases_expected}"
    if run.cases_skipped_early:
        text += f", {run.cases_skipped_early} not needed"
    if run.cases_deselected:
        text += f", {run.cases_deselected} deselected"
    return text


def _gates(report: Report) -> Iterator[ShownGate]:
    worst_first = sorted(report.gates, key=lambda each: _ORDER.index(each.verdict))
    for number, verdict in enumerate(worst_first):
        drawing = gate(verdict)
        inline = svg.inline(drawing, f"gate{number}") if drawing else ""
        behind = leak_texts.behind(verdict, report)
        yield ShownGate(
            verdict,
            Markup(inline),  # noqa: S704 - made of escaped texts
            [(_anchor(each), [*leak_texts.lines(each)]) for each in behind],
        )


def _anchor(found: Leak | NearAnswer) -> str:
    return leaks.anchor(found) if isinstance(found, Leak) else ""


def _specs(run: RunInfo) -> Mapping[str, str]:
    """Return what each model and reference is; the facts that it was judged by, without a spec."""
    known = {label: f"facts {subject.facts}" for label, subject in run.subjects.items()}
    return {**known, **run.specs}
