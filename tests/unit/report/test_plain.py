"""Figures where nothing is drawn: on the terminal and in Markdown, with all their numbers."""

import re

from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.records import (
    Axis,
    Block,
    Branch,
    Lines,
    NamedPoint,
    Quotations,
    Scatter,
    Section,
    Table,
    Tree,
)
from pytest_distill.report import to_markdown
from pytest_distill.report.plain import plain
from pytest_distill.report.terminal import rendered
from tests.support.pages import HOSTILE, estimate, hostile_sections
from tests.support.runs import empty_report


def shown(block: Block) -> list[str]:
    """Return the lines of a block on the terminal."""
    return [line.rstrip() for line in rendered(Section(title="t", blocks=(block,)))][1:-1]


def test_a_scatter_is_a_table_of_both_numbers() -> None:
    """A row a model."""
    points = (NamedPoint(name="qwen", x=estimate(3.1), y=estimate(0.2)),)
    scatter = Scatter(x=Axis(label="likeness"), y=Axis(label="leaks"), points=points)

    assert shown(scatter) == [
        "                likeness              leaks",
        "  qwen          3.100 [3.000, 3.200]  0.200 [0.100, 0.300]",
    ]


def test_a_tree_is_indented() -> None:
    """With the value of each node, and what is noted of it."""
    inner = Branch(name="", value=0.1, branches=(Branch(name="a"), Branch(name="b", note="new")))
    tree = Tree(
        title="family",
        value="distance",
        roots=(Branch(name="", value=0.4, branches=(Branch(name="gpt"), inner)),),
    )

    assert shown(tree) == [
        "  family",
        "  0.40",
        "    gpt",
        "    0.10",
        "      a",
        "      b  new",
    ]


def test_quotations_stand_behind_their_heads() -> None:
    """Each line behind a mark, so that none of a model's passes for one of ours."""
    quotations = Quotations(
        title="alike", columns=("asked", "candidate"), rows=(("Why?", "Because\nit " + "is " * 30),)
    )

    assert shown(quotations) == [
        "  alike",
        "    asked      | Why?",
        "    candidate  | Because it" + " is" * 17,
        "               |" + " is" * 13,
    ]


def test_tables_and_lines_are_as_they_were() -> None:
    """They are plain."""
    table = Table(columns=("", "rate"), rows=(("all", estimate()),), drawn="bars")
    lines = Lines(lines=("x",))

    assert plain(table) is table
    assert plain(lines) is lines


@given(st.text() | st.sampled_from(HOSTILE[:-1]))
def test_any_text_stays_in_its_line(text: str) -> None:
    """In every kind of block: nothing moves a cursor, or begins a line of its own."""
    sections = hostile_sections(text)

    terminal = [line for each in sections for line in rendered(each)]
    markdown = to_markdown.dumps(empty_report(), sections).split("\n")

    assert not re.search(r"[\x00-\x1f\x7f\x9b\u202a-\u202e]", "".join([*terminal, *markdown]))
