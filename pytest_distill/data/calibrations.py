"""Error rates of a judge, read from a file that ``pytest-distill calibrate`` wrote."""

from pathlib import Path
from typing import Final

from pydantic import ValidationError

from pytest_distill.data import resources
from pytest_distill.errors import UsageError, first_problem
from pytest_distill.files import why_unreadable
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
    try:
        return Calibration.model_validate_json(path.read_bytes())
    except OSError as error:
        message = f"--distill-calibration {path}: {why_unreadable(path, error)}"
        raise UsageError(message) from error
    except ValidationError as error:
        message = (
            f"--distill-calibration {path}: not a file of 'pytest-distill calibrate'"
            f" ({first_problem(error)})\n"
            "  to make one: pytest-distill calibrate --judge ... -o calibration.json"
        )
        raise UsageError(message) from error


def _shipped() -> Path:
    return resources.fixtures() / "gold" / "offline.json"
