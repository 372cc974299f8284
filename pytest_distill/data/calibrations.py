"""Error rates of a judge, read from a file that ``pytest-distill calibrate`` wrote."""

from pathlib import Path
from typing import Final

from pytest_distill import documents
from pytest_distill.data import resources
from pytest_distill.errors import FileFormatError, UsageError
from pytest_distill.records import Calibration

SHIPPED: Final = "gold"
"""Name of the shipped calibration: the offline judge on the gold cases apart."""


def find(name: str | None, judge: str) -> Calibration | None:
    """Return the calibration of `judge`; None if none was asked for and none is shipped.

    Args:
        name: ``gold``, the path of a file, or None for the shipped one if it is of this judge.
        judge: the name of the judge of this run.

    Raises:
        UsageError: the file cannot be used, or is of another judge.
    """
    path = _shipped() if name in {None, SHIPPED} else Path(str(name))
    found = read(path)
    if found.judge == judge:
        return found
    if name is None:
        return None
    message = (
        f"--distill-calibration {name}: it is of the judge {found.judge!r},"
        f" but this run uses {judge!r}\n"
        "  to make one: pytest-distill calibrate --judge ... -o calibration.json"
    )
    raise UsageError(message)


def read(path: Path) -> Calibration:
    """Read a calibration.

    Raises:
        UsageError: the file is missing or is no calibration.
    """
    text = documents.text(path, "--distill-calibration", most=documents.MOST_DOCUMENT_BYTES)
    try:
        return documents.record(Calibration, text, path)
    except FileFormatError as error:
        message = (
            f"--distill-calibration {error.path}:{error.line}: not a file of 'pytest-distill"
            f" calibrate' ({error.problem})\n"
            "  to make one: pytest-distill calibrate --judge ... -o calibration.json"
        )
        raise UsageError(message) from error


def _shipped() -> Path:
    return resources.fixtures() / "gold" / "offline.json"
