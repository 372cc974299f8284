"""What the scorecard says about the judge's error rates, and on what they were measured."""

import pytest

from pytest_distill.records import Accuracy, Calibration, Estimate
from pytest_distill.report.judge_quality import calibration, judges
from tests.support.runs import empty_report

SENSITIVITY, SPECIFICITY = (
    Estimate(
        value=value,
        low=value - 0.1,
        high=value + 0.1,
        n=20,
        clusters=20,
        design_effect=1,
        missing=0,
    )
    for value in (0.8, 0.9)
)
RATES = Accuracy(sensitivity=SENSITIVITY, specificity=SPECIFICITY)

OURS, MODEL = "offline-9", "llm-2 gpt-4o"
CASCADE = f"{OURS} from 0.9, else {MODEL}"


def calibrated(judge: str, gold: str | None) -> Calibration:
    """Return a calibration on forty cases."""
    return Calibration(
        judge=judge,
        gold=gold,
        cases=40,
        cases_sha256="",
        loose=RATES,
        strict=RATES,
        hard=RATES,
        by_trap={},
    )


def line_of(found: Calibration) -> str:
    """Return the line of the scorecard."""
    run = empty_report(judge=found.judge).run.model_copy(update={"calibration": found})
    (line,) = judges(run)
    return line


def test_the_scorecard_quotes_sensitivity_and_specificity() -> None:
    """With their intervals."""
    line = line_of(calibrated(OURS, "apart"))

    assert line == (
        "judge: on 40 cases its rules were not made with it finds 0.800 [0.700, 0.900] of the"
        " loose leaks (sensitivity) and clears 0.900 [0.800, 1.000] of the rest (specificity)"
    )


@pytest.mark.parametrize(
    ("judge", "gold", "measured"),
    [
        (OURS, "apart", "on 40 cases its rules were not made with"),
        (CASCADE, "apart", "on 40 cases its rules were not made with"),
        (OURS, "identity", "on 40 cases its rules were made with"),
        (OURS, "mine.jsonl", "on 40 answers with known verdicts (mine.jsonl)"),
        (OURS, None, "on 40 answers with known verdicts"),
        (MODEL, "apart", "on 40 answers with known verdicts (apart)"),
        (MODEL, "identity", "on 40 answers with known verdicts (identity)"),
        (MODEL, "\x1b[31m\nb", "on 40 answers with known verdicts (\\x1b[31m b)"),
    ],
)
def test_on_what_is_said_only_where_the_file_says_it(
    judge: str, gold: str | None, measured: str
) -> None:
    """An old file claims nothing; a model has no rules; a file's name cannot forge lines."""
    found = calibrated(judge, gold)

    assert line_of(found).startswith(f"judge: {measured} it finds ")
    assert next(calibration(found)) == f"{judge}, {measured}"
