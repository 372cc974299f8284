"""Near-duplicates: what counts as one, and that none is passed over for the sake of speed."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.data.duplicates import NearDuplicate, near_duplicates


def grams(text: str) -> set[str]:
    """Return the 5-grams of a text of lower-case letters, found the plain way."""
    return {text[at : at + 5] for at in range(len(text) - 4)} or {text}


def test_the_similarity_is_the_share_of_common_5_grams() -> None:
    """Each has three of its own, one of them in common, so that there are five in all."""
    (pair,) = near_duplicates(["abcdefg", "abcdexy"], threshold=0.2)

    assert pair == NearDuplicate(first=0, second=1, similarity=1 / 5)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Why is the sky blue?", "why is   the SKY blue"),
        ("Why is the sky blue?", "\N{FULLWIDTH LATIN CAPITAL LETTER W}hy is the sky blue?"),
        ("caf\N{LATIN SMALL LETTER E WITH ACUTE}s", "cafe\N{COMBINING ACUTE ACCENT}s"),
        ("?", " ? "),
        ("", ""),
    ],
)
def test_only_letters_and_digits_count(one: str, other: str) -> None:
    """Neither case nor blanks, punctuation, width or composition make another prompt of it."""
    pairs = near_duplicates([one, other], threshold=1)

    assert pairs == ((0, 1, 1.0),)


def test_texts_of_punctuation_alone_are_compared_as_they_stand() -> None:
    """They have no letters, and are not all the same for it."""
    assert near_duplicates(["?", "!"]) == ()


def test_one_template_with_another_noun_is_a_near_duplicate() -> None:
    """In Chinese too, where a word is a character or two."""
    texts = [
        "How many candles could you light from one match? Explain each step of your estimate.",
        "How many kettles could you boil from one battery? Explain each step of your estimate.",
        "How many candles are there?",
        "请用三句话介绍一种常见的水果,并说明它为什么在夏天特别受欢迎。",
        "请用三句话介绍一种常见的昆虫,并说明它为什么在夏天特别受欢迎。",
    ]

    pairs = near_duplicates(texts)

    assert [(pair.first, pair.second) for pair in pairs] == [(0, 1), (3, 4)]


@settings(max_examples=150)
@given(
    st.lists(st.text("ab", min_size=5, max_size=14), max_size=9),
    st.sampled_from([0.1, 0.25, 1 / 3, 0.4, 0.5, 0.6, 2 / 3, 0.8, 1.0]),
)
def test_exactly_the_pairs_above_the_threshold_are_found(
    texts: list[str], threshold: float
) -> None:
    """Each with its similarity, in order, as by comparing every text with every other."""
    wanted = []
    for (i, one), (j, other) in combinations(enumerate(map(grams, texts)), 2):
        similarity = len(one & other) / len(one | other)
        if similarity >= threshold:
            wanted.append((i, j, similarity))

    assert list(near_duplicates(texts, threshold=threshold)) == wanted
