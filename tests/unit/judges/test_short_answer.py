"""Short answers: what counts as right, and what only looks like it."""

# ruff: noqa: RUF001 - Chinese has its own punctuation

import pytest

from pytest_distill.judges.short_answer import is_right

CAPITAL = "What is the capital of Australia?"
SUM = "Mia has 12 apples and buys 30. How many apples does she have?"
LIST = "What does this Python program print?"
OPTIONS = "Which is heavier, a whale or a mouse?"
COLOUR = "What is the colour of the bicycle?"
CHINESE_CAPITAL = "中国的首都是哪座城市？"
CHINESE_SUM = "小明有 12 颗糖，又买了 30 颗，一共有几颗？"


@pytest.mark.parametrize(
    "answer",
    [
        "Canberra",
        "canberra.",
        "**Canberra**",
        "`Canberra`",
        '"Canberra"',
        "The answer is Canberra.",
        "Answer: Canberra",
        "**Answer:** Canberra",
        "The answer is **Canberra**, because it was built to be the capital.",
        "The capital of Australia is Canberra.",
        "Canberra is the capital of Australia.",
        "It's Canberra!",
        "It is the city of Canberra.",
        "ＣＡＮＢＥＲＲＡ",
        "Many people say Sydney.\n\nFinal answer: Canberra",
        "The capital is Sydney. Wait, that is wrong: the capital is Canberra.",
        "Canberra\n\nIt was founded in 1913, between Sydney and Melbourne.",
        "<think>Sydney? No.</think>Canberra",
        "\\boxed{Canberra}",
        "\\boxed{\\text{Canberra}}",
        "I think it is Canberra.",
        "The capital of Australia is Canberra (not Sydney).",
        "# Answer\n\nCanberra",
        "The capital is called Canberra and it is not on the coast.",
    ],
)
def test_a_name_may_be_said_in_many_ways(answer: str) -> None:
    """Case, width, marks, articles and a whole sentence around it make no difference."""
    assert is_right(answer, ("Canberra",), question=CAPITAL) is True


@pytest.mark.parametrize(
    "answer",
    [
        "Sydney",
        "Canberra or Sydney",
        "Either Canberra or Sydney.",
        "Canberra, Sydney, Melbourne, Perth",
        "Canberra/Sydney",
        "Sydney and Canberra",
        "- Canberra\n- Sydney\n- Melbourne",
        "1. Sydney\n2. Canberra",
        "The capital of Australia is not Canberra.",
        "It is not Sydney but somewhere near Canberra.",
        "Canberra? Maybe Sydney.",
        "The answer is Canberra. Or it could be Sydney.",
        "The answer is Canberra. Alternatively, Sydney.",
        "The capital of Australia is Canberra. Wait, no: it is Sydney.",
        "Final answer: Canberra. Final answer: Sydney.",
        "Canberran",
        "Newcanberra",
        "Not Canberra",
        "I don't know.",
        "I cannot answer that.",
        "Canberra is not the capital of Australia.",
        "<think>Canberra</think>Sydney",
        "The capital of Australia is a city that is larger than Canberra.",
    ],
)
def test_a_name_that_is_only_mentioned_is_wrong(answer: str) -> None:
    """Neither a list of guesses nor a denial is an answer."""
    assert is_right(answer, ("Canberra",), question=CAPITAL) is False


@pytest.mark.parametrize("answer", ["", "  \n", "<think>Canberra</think>", "**", "..."])
def test_no_answer_is_missing_not_wrong(answer: str) -> None:
    """Nothing was said that could be wrong."""
    assert is_right(answer, ("Canberra",), question=CAPITAL) is None


@pytest.mark.parametrize(
    "answer",
    [
        "42",
        "42.",
        "42.0",
        "４２",
        "**42**",
        "$42$",
        "42 apples",
        "forty-two",
        "Forty two apples.",
        "The answer is 42.",
        "#### 42",
        "\\boxed{42}",
        "12 + 30 = 42",
        "12 + 30 = **42** apples",
        "She has 42 apples.",
        "Mia has 12 apples and buys 30, so she has 12 + 30 = 42 apples.",
        "42\n\nShe had 12 and bought 30.",
        "First 12 apples. Then 30 more.\n\n12 + 30 = 42",
        "It is 41. Wait, it is 42.",
        "Answer: 42 (12 + 30)",
        "So she has 42 apples in total.",
    ],
)
def test_a_number_may_be_written_in_many_ways(answer: str) -> None:
    """In figures or words, with a unit, or at the end of a calculation."""
    assert is_right(answer, ("42",), question=SUM) is True


@pytest.mark.parametrize(
    "answer",
    [
        "142",
        "420",
        "4.2",
        "-42",
        "42%",
        "42 or 43",
        "42, maybe 43",
        "41, 42, 43",
        "about 42 to 44",
        "between 40 and 42",
        "not 42",
        "12 + 30 = 42 = 43",
        "12 + 30 = 43",
        "42 oranges",
        "1. 42\n2. 43",
        "The answer is 43.\n\n42 would be wrong.",
        "42. Or 43.",
        "The answer is 42. No, the answer is 43.",
        "42 thousand",
    ],
)
def test_a_number_inside_another_or_among_others_is_wrong(answer: str) -> None:
    """No credit by substring, and none for a guess that covers several."""
    assert is_right(answer, ("42",), question=SUM) is False


@pytest.mark.parametrize(
    "answer",
    ["1,234,567", "1234567", "1 234 567", "1'234'567", "1,234,567.00", "１，２３４，５６７"],
)
def test_thousands_may_be_parted(answer: str) -> None:
    """By commas, blanks or apostrophes."""
    assert is_right(answer, ("1234567",), question="What is 1,234,000 plus 567?") is True


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ("two thousand and five", "2005"),
        ("one hundred twenty-three", "123"),
        ("minus five", "-5"),
        ("\N{MINUS SIGN}5", "-5"),
        ("zero", "0"),
        ("a dozen", "12"),
        ("3/8", "0.375"),
        ("0.5", "1/2"),
        ("one half", "0.5"),
        (".375", "0.375"),
        ("the ninth", "9"),
        ("the 9th", "9"),
        ("二十一", "21"),
        ("两百零五", "205"),
        ("一千零一", "1001"),
        ("三万二千", "32000"),
        ("一九四九", "1949"),
        ("二〇〇八年", "2008"),
        ("十", "10"),
        ("负五", "-5"),
        ("第三", "3"),
        ("4万", "40000"),
        ("零点五", "0.5"),
    ],
)
def test_numbers_in_words_are_numbers(answer: str, wanted: str) -> None:
    """English and Chinese, cardinal and ordinal."""
    assert is_right(answer, (wanted,), question="In which year? 哪一年？") is True


@pytest.mark.parametrize(
    "answer",
    [
        "北京",
        "北京。",
        "**北京**",
        "答案是北京。",
        "答案：北京",
        "中国的首都是北京。",
        "北京是中国的首都。",
        "首都为“北京”。",
        "正确答案是：**北京**",
        "上海。不对，应该是北京。",
    ],
)
def test_a_chinese_name_may_be_said_in_many_ways(answer: str) -> None:
    """As in English."""
    assert is_right(answer, ("北京",), question=CHINESE_CAPITAL) is True


@pytest.mark.parametrize(
    "answer",
    [
        "上海",
        "北京或上海",
        "北京、上海、南京",
        "不是北京",
        "北京人",
        "答案是北京，也可能是上海。",
        "中国的首都不是北京。",
        "答案是北京。不，答案是上海。",
    ],
)
def test_a_chinese_name_that_is_only_mentioned_is_wrong(answer: str) -> None:
    """As in English."""
    assert is_right(answer, ("北京",), question=CHINESE_CAPITAL) is False


@pytest.mark.parametrize(
    "answer", ["42", "42 颗", "四十二颗。", "一共有 42 颗糖。", "答案是42。", "12+30=42（颗）"]
)
def test_a_chinese_number_may_be_written_in_many_ways(answer: str) -> None:
    """With its measure word, in figures of either kind."""
    assert is_right(answer, ("42",), question=CHINESE_SUM) is True


@pytest.mark.parametrize("answer", ["四十三", "42或43", "一百四十二", "不是42", "42、43"])
def test_a_chinese_number_among_others_is_wrong(answer: str) -> None:
    """As in English."""
    assert is_right(answer, ("42",), question=CHINESE_SUM) is False


def test_an_article_is_no_count() -> None:
    """Chinese says "one" where English says "a"."""
    question = "还有几口井有水？"

    assert (
        is_right("你可以在这里提供一个精神，可以提供一个精神，", ("1",), question=question) is False
    )
    assert is_right("一个", ("1",), question=question) is True
    assert is_right("只有一口井有水。", ("1",), question=question) is True


@pytest.mark.parametrize(
    "answer",
    [
        "[1, 2, 3]",
        "[1,2,3]",
        "```\n[1, 2, 3]\n```",
        "The program prints [1, 2, 3].",
        "Output: [1, 2, 3]",
        "The output is `[1, 2, 3]`.",
        "The output of this code will be:\n\n```\n[1, 2, 3]\n```",
    ],
)
def test_a_list_is_compared_item_by_item(answer: str) -> None:
    """Blanks and the fence around it make no difference."""
    assert is_right(answer, ("[1, 2, 3]",), question=LIST) is True


@pytest.mark.parametrize("answer", ["[3, 2, 1]", "[1, 2]", "123", "[1, 2, 3, 4]", "[1, 2] or [3]"])
def test_another_list_is_wrong(answer: str) -> None:
    """Order and number of items count."""
    assert is_right(answer, ("[1, 2, 3]",), question=LIST) is False


@pytest.mark.parametrize(
    ("answer", "is_so"),
    [
        ("A whale.", True),
        ("The whale is heavier.", True),
        ("A whale is heavier than a mouse.", True),
        ("A mouse", False),
        ("A whale or a mouse", False),
        ("A whale, a mouse", False),
        ("A mouse is lighter, a whale", False),
        ("Which is heavier, a whale or a mouse?", False),
    ],
)
def test_an_option_of_the_question_has_to_be_chosen(answer: str, is_so: bool) -> None:  # noqa: FBT001 - a table
    """Repeating the question chooses nothing."""
    assert is_right(answer, ("a whale", "whale"), question=OPTIONS) is is_so


@pytest.mark.parametrize(
    ("answer", "is_so"),
    [
        ("No", True),
        ("No.", True),
        ("No, it does not.", True),
        ("Yes", False),
        ("I do not know", False),
        ("I know", False),
        ("Yes and no", False),
        ("Nobody", False),
    ],
)
def test_no_is_a_word_not_two_letters(answer: str, is_so: bool) -> None:  # noqa: FBT001 - a table
    """It stands in "know" and "nobody"."""
    assert is_right(answer, ("no",), question="Does the ferry run in winter?") is is_so


@pytest.mark.parametrize("answer", ["lighthouse", "the lighthouse", "At the lighthouse."])
def test_each_alias_is_right(answer: str) -> None:
    """Articles and short words in front make no difference."""
    accepted = ("lighthouse", "Little Brann")
    assert is_right(answer, accepted, question="Where does the crew eat lunch?") is True


def test_a_word_of_the_question_is_no_answer() -> None:
    """An echo of the question says nothing."""
    assert is_right("The colour of the bicycle.", ("green",), question=COLOUR) is False


def test_the_last_of_several_calculations_counts() -> None:
    """Steps come before the result."""
    said = "Step 1: 17 * 20 = 340\nStep 2: 17 * 3 = 51\nStep 3: 340 + 51 = 391"
    question = "What is 17 times 23?"

    assert is_right(said, ("391",), question=question) is True
    assert is_right(said, ("51",), question=question) is False


def test_marks_and_accents_may_be_left_out() -> None:
    """Not every keyboard has them."""
    assert is_right("Leos Janacek", ("Leoš Janáček",), question="Who?") is True
    assert is_right("Leoš Janáček", ("Leos Janacek",), question="Who?") is True


@pytest.mark.parametrize("answer", ["4\u200b2", "\ufeff42", "½", "42\u2060 apples"])
def test_what_nobody_sees_is_no_part_of_an_answer(answer: str) -> None:
    """Copied answers bring marks along."""
    wanted = "0.5" if answer.startswith("½") else "42"

    assert is_right(answer, (wanted,), question=SUM) is True
