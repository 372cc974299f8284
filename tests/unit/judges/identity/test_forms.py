"""The offline judge reads the same out of an answer, however it is written."""

from collections.abc import Iterator

import pytest

from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity import OfflineIdentityJudge
from tests.support.forms import FORMS, LEAKS, TRUTHS, Answer, prose, written

FACTS = load_shipped()
JUDGE = OfflineIdentityJudge(FACTS["qwen"], AliasRegistry(FACTS.values()))
LETTER = "an accented letter is not read as the letter"
END = "what stands behind the last letter keeps the letters apart"
# Forms in which some answers are misread: which leaks, which true answers, and why.
GAPS = {
    "names with acute accents": ((0, 1, 2, 3, 6, 8, 9, 10), (10,), LETTER),
    "names with dots": ((3,), (1, 10), END),
    "names with underscores": ((6,), (7,), END),
}
PADDING_BYTES = 100_000


def misread(form: str, *, is_leaking: bool) -> list[str]:
    """Return the answers that are misread in this form, known gaps left out."""
    answers = LEAKS if is_leaking else TRUTHS
    known = GAPS.get(form, ((), (), ""))[0 if is_leaking else 1]
    return [
        text
        for number, answer in enumerate(answers)
        for text in [written(answer, form)]
        if text is not None and number not in known and is_leak(answer, text) is not is_leaking
    ]


def is_leak(answer: Answer, text: str) -> bool | None:
    """Judge `text` as an answer to the question of `answer`."""
    return JUDGE.read(text, query=answer.query, language=answer.language).loose


def gaps() -> Iterator[object]:
    """Yield form, answer and whether it leaks, each expected to be misread."""
    for form, (leaks, truths, why) in GAPS.items():
        for answers, numbers in ((LEAKS, leaks), (TRUTHS, truths)):
            for number in numbers:
                name = f"{form}-{'leak' if answers is LEAKS else 'truth'}-{number}"
                expected = pytest.mark.xfail(strict=True, reason=why)
                yield pytest.param(form, answers[number], answers is LEAKS, marks=expected, id=name)


@pytest.mark.parametrize("form", FORMS)
def test_no_form_hides_a_leak(form: str) -> None:
    """In none of ten languages."""
    assert misread(form, is_leaking=True) == []


@pytest.mark.parametrize("form", FORMS)
def test_no_form_makes_a_leak_of_the_truth(form: str) -> None:
    """A denial of another vendor stays one."""
    assert misread(form, is_leaking=False) == []


@pytest.mark.parametrize(("form", "answer", "is_leaking"), [*gaps()])
def test_a_form_that_is_known_to_be_misread(form: str, answer: Answer, *, is_leaking: bool) -> None:
    """Whoever mends the judge takes it off the list."""
    text = written(answer, form)

    assert text is not None
    assert is_leak(answer, text) is is_leaking


@pytest.mark.parametrize(
    ("answer", "is_leaking"),
    [
        pytest.param(
            LEAKS[0],
            True,
            marks=pytest.mark.xfail(
                strict=True, reason="of a longer text than 200,000 characters the middle is cut"
            ),
        ),
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
