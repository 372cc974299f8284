"""How much of two answers is the same."""

import pytest

from pytest_distill.similarity.string_kernel import kernel


def test_it_is_1_for_equal_answers_and_0_for_answers_without_a_gram_in_common() -> None:
    """Symmetric, with ones on the diagonal."""
    found = kernel(["abcdefgh", "abcdefgh", "stuvwxyz"])

    assert found == [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]


def test_answers_of_a_letter_or_none_are_compared_too() -> None:
    """Yes is unlike no, and nothing is like nothing."""
    yes, no, empty = "Y", "N", ""

    found = kernel([yes, no, empty, empty])

    assert found[0][1] == 0.0
    assert found[0][2] == 0.0
    assert found[2][3] == 1.0


def test_a_common_beginning_counts_by_its_share() -> None:
    """The grams are a set: the cosine of 8 of 8 and 8 of 12."""
    (_, found), _ = kernel(["abcdefgh", "abcdefghijkl"])

    assert found == pytest.approx(8 / (8 * 12) ** 0.5)


def test_blanks_that_a_recorder_adds_do_not_matter() -> None:
    """They would be the strongest trace of all."""
    (_, found), _ = kernel(["One line.\nAnother.", " One line. \r\nAnother.\n\n"])

    assert found == 1.0
