"""Corrections of the rates of one model, as far as the run has the data."""

import pytest

from pytest_distill.records import Accuracy, Calibration, Vote
from pytest_distill.stats.corrected import with_corrections
from pytest_distill.stats.identity import Outcome
from pytest_distill.stats.judge_error import accuracy_rate

RIGHT = Accuracy(sensitivity=accuracy_rate(100, 100), specificity=accuracy_rate(100, 100))
HALF = Accuracy(sensitivity=accuracy_rate(50, 100), specificity=accuracy_rate(100, 100))
CALIBRATION = Calibration(
    judge="j", cases=200, cases_sha256="", loose=HALF, strict=RIGHT, hard=RIGHT, by_trap={}
)


def outcome(number: int, first: str, second: str = "", *, is_audit: bool = False) -> Outcome:
    """Return a case by what the judges said: ``y``, ``n``, ``-``, and nothing if not asked."""
    said = [{"y": True, "n": False, "-": None}[vote] for vote in f"{first}{second}"]
    votes = tuple(
        Vote(judge=f"judge {i}", loose=vote, strict=vote, hard=vote, is_audit=is_audit and i > 0)
        for i, vote in enumerate(said)
    )
    final = said[0] if is_audit else said[-1]
    return Outcome(final, final, final, (), None, f"p{number}", "c", "l", votes)


def test_without_calibration_or_audit_nothing_is_corrected() -> None:
    """And the record has no key for it."""
    summary = with_corrections([outcome(1, "y"), outcome(2, "n", "y")], None, level=0.95)

    assert summary.corrected == ()
    assert "corrected" not in summary.model_dump()


def test_a_calibration_corrects_each_question_for_its_own_errors() -> None:
    """Beside the raw rates, which stay."""
    cases = [outcome(i, "y" if i < 20 else "n") for i in range(100)]

    summary = with_corrections(cases, CALIBRATION, level=0.95)

    (corrected,) = summary.corrected
    assert corrected.by == "rogan-gladen"
    assert (summary.loose.value, summary.strict.value) == (0.2, 0.2)
    assert (corrected.loose.value, corrected.strict.value) == pytest.approx((0.4, 0.2))
    assert summary.model_dump()["corrected"][0]["by"] == "rogan-gladen"


def test_audits_correct_what_a_cascade_called_plain() -> None:
    """Half of the audited clean answers are leaks; what the second judge decided stands."""
    plain = [outcome(i, "n") for i in range(40)]
    audited = [outcome(i, "n", "yn"[i % 2], is_audit=True) for i in range(40, 60)]
    not_run = [outcome(60, "n", "-", is_audit=True)]
    decided = [outcome(i, "n", "y") for i in range(61, 80)]
    missing = [outcome(80, "-")]

    summary = with_corrections([*plain, *audited, *not_run, *decided, *missing], None, level=0.95)

    (corrected,) = summary.corrected
    assert corrected.by == "prediction-powered"
    assert summary.loose.value == 19 / 80
    assert corrected.loose.value == (19 + 61 / 2) / 80
    assert (corrected.loose.n, corrected.loose.missing) == (80, 1)
