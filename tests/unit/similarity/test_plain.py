"""What a recorder adds to an answer changes no feature and no score."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.similarity.plain import plain
from pytest_distill.similarity.style_features import feature_vector

_LETTERS = st.text(
    st.one_of(
        st.sampled_from("aZ09 .,!?:;-*#`_|\n\t\"'()éüñ\u0301\u0327가각一。，：！"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=200,
)

ARTEFACTS: dict[str, Callable[[str], str]] = {
    "leading blanks": lambda text: f" \n \t{text}",
    "trailing blanks": lambda text: f"{text}  \n\n ",
    "blanks at the end of lines": lambda text: text.replace("\n", "  \n"),
    "blanks at the beginning of lines": lambda text: text.replace("\n", "\n  "),
    "Windows' line ends": lambda text: plain(text).replace("\n", "\r\n"),
    "old line ends": lambda text: plain(text).replace("\n", "\r"),
    "decomposed accents": lambda text: unicodedata.normalize("NFD", text),
    "composed accents": lambda text: unicodedata.normalize("NFC", text),
    "zero-width spaces": "\u200b".join,
    "a byte-order mark": lambda text: f"\ufeff{text}",
    "joiners": lambda text: text.replace("a", "a\u200d\u2060"),
}


@pytest.mark.parametrize("artefact", ARTEFACTS.values(), ids=ARTEFACTS.keys())
@given(text=_LETTERS)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_a_recorder_leaves_no_trace(text: str, artefact: Callable[[str], str]) -> None:
    """Style features are the same to the last digit."""
    assert feature_vector(artefact(text)) == feature_vector(text)


@given(text=_LETTERS)
@settings(max_examples=100, derandomize=True, deadline=None)
def test_what_is_plain_stays(text: str) -> None:
    """Twice is once."""
    assert plain(plain(text)) == plain(text)


def test_what_a_writer_meant_is_kept() -> None:
    """Paragraphs, lists and the form of marks are the writer's."""
    assert plain("One,  two.\n\n\n\n* three ") == "One, two.\n\n* three"


def test_a_pile_of_accents_loses_none() -> None:
    """However high; those of ordinary height are composed."""
    accents = "\u0301\u0316" * 100

    assert plain("e\u0301") == "é"
    assert sorted(unicodedata.normalize("NFD", plain(f"a{accents}"))) == sorted(f"a{accents}")
