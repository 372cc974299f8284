"""Numbers in figures and words."""

from fractions import Fraction

import pytest

from pytest_distill.judges.numerals import chinese, tokens


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("one, two, three", [1, 2, 3]),
        ("five three", [5, 3]),
        ("nineteen forty-nine", [19, 49]),
        ("three hundred thousand", [300_000]),
        ("one million two hundred thousand and six", [1_200_006]),
        ("a hundred and one", [101]),
        ("three and four", [3, "and", 4]),
        ("two dozen", [24]),
        ("10-3", [10, 3]),
        ("x = -5", ["x", -5]),
        ("1, 2, 3", [1, 2, 3]),
        ("x2", ["x2"]),
        ("1/0", ["1/0"]),
        ("42%", [42, "%"]),
        ("3 百", [300]),
        ("万里", ["万", "里"]),
        ("minus", ["minus"]),
        ("第", ["第"]),
        ("one second", [1, "second"]),
        ("the second", ["the", 2]),
        ("a quarter", [Fraction(1, 4)]),
        ("a third", [Fraction(1, 3)]),
        ("3 hundred million", [300_000_000]),
        ("minus one half", [Fraction(-1, 2)]),
    ],
)
def test_words_and_figures_are_told_apart(text: str, wanted: list[str | int]) -> None:
    """A list of numbers is no sum, and a name with a figure no number."""
    assert tokens(text) == wanted


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("十二点五", Fraction(25, 2)),
        ("五十", 50),
        ("一万零三百", 10_300),
        ("两亿三千万", 230_000_000),
    ],
)
def test_chinese_numerals_of_any_size(numeral: str, value: Fraction | int) -> None:
    """With tens of thousands, and with decimals."""
    assert chinese(numeral) == value


def test_a_number_of_thousands_of_digits_is_a_word() -> None:
    """Reading it as a number would be an error."""
    assert tokens("9" * 5000) == ["9" * 5000]


@pytest.mark.parametrize("unit", ["minus ", "第", "负", "3 million million ", "hundred ", "a "])
def test_text_without_end_is_read_all_the_same(unit: str) -> None:
    """It comes from a model."""
    assert tokens(unit * 5000)
