"""The offline judge of likeness, and the tree of who writes alike."""

import asyncio
import unicodedata
from itertools import combinations

import pytest

from pytest_distill.data import feature_scaling
from pytest_distill.errors import UsageError
from pytest_distill.records import Case, Likeness
from pytest_distill.similarity.feature_scaling import FeatureScaling
from pytest_distill.similarity.judge import NOTHING_TO_COMPARE, SimilarityJudge
from pytest_distill.similarity.style_features import STYLE_FEATURES
from pytest_distill.similarity.tree import Joined, clustered

NUMBERS = feature_scaling.load_shipped(feature.name for feature in STYLE_FEATURES)
JUDGE = SimilarityJudge(FeatureScaling(*(tuple(column) for column in zip(*NUMBERS, strict=True))))
PROSE = "Bread keeps best in a paper bag. Put it somewhere dry, and freeze what is left."
LIST = "Here you go!\n\n1. **Bag**: use paper.\n2. **Freezer**: for what is left.\n\nEnjoy!"
CHINESE = "面包最好放在纸袋里。请放在干燥的地方，吃不完的可以冷冻。"


def scores(one: str, other: str) -> Likeness:
    """Return how alike two answers are."""
    found = JUDGE.compare_now("How do I keep bread?", one, other).scores
    assert found is not None
    return found


@pytest.mark.parametrize("answer", [PROSE, LIST, CHINESE, "```\nx = 1\n```", "7"])
def test_an_answer_is_like_itself(answer: str) -> None:
    """In every respect, whatever it is written in."""
    assert scores(answer, answer) == Likeness(overall=5, style=5, structure=5, content=5)


def test_the_order_does_not_matter() -> None:
    """Nor what a recorder added to either."""
    dressed = unicodedata.normalize("NFD", f" \n{LIST}  ".replace("\n", "\r\n")) + "\u200b"

    assert scores(PROSE, LIST) == scores(LIST, PROSE) == scores(PROSE, dressed)


def test_the_same_points_in_another_form_differ_in_form() -> None:
    """And a rewording differs in words more than in form."""
    reworded = "Loaves stay good in a linen sack. Keep them where it is cool, and toast the rest."

    assert scores(PROSE, reworded).structure > scores(PROSE, LIST).structure
    assert scores(PROSE, reworded).style > scores(PROSE, LIST).style
    assert scores(PROSE, reworded).content < 3


def test_chinese_is_compared_character_by_character() -> None:
    """With the marks of its own."""
    near = "面包最好放在纸袋里。请放在阴凉的地方，吃不完的可以冷冻。"
    far = "猫是一种可爱的动物！它喜欢睡觉！"

    assert scores(CHINESE, near).content > scores(CHINESE, far).content
    assert scores(CHINESE, near).overall > scores(CHINESE, far).overall


def test_length_alone_is_told_beside() -> None:
    """The baseline: half as long is halfway between."""
    found = JUDGE.compare_now("", "one two three four", "five six")

    assert found.length == pytest.approx(3)


def test_nothing_said_is_nothing_to_compare() -> None:
    """Not a short answer."""
    case = Case(id="rse/r/a", suite="rse", query="q", probe_key="a", reference="r")

    verdict = asyncio.run(JUDGE.compare(case, " \n", PROSE))

    assert (verdict.scores, verdict.reason) == (None, NOTHING_TO_COMPARE)


def test_a_habit_that_the_yardstick_does_not_know_is_refused() -> None:
    """Rather than weighed by another's number."""
    with pytest.raises(UsageError, match="does not know the features whistling"):
        feature_scaling.load_shipped(["bullets", "whistling"])


def test_the_nearest_are_joined_first() -> None:
    """And groups by the mean over their pairs."""
    places = {"a": 0.0, "b": 1.0, "c": 5.0, "d": 7.0}
    distances = {(x, y): abs(places[x] - places[y]) for x, y in combinations(places, 2)}

    joins = clustered(tuple(places), distances)

    assert joins == [
        Joined(("a",), ("b",), 1.0),
        Joined(("c",), ("d",), 2.0),
        Joined(("a", "b"), ("c", "d"), 5.5),
    ]
    assert clustered(("a",), {}) == []
