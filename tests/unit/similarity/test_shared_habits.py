"""Habits of writing that a student shares with its teacher."""

from random import Random

import pytest

from pytest_distill.similarity.shared_habits import HABITS, shared_habits, style
from tests.support.writers import WRITERS, prompts

PROMPT = "How do I keep bread fresh?"

LIST = (
    "Sure! Here are some ways:\n\n1. Keep it in a box.\n2. Freeze it.\n\nLet me know if that helps!"
)
PROSE = "Bread dries out in the air, so a closed box of wood or clay is best."


def shared(answer: str, teacher: str) -> dict[str, float]:
    """Return the shared habits of two answers."""
    found = shared_habits(answer, teacher, prompt=PROMPT)
    assert found is not None
    return dict(found)


def test_two_equal_answers_share_every_habit() -> None:
    """Whatever they are."""
    for answer in (LIST, PROSE):
        assert shared(answer, answer) == dict.fromkeys(HABITS, 1.0)
        assert style(shared(answer, answer)) == 1.0


def test_a_list_for_a_list_and_none_for_none() -> None:
    """The published question: if the teacher gives a list, does the student?"""
    other_list = "- in a box\n- in the freezer"

    assert shared(other_list, LIST)["lists"] == 1
    assert shared("It keeps in a box.", PROSE)["lists"] == 1
    assert shared(PROSE, LIST)["lists"] == 0
    assert shared(LIST, PROSE)["lists"] == 0


def test_one_item_is_no_list() -> None:
    """A dash may stand for itself."""
    assert shared("- in a box", PROSE)["lists"] == 1


@pytest.mark.parametrize(
    ("answer", "alike", "unlike"),
    [
        ("Sure! Use a box.", "Of course! Use a bag.", "Use a box."),
        ("## Bread\n\nUse a box.", "**Storage**\n\nUse a bag.", "Use a box."),
        ("1. box\n2. bag", "- bag\n- box", "Use a box."),
        ("```\nbox\n```", "```\nbag\n```", "Use a box."),
        ("Is it fresh?\nThen freeze it.", "Do you have a box?\nUse it.", "Use a box."),
        ("To keep bread fresh, use a box.", "Keep your bread fresh in a bag.", "Air is no friend."),
    ],
)
def test_openings_are_of_a_kind(answer: str, alike: str, unlike: str) -> None:
    """Not the same words: the same kind of first line."""
    assert shared(answer, alike)["opening"] == 1
    assert shared(answer, unlike)["opening"] == 0


def test_tone_and_markdown_are_the_share_of_traits_in_common() -> None:
    """One of two traits is a half."""
    assert shared("I think you know!", "I think you know.")["tone"] == pytest.approx(2 / 3)
    assert shared("**a** and `b`", "**a** and b")["markdown"] == pytest.approx(1 / 2)
    assert shared("a", "b")["tone"] == 1


def test_length_is_the_smaller_over_the_greater() -> None:
    """In either direction."""
    assert shared("one two", "one two three four")["length"] == 0.5
    assert shared("one two three four", "one two")["length"] == 0.5


@pytest.mark.parametrize("empty", ["", " \n"])
def test_an_empty_answer_has_no_habit(empty: str) -> None:
    """It is missing, not unlike."""
    assert shared_habits(empty, LIST, prompt=PROMPT) is None
    assert shared_habits(LIST, empty, prompt=PROMPT) is None


def test_a_writer_is_nearest_to_itself() -> None:
    """Over many prompts, of four writers."""
    asked = prompts(40)

    def mean(one: str, other: str) -> float:
        found = [
            shared_habits(
                WRITERS[one](prompt, Random(f"1{prompt}")),
                WRITERS[other](prompt, Random(f"2{prompt}")),
                prompt=prompt,
            )
            for prompt in asked
        ]
        return sum(style(each) for each in found if each is not None) / len(asked)

    for one in WRITERS:
        others = [mean(one, other) for other in WRITERS if other != one]
        assert mean(one, one) > max(others) + 0.2
