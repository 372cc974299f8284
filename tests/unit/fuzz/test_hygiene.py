"""What may join a campaign."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.fuzz.hygiene import LONGEST, Hygiene, checked
from pytest_distill.fuzz.rejection import Reason, RejectedError

TEXT = "The lighthouse keeper writes down every ship that passes and asks each one: {query}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.EMPTY),
        ("No question here.", Reason.NO_PLACEHOLDER),
        ("{Query} and {QUERY} and { query }", Reason.NO_PLACEHOLDER),
        ("{query} and once more {query}", Reason.SEVERAL_PLACEHOLDERS),
        ("word " * LONGEST + "{query}", Reason.TOO_LONG),
    ],
)
def test_what_is_no_template_is_rejected(text: str, reason: Reason) -> None:
    """Nothing is repaired in silence: a lost question is not appended."""
    with pytest.raises(RejectedError) as rejected:
        checked(text)

    assert rejected.value.reason is reason


@pytest.mark.parametrize(
    "again",
    [
        TEXT,
        TEXT.upper().replace("{QUERY}", "{query}"),
        f"  {TEXT}\n",
        TEXT.replace(" and ", ", and "),
        TEXT.replace("ship", "boat"),
    ],
)
def test_what_is_nearly_the_same_is_a_duplicate(again: str) -> None:
    """Another case, blank or comma makes no new template, nor does one word of many."""
    rest = (
        "The fog comes in at five and the horn is tested daily, while down on the beach two dogs"
        " chase the gulls from one end of the bay to another until it gets dark."
    )
    hygiene = Hygiene()
    hygiene.admit(f"{TEXT} {rest}")

    with pytest.raises(RejectedError) as rejected:
        hygiene.admit(f"{again} {rest}")

    assert rejected.value.reason is Reason.DUPLICATE


def test_what_differs_is_admitted() -> None:
    """Also in a script without spaces."""
    hygiene = Hygiene()

    admitted = [
        hygiene.admit(t) for t in (TEXT, "{query}", "问：{query}", "请回答这个问题：{query}")
    ]

    assert admitted == [TEXT, "{query}", "问：{query}", "请回答这个问题：{query}"]


def test_strange_words_are_worth_more_than_known_ones() -> None:
    """Each further use of a word is worth less."""
    hygiene = Hygiene()
    before = hygiene.novelty(TEXT)
    hygiene.admit(TEXT)

    assert hygiene.novelty(TEXT) == pytest.approx(before / 2)
    assert hygiene.novelty("Quite other things, {query}") > 3


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab \n\r\t{query}。!"), max_size=60))
def test_whatever_is_admitted_has_one_placeholder(text: str) -> None:
    """And a second time it is rejected."""
    hygiene = Hygiene()
    try:
        admitted = hygiene.admit(text)
    except RejectedError:
        return

    assert admitted.count("{query}") == 1
    assert checked(admitted) == admitted
    with pytest.raises(RejectedError):
        hygiene.admit(text)
