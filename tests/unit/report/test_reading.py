"""Reading of ``report.json``: what cannot be compared is refused with its place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.errors import UsageError
from pytest_distill.report import to_json
from tests.support.runs import empty_report


def written(path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """Write a report that was changed."""
    report = json.loads(to_json.dumps(empty_report()))
    change(report)
    path.write_text(json.dumps(report, indent=1))
    return path


def nothing(report: dict[str, Any]) -> None:
    """Leave it as it is."""


def unknown_model(report: dict[str, Any]) -> None:
    """Add the numbers of a model of which nothing else is known."""
    report["models"]["m"] = {}


def huge(report: dict[str, Any]) -> None:
    """Let a number be larger than any that is measured."""
    report["run"]["confidence"] = 1e60


def not_a_number(report: dict[str, Any]) -> None:
    """Let a number be none."""
    report["run"]["confidence"] = float("nan")


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """A byte-order mark, as editors add it, does no harm."""
    path = written(tmp_path / "r.json", nothing)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert to_json.read(path) == empty_report()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (unknown_model, r"1 is no report .* \(run.subjects: 'm' is missing\)"),
        (huge, r"[0-9]+ is no report .* \(1e\+60 is too great\)"),
        (not_a_number, r"[0-9]+ is no report .* \(NaN is no number in JSON"),
        (lambda report: report.pop("run"), r"1 is no report .* \('run' is missing;"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], problem: str
) -> None:
    """With the line, and what to do."""
    path = written(tmp_path / "r.json", change)

    with pytest.raises(UsageError, match=rf"^{path}:{problem}") as caught:
        to_json.read(path)

    assert "measure again" in str(caught.value)
