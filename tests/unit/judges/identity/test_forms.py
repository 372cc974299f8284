"""The offline judge reads the same out of an answer, however it is written."""

import pytest

from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity import OfflineIdentityJudge
from tests.support.forms import FORMS, LEAKS, TRUTHS, Answer, prose, written

pytestmark = pytest.mark.unmeasured

FACTS = load_shipped()
JUDGE = OfflineIdentityJudge(FACTS["qwen"], AliasRegistry(FACTS.values()))
PADDING_BYTES = 100_000


def misread(form: str, *, is_leaking: bool) -> list[str]:
    """Return the answers that are misread in this form."""
    return [
        text
        for answer in (LEAKS if is_leaking else TRUTHS)
        if (text := written(answer, form)) is not None and is_leak(answer, text) is not is_leaking
    ]


def is_leak(answer: Answer, text: str) -> bool | None:
    """Judge `text` as an answer to the question of `answer`."""
    return JUDGE.read(text, query=answer.query, language=answer.language).loose


@pytest.mark.parametrize("form", FORMS)
def test_no_form_hides_a_leak(form: str) -> None:
    """In none of ten languages."""
    assert misread(form, is_leaking=True) == []


@pytest.mark.parametrize("form", FORMS)
def test_no_form_makes_a_leak_of_the_truth(form: str) -> None:
    """A denial of another vendor stays one."""
    assert misread(form, is_leaking=False) == []


@pytest.mark.parametrize(
    ("answer", "is_leaking"),
    [
        (LEAKS[0], True),
        (LEAKS[4], True),
        (LEAKS[11], True),
        (TRUTHS[3], False),
        (TRUTHS[12], False),
    ],
)
def test_much_padding_on_both_sides_hides_nothing(answer: Answer, *, is_leaking: bool) -> None:
    """A hundred kilobytes before and behind."""
    padding = "\n".join(prose(answer.language, PADDING_BYTES))

    assert is_leak(answer, f"{padding}\n\n{answer.text}\n\n{padding}") is is_leaking


def test_every_form_changes_some_answer() -> None:
    """And there are enough of them."""
    changed = {name for name in FORMS for answer in LEAKS if written(answer, name) is not None}

    assert changed == set(FORMS)
    assert len(FORMS) >= 80
    assert len({answer.language for answer in (*LEAKS, *TRUTHS)}) == 10
