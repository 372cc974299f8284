"""The baseline that a series of releases is counted by."""

from pathlib import Path

import pytest

from pytest_distill.errors import UsageError
from pytest_distill.gates import setup
from pytest_distill.records import Release
from pytest_distill.report import to_json
from tests.unit.gates.test_evaluator import CASES, MISSES_HALF, ledger, report


def test_a_series_needs_a_baseline_or_the_word_that_it_begins() -> None:
    """Else nobody could count the releases."""
    with pytest.raises(UsageError, match=r"--distill-releases counts those in the report\.json"):
        setup.baseline(None, (), may_be_missing=False, releases=3)
    assert setup.baseline(None, (), may_be_missing=True, releases=3) is None


def test_a_series_ends_when_its_error_is_spent(tmp_path: Path) -> None:
    """One more release would be wrong more often than was promised."""
    path = tmp_path / "last.json"
    series = tuple(Release(gates=(), numbers={}) for _ in range(3))
    found = report(ledger(CASES, every=4)).model_copy(update={"releases": series})
    to_json.write(found, path)

    with pytest.raises(UsageError, match=r"the error is spent, .* is release 3 of the series"):
        setup.baseline(path, (), may_be_missing=False, releases=3)
    again = setup.baseline(path, (), may_be_missing=False, releases=4)
    assert again is not None
    assert len(again.releases) == 3


@pytest.mark.parametrize(
    ("is_calibrated", "is_cascade", "names"),
    [
        (False, False, []),
        (True, False, ["rogan-gladen"]),
        (False, True, ["prediction-powered"]),
        (True, True, ["rogan-gladen", "prediction-powered"]),
    ],
)
def test_a_calibration_and_a_cascade_correct_rates(
    is_calibrated: bool,  # noqa: FBT001 - parametrized
    is_cascade: bool,  # noqa: FBT001 - parametrized
    names: list[str],
) -> None:
    """Each in its own way."""
    calibration = MISSES_HALF if is_calibrated else None

    assert list(setup.corrections(calibration, is_cascade=is_cascade)) == names
