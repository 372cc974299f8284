"""Sections of suites on the terminal and in Markdown, whatever their texts hold."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.records import (
    Estimate,
    Lines,
    Point,
    Section,
    Series,
    Table,
)
from pytest_distill.report import to_markdown
from pytest_distill.report.numbers import with_interval
from pytest_distill.report.terminal import rendered
from tests.support.runs import empty_report

HOSTILE = "a | b \\| c\n# PASS\r\x1b[31mred\x1b[0m\u202e|\u200b\ttab"

TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("|\\\n\r\x1b\t"))


def number(value: float | None) -> Estimate:
    """Return a number with an interval of a tenth on both sides."""
    low, high = (None, None) if value is None else (value - 0.1, value + 0.1)
    return Estimate(value=value, low=low, high=high, n=9, clusters=3, design_effect=None, missing=0)


def markdown(*sections: Section) -> list[str]:
    """Return the lines of sections in Markdown, which follow the head of the report."""
    lines = to_markdown.dumps(empty_report(), sections).split("\n")
    return lines[next(n for n, line in enumerate(lines) if line.startswith("<details>")) :]


def cells(row: str) -> list[str]:
    """Return the cells of a row as a reader of GitHub's Markdown takes them apart."""
    found: list[str] = []
    cell, at = "", 0
    while at < len(row):
        if row[at] == "\\" and at + 1 < len(row) and row[at + 1] in "|\\":
            cell, at = cell + row[at + 1], at + 2
        elif row[at] == "|":
            found, cell, at = [*found, cell], "", at + 1
        else:
            cell, at = cell + row[at], at + 1
    return [cell.strip() for cell in [*found, cell]][1:-1]


TABLE = Table(
    title="by group",
    columns=("", "rate", "n"),
    rows=(("team", number(0.25), 9), ("industry", number(None), None)),
    digits=2,
)


def test_a_table_is_aligned_on_the_terminal() -> None:
    """Names, numbers with intervals, counts, nothing."""
    assert list(rendered(Section(title="own · m", blocks=(TABLE,)))) == [
        "own · m",
        "  by group",
        "                rate               n",
        "  team          0.25 [0.15, 0.35]  9",
        "  industry      undefined",
        "",
    ]


def test_a_table_in_markdown() -> None:
    """The same cells."""
    assert markdown(Section(title="own · m", blocks=(TABLE,))) == [
        "<details><summary>own · m</summary>",
        "",
        "by group:",
        "",
        "|  | rate | n |",
        "| --- | --- | --- |",
        "| team | 0.25 [0.15, 0.35] | 9 |",
        "| industry | undefined |  |",
        "",
        "</details>",
        "",
    ]


def test_heads_that_follow_each_other_come_once_on_the_terminal() -> None:
    """Unless sentences stand between them."""
    more = TABLE.model_copy(update={"title": ""})
    apart = Section(title="t", blocks=(TABLE, more, Lines(lines=("x",)), more))

    told = list(rendered(apart))

    assert [line.split() for line in told].count(["rate", "n"]) == 2


def test_numbers_without_intervals_and_series() -> None:
    """A matrix shows values only; a series is a table of two columns."""
    bare = Table(columns=("", "a"), rows=(("b", number(0.5)),), has_intervals=False, digits=1)
    series = Series(title="by size", x="size (B)", y="rate", points=(Point(x=1.5, y=number(0.5)),))
    section = Section(title="t", blocks=(bare, series))

    terminal, pages = list(rendered(section)), markdown(section)

    assert "0.5" in terminal[2]
    assert "[" not in terminal[2]
    assert terminal[-2].split() == ["1.5", "0.500", "[0.400,", "0.600]"]
    assert "| b | 0.5 |" in pages
    assert "| 1.5 | 0.500 [0.400, 0.600] |" in pages


def test_lines_keep_their_layout() -> None:
    """A tree is drawn with spaces and bars."""
    tree = ("a ──┐", "    ├── x | y", "b ──┘")
    section = Section(title="family tree", blocks=(Lines(lines=tree),))

    assert list(rendered(section))[1:-1] == [f"  {line}" for line in tree]
    assert markdown(section)[-6:-3] == [f"    {line}" for line in tree]


HOSTILE_SECTION = Section(
    title=HOSTILE,
    blocks=(
        Table(title=HOSTILE, columns=(HOSTILE, HOSTILE), rows=((HOSTILE, HOSTILE),)),
        Lines(lines=(HOSTILE,)),
        Series(title=HOSTILE, x=HOSTILE, y=HOSTILE, points=(Point(x=HOSTILE, y=number(1)),)),
    ),
)


def test_hostile_text_stays_in_its_line_and_cell() -> None:
    """No line more than for harmless text, nothing that moves a cursor, no cell too many."""
    harmless = Section.model_validate_json(
        HOSTILE_SECTION.model_dump_json().replace(
            HOSTILE_SECTION.model_dump_json(include={"title"})[10:-2], "x"
        )
    )
    assert harmless.title == "x"

    for show in (lambda section: list(rendered(section)), markdown):
        told, plain = show(HOSTILE_SECTION), show(harmless)
        assert len(told) == len(plain)
        assert all("\n" not in line and line.isprintable() for line in told)
    rows = [line for line in markdown(HOSTILE_SECTION) if line.startswith("|")]
    assert {len(cells(row)) for row in rows} == {2}


@given(texts=st.lists(TEXTS, min_size=3, max_size=3))
def test_any_text_stays_in_its_cell(texts: list[str]) -> None:
    """A row has as many cells as there are columns; a backslash frees no bar."""
    table = Table(columns=("a", "b", "c"), rows=(tuple(texts),))
    section = Section(title=texts[0], blocks=(table, Lines(lines=tuple(texts))))

    pages = markdown(section)
    terminal = list(rendered(section))

    rows = [line for line in pages if line.startswith("| ")]
    assert len(rows) == 3
    assert all(len(cells(row)) == 3 for row in rows)
    assert len(terminal) >= 7, "title, heads, row, three lines, and an empty one"
    assert all(len(line) <= 80 for line in terminal)
    assert all(re.fullmatch(r"[^\x00-\x1f\x7f]*", line) for line in (*pages, *terminal))


@pytest.mark.parametrize("text", ["\\", "\\\\", "|", "\\|", "\\\\|", "a\\|b|c\\"])
def test_bars_and_backslashes(text: str) -> None:
    """Each is read as one cell."""
    table = Table(columns=("", "x"), rows=((text, text),))

    row = markdown(Section(title="", blocks=(table,)))[-4]

    assert len(cells(row)) == 2


def test_a_number_without_an_interval_is_shown() -> None:
    """As of scores that are all equal; undefined is only what has no value."""
    known = number(0.25)
    bare = known.model_copy(update={"low": None, "high": None})

    shown = [with_interval(estimate) for estimate in (known, bare, number(None))]

    assert shown == ["0.250 [0.150, 0.350]", "0.250 [no interval]", "undefined"]
