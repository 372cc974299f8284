"""Columns that say the same are shown once."""

from pytest_distill.records import Cell, Estimate, Lines, Section, Table
from pytest_distill.report.equal_columns import shown_once
from pytest_distill.report.terminal import rendered


def number(value: float) -> Estimate:
    """Return a number without an interval."""
    return Estimate(
        value=value, low=None, high=None, n=9, clusters=3, design_effect=None, missing=0
    )


def table(*rows: tuple[Cell, ...]) -> Table:
    """Return a table with these rows."""
    return Table(columns=("", "loose", "strict", "hard", "n")[: len(rows[0])], rows=rows)


def test_equal_columns_of_numbers_stand_under_all_of_their_heads() -> None:
    """Also where another stands between them; names and counts never do."""
    found = list(shown_once([table(("all", number(0.5), number(0.2), number(0.5), 9))]))

    assert found == [
        Table(
            columns=("", "loose = hard", "strict", "n"),
            rows=(("all", number(0.5), number(0.2), 9),),
        )
    ]


def test_tables_of_one_section_keep_the_same_heads() -> None:
    """They stand below each other: what differs in one differs in all."""
    same = table(("all", number(0.5), number(0.5)))
    other = table(("en", number(0.5), number(0.1)))

    assert list(shown_once([same, Lines(lines=("x",)), other]))[::2] == [same, other]


def test_a_table_without_rows_keeps_its_columns() -> None:
    """There is nothing to compare."""
    empty = Table(columns=("", "loose", "strict"), rows=())

    assert list(shown_once([empty])) == [empty]


def test_the_scorecard_is_narrower_for_it() -> None:
    """The heads are joined by equals signs."""
    section = Section(title="t", blocks=(table(("all", number(0.0), number(0.0))),))

    assert list(rendered(section))[1:3] == [
        "                loose = strict",
        "  all           0.000 [no interval]",
    ]
