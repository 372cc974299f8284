"""The report in Markdown: the verdict first, and nothing that a model said does anything."""

import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_distill.records import (
    Change,
    Estimate,
    Leak,
    Lines,
    MissingCases,
    Report,
    Section,
    Shards,
    Table,
    Verdict,
)
from pytest_distill.report import to_markdown
from pytest_distill.report.markdown_text import as_html, escaped
from tests.support.hostile import LONG, SNIPPETS, TEXTS, is_inert
from tests.support.runs import empty_report

# What GitHub makes of the text of a finished page, whatever stood in the source.
GITHUB = re.compile(r"@[A-Za-z0-9]|#[0-9]|\bGH-[0-9]|://|www\.")


def verdict(decision: str, why: str = "34 of 367 answers claim another vendor") -> Verdict:
    """Return the verdict of a gate."""
    return Verdict.model_validate(
        {
            "expression": "ice.strict<=0.02",
            "model": "m",
            "verdict": decision,
            "value": 0.1,
            "low": 0.05,
            "high": 0.2,
            "limit": 0.02,
            "why": why,
        }
    )


def leak(text: str) -> Leak:
    """Return a leak that says a text."""
    return Leak(
        model="m",
        suite="ice",
        case="ice/a",
        kind="hard",
        vendors=("openai",),
        category=None,
        language=None,
        asked=text,
        answered=text,
        claim=text,
        reason=text,
        rule="en.is",
    )


def change(number: str, significance: str = "none") -> Change:
    """Return a number beside that of the baseline."""
    rise = Estimate(value=0.1, low=0.05, high=0.15, n=9, clusters=9, design_effect=None, missing=0)
    return Change.model_validate(
        {
            "model": "m",
            "number": number,
            "before": 0.1,
            "now": 0.2,
            "difference": rise,
            "significance": significance,
            "how": "the rise over the baseline, paired on 9 cases",
        }
    )


def hostile(text: str) -> Report:
    """Return a report in which everything from outside is this text."""
    missing = MissingCases(model=text, suite="ice", reason=text, cases=1, of=2)
    report = empty_report(
        judge=text,
        gates=(verdict("fail", text),),
        leaks=(leak(text),),
        missing=(missing,),
        changes=(change("ice.strict"),),
    )
    run = report.run.model_copy(update={"specs": {text: text}, "warnings": (text,)})
    return report.model_copy(update={"run": run})


def section(text: str) -> Section:
    """Return a section in which everything is this text."""
    table = Table(title=text, columns=(text, text), rows=((text, text),))
    return Section(title=text, blocks=(table, Lines(lines=(text,))))


@pytest.mark.parametrize(
    ("gates", "head"),
    [
        (("pass", "fail"), "FAIL"),
        (("pass", "inconclusive"), "INCONCLUSIVE"),
        (("pass",), "PASS"),
        ((), "no gate"),
    ],
)
def test_the_verdict_stands_first(gates: tuple[str, ...], head: str) -> None:
    """The worst of all, then the sentence; the gates follow."""
    lines = to_markdown.dumps(empty_report(gates=tuple(map(verdict, gates))), ()).split("\n")

    assert lines[0] == f"## pytest-distill: {head}"
    assert lines[2]
    assert ("### Gates" in lines) is bool(gates)


def test_it_says_what_was_measured_when_and_how() -> None:
    """In two lines."""
    report = empty_report()
    more = {"specs": {"m": "openai:m"}, "started_at": 0.0, "shards": Shards(numbers=(2,), of=3)}

    text = to_markdown.dumps(
        report.model_copy(update={"run": report.run.model_copy(update=more)}), ()
    )

    assert "\nm (openai:m)  \nshard 2 of 3 · 1970-01-01 00:00 UTC · 1 of 1 cases · judge j" in text


def test_what_changed_stands_before_what_did_not() -> None:
    """Of groups only what changed; the rest is counted."""
    changes = (
        change("ice.loose"),
        change("ice.strict"),
        change("ice.strict.zh", "rose"),
        *(change(f"ice.strict.{at}") for at in range(30)),
    )

    lines = to_markdown.dumps(empty_report(changes=changes), ()).split("\n")

    at = lines.index("### Against the baseline")
    assert lines[at + 4] == (
        "| ice.strict.zh | m | 0.100 | 0.200 | 0.100 [0.050, 0.150] | **rose** |"
    )
    assert lines[at + 5].startswith("| ice.loose |")
    assert lines[at + 8] == "30 further numbers: pytest-distill compare shows them."


def test_sections_are_folded() -> None:
    """Their titles are what is left to see."""
    text = to_markdown.dumps(empty_report(), (section("a & b"),))

    assert "\n<details><summary>a &amp; b</summary>\n\na \\" in text.replace("&amp; b:", "\\")
    assert text.endswith("\n</details>\n")


@pytest.mark.unmeasured
@given(TEXTS)
@example("".join(SNIPPETS))
@example(LONG)
@settings(deadline=None)
def test_whatever_a_model_says_is_shown_and_does_nothing(text: str) -> None:
    """Read as a reader of CommonMark with tables reads it, then as GitHub reads the page."""
    page = to_markdown.dumps(hostile(text), (section(text),))

    assert is_inert(page)
    found = Page(page)
    assert found.cells == [4, 4, 6, 6, 2, 2]
    assert not found.acting
    assert found.html <= {"<!-- -->", "<span>", "</span>"}
    assert not [text for text in found.texts if GITHUB.search(text)]
    assert len(found.blocks) == 2
    assert all(
        re.fullmatch(r"<details><summary>(?:[^<>]|<!-- -->)*</summary>\n|</details>\n", block)
        for block in found.blocks
    )


@given(TEXTS)
@settings(deadline=None)
def test_a_summary_has_no_element_and_no_mention(text: str) -> None:
    """It is HTML, which Markdown does not read."""
    shown = as_html(text)

    assert not re.search(r"[<>]", shown.replace("<!-- -->", ""))
    assert not any(GITHUB.search(part) for part in shown.split("<!-- -->"))


@given(TEXTS)
@settings(deadline=None)
def test_a_reader_sees_what_was_said(text: str) -> None:
    """Escapes are not part of it."""
    (shown,) = Page(f"x{escaped(text)}x\n").paragraphs

    assert shown.startswith("x")
    assert shown.endswith("x")
    assert len(shown) <= len(escaped(text)) + 2


@given(st.integers(0, 4_000))
@settings(deadline=None)
def test_a_text_keeps_to_its_limit(limit: int) -> None:
    """Whole parts are left out, which is said; nothing stays open."""
    report, sections = hostile("x @y ü"), (section("a"), section("b" * 300), section("c"))

    text = to_markdown.dumps(report, sections, limit=limit)

    assert len(text.encode()) <= limit
    assert text.count("<details>") == text.count("</details>")
    assert not text or text.startswith("## pytest-distill: FAIL\n")
    whole = to_markdown.dumps(report, sections)
    assert text in {"", whole} or text.endswith(" parts are left out: there is no room.\n")


class Page:
    """A page of Markdown as it is read."""

    def __init__(self, text: str) -> None:
        parser = pytest.importorskip("markdown_it", reason="needs the test group's markdown-it-py")
        tokens = parser.MarkdownIt("commonmark").enable("table").parse(text)
        inline = [token for token in tokens if token.type == "inline"]
        children = [child for token in inline for child in token.children or ()]
        self.acting = [
            child.type for child in children if child.type in {"link_open", "image", "code_inline"}
        ]
        self.html = {child.content for child in children if child.type == "html_inline"}
        self.blocks = [token.content for token in tokens if token.type == "html_block"]
        self.texts = [child.content for child in children if child.type == "text"]
        self.paragraphs = [
            "".join(c.content for c in token.children or () if c.type.startswith("text"))
            for token in inline
        ]
        self.cells = self._cells(tokens)

    @staticmethod
    def _cells(tokens: Any) -> list[int]:  # noqa: ANN401 - of the parser
        starts = [at for at, token in enumerate(tokens) if token.type == "tr_open"]
        ends = [at for at, token in enumerate(tokens) if token.type == "tr_close"]
        kinds = {"td_open", "th_open"}
        return [
            sum(token.type in kinds for token in tokens[start:end])
            for start, end in zip(starts, ends, strict=True)
        ]
