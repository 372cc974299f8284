"""The HTML report as text: what is in it, and that nothing gets out of its place."""

import base64
import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_distill.records import Lines, NearAnswer, Reuse, Section, Table, Verdict
from pytest_distill.report import html
from pytest_distill.report.conclusion import Conclusion
from pytest_distill.report.html import leaks as leak_data
from tests.support.pages import (
    HOSTILE,
    estimate,
    hostile_report,
    hostile_sections,
    leak,
    leaky_report,
)
from tests.support.runs import empty_report

TEXTS = st.text(max_size=200) | st.sampled_from(HOSTILE[:-1])


class Parsed(HTMLParser):
    """A page as a browser takes it apart, roughly: elements, attributes, and scripts."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str | None]] = []
        self.content: dict[str, list[str]] = {"script": [], "style": []}
        self.text = ""
        self._inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count an element, and note its attributes."""
        self.tags[tag] += 1
        self.attributes += attrs
        self._inside = tag
        if tag in self.content:
            self.content[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        """Leave the element."""
        del tag
        self._inside = ""

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if self._inside in self.content:
            self.content[self._inside][-1] += data
        else:
            self.text += data


def policy(page: str) -> str:
    """Return the Content-Security-Policy of a page, in which quotation marks are escaped."""
    found: str
    (found,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    return found.replace("&#39;", "'")


def shape(page: str) -> tuple[Counter[str], set[str]]:
    """Return the elements of a page, and the names of its attributes."""
    found = Parsed(page)
    return found.tags, {name for name, _ in found.attributes}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_any_text_stays_a_text(text: str) -> None:
    """Wherever it stands, the page has the elements and attributes that it has for "x"."""
    # A text of spaces alone is no title.
    given_text = f"x{text}"
    page = html.dumps(hostile_report(given_text), hostile_sections(given_text))
    tags, names = shape(html.dumps(hostile_report("x"), hostile_sections("x")))

    found = Parsed(page)

    page.encode()
    assert set(found.tags) == set(tags)
    assert found.tags["script"] == 2
    assert found.tags["a"] <= tags["a"]
    assert {name for name, _ in found.attributes} == names
    assert not [name for name in names if name.startswith("on") or name == "style"]
    targets = {value or "" for name, value in found.attributes if name in {"href", "src"}}
    assert all(target.startswith("#") or target == "data:," for target in targets)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", page)


def test_the_policy_allows_this_script_and_this_style_and_nothing_else() -> None:
    """By their hashes; no address is allowed, not even that of the page."""
    page = html.dumps(leaky_report([leak()]), ())

    found = Parsed(page)

    _, script = found.content["script"]
    (style,) = found.content["style"]
    directives = dict(part.strip().split(" ", 1) for part in policy(page).split(";"))
    assert directives == {
        "default-src": "'none'",
        "style-src": f"'{sha256(style)}'",
        "script-src": f"'{sha256(script)}'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def sha256(text: str) -> str:
    """Return the hash of a text as a policy has it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_leaks_as_data_end_no_script_and_lose_nothing(texts: list[str]) -> None:
    """No angle bracket, no ampersand, no line separator; each text is there once."""
    found = [leak(number, text) for number, text in enumerate(texts)]

    data = leak_data.dumps(found)

    assert not re.search(r"[<>&\u2028\u2029]", data)
    content = json.loads(data)
    assert len(set(content["texts"])) == len(content["texts"])
    place = content["fields"].index("case")
    assert [content["texts"][row[place]] for row in content["leaks"]] == [
        each.case for each in found
    ]
    vendors = content["fields"].index("vendors")
    (first, *_) = content["leaks"]
    assert tuple(content["texts"][at] for at in first[vendors]) == found[0].vendors


def test_a_leak_has_the_same_address_in_every_report() -> None:
    """Of its model and case, so that a link goes on to lead somewhere."""
    one, again, other = leak(1, "I am Claude."), leak(1, "I am GPT."), leak(2)

    assert leak_data.anchor(one) == leak_data.anchor(again) != leak_data.anchor(other)
    assert re.fullmatch(r"leak-[0-9a-f]{16}", leak_data.anchor(one))


VERDICT = Verdict(
    expression="ice.strict<=0.02",
    model="qwen",
    verdict="fail",
    value=0.1,
    low=0.05,
    high=0.2,
    limit=0.02,
    why="36 of 367 answers claim another vendor",
)


def test_the_page_begins_with_what_follows_and_the_worst_gate() -> None:
    """Then date, specs, and the answers behind the gate, with their place in the list."""
    passed = VERDICT.model_copy(update={"verdict": "pass", "model": "glm", "why": "0 of 367"})
    shown = leak().model_copy(update={"model": "qwen", "gates": ("ice.strict<=0.02",)})
    report = leaky_report([shown], gates=(passed, VERDICT), leaks=(shown,))
    run = report.run.model_copy(
        update={
            "started_at": 1_700_000_000.0,
            "specs": {"qwen": "openai:qwen@http://127.0.0.1:8000/v1", "gpt": "openai:gpt"},
            "references": ("gpt",),
            "cases_deselected": 3,
            "cases_skipped_early": 5,
            "reused": {
                "qwen": Reuse(
                    answers=9, cached=4, logged=0, undated=0, oldest_s=7200.0, releases=("",)
                )
            },
        }
    )

    text = " ".join(Parsed(html.dumps(report.model_copy(update={"run": run}), ())).text.split())

    places = [
        text.index(part)
        for part in (
            "Fail Do not release qwen: 36 of 367 answers claim another vendor.",
            "2023-11-14 22:13 UTC",
            "1 of 1, 5 not needed, 3 deselected",
            "openai:qwen@http://127.0.0.1:8000/v1",
            "gpt reference",
            "FAIL: 36 of 367",
            "This answer in the list of leaks",
            "PASS: 0 of 367",
            "4 of 9 answers of qwen came from the cache, the oldest 2 h old",
        )
    ]
    assert places == sorted(places)


def test_an_answer_near_a_reference_has_no_place_in_the_list_of_leaks() -> None:
    """It is no leak; it is shown with its gate alone."""
    near = NearAnswer(
        model="qwen",
        suite="rse",
        case="rse/gpt/1",
        reference="gpt",
        score=4.5,
        asked="Why?",
        answered="Because.",
        reference_answered="Because!",
        gates=("ice.strict<=0.02",),
    )

    text = Parsed(html.dumps(empty_report(gates=(VERDICT,), nearest=(near,)), ())).text

    assert "likeness 4.50 of 5 to gpt" in text
    assert "This answer in the list" not in text
    assert "No answer leaks." in text


def test_numbers_are_those_of_the_other_formats() -> None:
    """With intervals; undefined is said; a table that a figure shows too is folded if long."""
    short = Table(
        columns=("", "rate", "n"),
        rows=(("team", estimate(0.25), 9), ("all", estimate(None), None)),
        drawn="bars",
    )
    long = Table(columns=("", "rate"), rows=(("row", estimate()),) * 11, drawn="bars")
    sections = [
        Section(title="ice · qwen · 9 judged", blocks=(short,), words={"rate": "how often"}),
        Section(title="ice · glm", blocks=(Lines(lines=("  indented",)),)),
        Section(title="alone (of all)", blocks=(long,)),
    ]

    page = html.dumps(empty_report(), sections)

    text = Parsed(page).text
    assert re.search(r"0\.250\s+\[0\.150, 0\.350\]", text)
    assert "undefined" in text
    assert "  indented" in text
    assert "how often" in text
    assert page.count("The numbers as a table") == 1
    assert page.count('<details class="part"') == 2
    assert '<a href="#s1">alone</a>' in page


def test_sections_beyond_the_third_of_a_group_are_folded() -> None:
    """All but the first; their lines for terse reports say what is in them."""
    sections = [
        Section(title=f"ice · m{n} · 9 judged", brief=f"ice · m{n} · loose 0.{n}", blocks=())
        for n in range(4)
    ]

    page = html.dumps(empty_report(), sections)

    assert len(re.findall(r'<details class="part"[^>]* open>', page)) == 1
    assert "loose 0.3" in page
    assert "loose 0.0" not in page


def test_a_report_without_its_log_says_that_the_list_is_not_whole() -> None:
    """``report.json`` has the first leaks only."""
    first = leak()

    whole = html.dumps(leaky_report([first]), ())
    part = html.dumps(empty_report(leaks=(first,)), ())

    assert "Only the first leaks" not in whole
    assert "Only the first leaks" in part


def test_a_page_about_two_reports_has_no_list_of_leaks() -> None:
    """It has what follows, and the sections."""
    page = html.compared("A and B", Conclusion("fail", "It rose."), hostile_sections("x"))

    assert "Fail" in page
    assert "It rose." in page
    assert 'id="leaks"' not in page


def test_without_jinja2_one_line_says_what_to_install() -> None:
    """As a usage error, before anything is read."""
    hidden = (
        "import sys; sys.modules['jinja2'] = None; from pytest_distill.cli import main;"
        " sys.exit(main(['report', 'no.jsonl', '--format', 'html']))"
    )

    done = subprocess.run(
        [sys.executable, "-c", hidden], capture_output=True, text=True, check=False
    )

    assert done.returncode == 4
    assert "pip install 'pytest-distill[html]'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", HOSTILE[-1:])
def test_a_line_of_a_million_characters_is_cut(text: str) -> None:
    """In what is quoted in sections; the records of leaks are cut where they are made."""
    sections = hostile_sections(text)

    page = html.dumps(empty_report(), sections)

    assert len(page) < 200_000
