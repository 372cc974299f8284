"""Answers cut down to what a plain and terse writer would have said."""

import pytest

from pytest_distill.similarity.terse import terse


@pytest.mark.parametrize(
    ("answer", "words", "said"),
    [
        (
            "Sure! Here are two ways to rest:\n\n1. **Sleep:** early.\n2. Read `slowly`. Or walk.",
            3,
            "Sleep: early. Read slowly.",
        ),
        ("Certainly. A kettle boils water. It is hot.", 3, "A kettle boils water."),
        ("# Kettles\n\n- They boil.\n* They whistle!\n", 100, "Kettles They boil. They whistle!"),
        ("当然。水壶可以烧水。它很热。", 3, "水壶可以烧水。"),
        ("One long sentence without an end to it", 2, "One long sentence without an end to it"),
        ("Sure!", 5, "Sure!"),
        ("Two ways:", 5, "Two ways:"),
        ("```\nprint(1)\n```", 5, "print(1) "),
        ("", 5, ""),
    ],
)
def test_an_answer_is_cut_down(answer: str, words: int, said: str) -> None:
    """No list, markup, lead-in or welcome is left; something always is."""
    assert terse(answer, words).strip() == said.strip()
