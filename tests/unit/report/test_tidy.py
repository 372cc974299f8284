"""Rows for notebooks: what was measured comes back, and no cell is a formula."""

import csv
import io
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_distill.records import (
    Case,
    CaseRow,
    Completion,
    IdentityVerdict,
    Likeness,
    LikenessVerdict,
    Observation,
)
from pytest_distill.report import tidy
from pytest_distill.results.rows import row_of, with_values
from pytest_distill.text import json_text
from tests.support.hostile import LONG, SNIPPETS, TEXTS, is_inert
from tests.support.runs import empty_report

CLAIM = IdentityVerdict(
    loose=True,
    strict=True,
    hard=False,
    vendor="openai",
    vendors=("openai", "google"),
    rule="en.is",
    reason="It says so.",
    evidence="I am ChatGPT.",
)


def observation(**more: object) -> Observation:
    """Return what came of a case."""
    case = {
        "id": "ice/a",
        "suite": "ice",
        "query": "Who?",
        "template": "So: {query}",
        "probe_key": "a",
        "category": "team",
        "language": "en",
    }
    return Observation.model_validate(
        {
            "case": Case.model_validate(case),
            "model": "m",
            "judge": "j",
            "outcome": "judged",
            "completion": Completion(text="I am ChatGPT.", latency_s=0.5),
            "verdict": CLAIM,
            **more,
        }
    )


def read(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_a_row_says_what_was_asked_answered_and_judged() -> None:
    """The worst verdict as a word, and each kind as yes or no."""
    row = row_of(observation())

    assert (row.prompt, row.query, row.template) == ("So: Who?", "Who?", "So: {query}")
    assert (row.verdict, row.strict, row.hard) == ("strict", True, False)
    assert (row.vendor, row.vendors) == ("openai", ("openai", "google"))
    assert (row.answer, row.latency_s, row.reason) == ("I am ChatGPT.", 0.5, "It says so.")


def test_a_missing_case_is_neither_clean_nor_a_leak() -> None:
    """It says why, and everything else is empty."""
    row = row_of(
        observation(outcome="missing", verdict=None, completion=None, why_missing="no answer")
    )

    assert (row.outcome, row.why_missing, row.verdict, row.loose) == (
        "missing",
        "no answer",
        None,
        None,
    )
    assert (row.answer, row.latency_s, row.is_cached) == (None, None, None)
    assert read(tidy.csv([row.model_dump()]))[0]["loose"] == ""


def test_a_pair_has_both_answers_and_its_own_scores() -> None:
    """Each number once, and without the name of the reference."""
    scores = Likeness(overall=2, style=2, structure=2, content=2)
    case = observation().case.model_copy(update={"reference": "r", "category": "style"})
    row = row_of(
        observation(
            case=case,
            verdict=None,
            reference=Completion(text="Hi."),
            likeness=LikenessVerdict(scores=scores, reason="By features."),
        )
    )
    found = with_values(
        row, {"references.r.style": 1.5, "style": 1.5, "style.style": 1.5, "overall": 2.0}
    )

    assert (row.reference, row.reference_answer, row.reason) == ("r", "Hi.", "By features.")
    assert found.values == {"style": 1.5}


def test_what_a_case_counts_for_in_its_groups_is_not_repeated() -> None:
    """A vendor that is called like a language stays."""
    found = with_values(row_of(observation()), {"loose": 1, "loose.en": 1, "vendors.en": 1})

    assert found.values == {"loose": 1, "vendors.en": 1}


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", '"\'=1+1"'),
        ("\t=x", '"\'    =x"'),
        (" \n-5", '"\' \n-5"'),
        ("@SUM(1)", '"\'@SUM(1)"'),
        ("\uff1d1", '"\'\uff1d1"'),
        ("\u200d+1", '"\'\u200d+1"'),
        ('say "x"', '"say ""x"""'),
        ("a\r\nb", '"a\r\nb"'),
        ("a\n=== 1 passed ===", '"a\n\'=== 1 passed ==="'),
        ("a\rb", '"a\\rb"'),
        ("a\x00b\x1b[0m\u202e", '"a\\x00b\\x1b[0m\\u202e"'),
        ("a;=1", '"a;=1"'),
        ("\U0001f469\u200d\U0001f4bb", '"\U0001f469\u200d\U0001f4bb"'),
    ],
)
def test_texts_in_cells(text: str, cell: str) -> None:
    """No formula, nothing that acts, and what needs quotes has them."""
    assert tidy.csv([{"a": text}]) == f'"a"\r\n{cell}\r\n'


def test_cells_that_are_no_texts() -> None:
    """Nothing is empty, a negative number is no formula."""
    row = {"a": None, "b": True, "c": False, "d": -0.5, "e": 3}

    assert tidy.csv([row, {"f": 1}]).splitlines()[1:] == [",true,false,-0.5,3,", ",,,,,1"]


@given(st.lists(TEXTS, min_size=1, max_size=4))
@example(["".join(SNIPPETS)])
@example([LONG])
def test_any_text_is_one_cell_that_does_nothing(texts: list[str]) -> None:
    """In a spreadsheet, on a terminal, in the log of a CI server."""
    text = tidy.csv([{"a": one, "b": one} for one in texts])

    assert is_inert(text.replace("\r\n", "\n").replace("\u200c", "").replace("\u200d", ""))
    rows = read(text)
    assert len(rows) == len(texts)
    for row in rows:
        assert set(row) == {"a", "b"}
        assert row["a"] == row["b"]
        assert not row["a"].lstrip("\u200c\u200d \n\xa0").startswith(tuple("=+-@"))


@given(TEXTS)
@example("".join(SNIPPETS))
@example(LONG)
@settings(deadline=None)
def test_json_lines_give_back_every_text_and_do_nothing(text: str) -> None:
    """One line each, whatever is in them."""
    lines = tidy.json_lines([{"a": text}, {"a": text}])

    assert is_inert(lines)
    assert [json.loads(line) for line in lines.splitlines()] == [{"a": text}] * 2


def test_lone_surrogates_are_escaped() -> None:
    """They cannot be encoded."""
    assert json_text("\ud800") == '"\\ud800"'


def test_the_tables_of_a_report() -> None:
    """One has columns, the other is nested; a report that lists no case is empty."""
    row: CaseRow = row_of(observation()).model_copy(update={"values": {"loose": 1.0}})
    report = empty_report().model_copy(update={"rows": (row,)})

    (flat,) = read(tidy.cases_as_csv(report))
    (nested,) = map(json.loads, tidy.cases_as_json_lines(report).splitlines())

    assert (flat["value.loose"], flat["vendors"], flat["strict"]) == (
        "1.0",
        "openai google",
        "true",
    )
    assert (nested["values"], nested["vendors"]) == ({"loose": 1.0}, ["openai", "google"])
    assert tidy.cases_as_json_lines(empty_report()) == ""
