"""Each feature counts what it says."""

import random

import pytest

from pytest_distill.similarity.style_features import STYLE_FEATURES, feature_vector
from tests.support.writers import lister


def shown(answer: str, *, prompt: str = "") -> dict[str, float]:
    """Return the features of an answer by name."""
    vector = feature_vector(answer, prompt=prompt)
    assert vector is not None
    return {
        feature.name: value for feature, value in zip(STYLE_FEATURES, vector.features, strict=True)
    }


LIST = "Here are some:\n\n1. Bread: from wheat.\n2. Rice: from paddies.\n\nEnjoy!"


def test_a_list_is_seen_with_what_surrounds_it() -> None:
    """A lead-in to a colon, two items with names, a loud end."""
    features = shown(LIST)

    assert features["numbered"] == 0.5
    assert features["named items"] == 0.5
    assert features["lead-ins"] == features["closing lines"] == features["opens to a colon"] == 1
    assert features["closes loudly"] == features["opens with a welcome"] == 1
    assert features["bullets"] == features["one line"] == 0


@pytest.mark.parametrize(
    ("answer", "feature"),
    [
        ("## Title\nText", "headings"),
        ("**Bold** text", "bold"),
        ("**Bold** text", "bold heads"),
        ("* one\n* two", "asterisks"),
        ("• one\n• two", "dots"),
        ("an *italic* word", "italics"),
        ("a `name` in code", "inline code"),
        ("```\nx = 1\n```", "code"),
        ("| a | b |", "tables"),
        ("it's so", "contractions"),
        ("“so”", "curly quotes"),
        ("fine 🎉", "emoji"),
        ("the NASA", "capitals"),
        ("a; b", "semicolons"),
        ("a (b)", "brackets"),
        ("well-known", "hyphens"),
        ("one - two", "dashes"),
        ("We go", "we"),
        ("I think", "opens with itself"),
        ("So?", "closes with a question"),
        ("Feel free to ask", "closes with an offer"),
        ("Overall, yes.", "closes with a summary"),
        ("- Rome - a city", "dashed items"),
    ],
)
def test_a_habit_is_seen_where_it_is(answer: str, feature: str) -> None:
    """And not in plain words."""
    assert shown(answer)[feature] > 0
    assert shown("nothing of the kind")[feature] == 0


def test_chinese_marks_count_as_their_narrow_kin() -> None:
    """Words are characters, sentences end at 。, and lists are lists."""
    features = shown(
        "以下是几点：\n\n1. 面包：由小麦制成。\n2. 米饭：由稻米制成。\n\n希望对您有帮助！"
    )

    assert features["numbered"] == 0.5
    assert features["named items"] == 0.5
    assert features["opens to a colon"] == features["closes loudly"] == 1
    assert features["closes with an offer"] == features["opens with a welcome"] == 1
    assert features["colons"] > 0


def test_a_question_that_is_repeated_is_seen() -> None:
    """As much of the first line as there is of it."""
    assert shown("Rivers freeze slowly", prompt="Why do rivers freeze?")["echoes"] == 2 / 3
    assert shown("Because", prompt="Why do rivers freeze?")["echoes"] == 0


def test_saying_everything_twice_changes_little() -> None:
    """No feature is a length."""
    once = lister("What?", random.Random(1))
    paragraphs = "A river runs; it ends.\n\nA garden grows; it rests."

    rates = {"semicolons", "commas", "full stops", "long sentences", "capitalised"}
    twice = shown(f"{paragraphs}\n\n{paragraphs}")
    assert {name: shown(paragraphs)[name] for name in rates} == pytest.approx(
        {name: twice[name] for name in rates}
    )
    assert shown(once)["numbered"] == pytest.approx(shown(f"{once}\n{once}")["numbered"])


@pytest.mark.parametrize("nothing", ["", " \n\t", "\u200b\ufeff", "\r\n"])
def test_nothing_said_has_no_features(nothing: str) -> None:
    """It is missing, not a short answer."""
    assert feature_vector(nothing) is None
