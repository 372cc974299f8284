"""``pytest-distill calibrate``: on what it measures, and that it says so."""

import json
from pathlib import Path

import pytest

from pytest_distill.cli import main
from pytest_distill.data import resources

pytestmark = pytest.mark.unmeasured

GOLD = resources.fixtures() / "gold"


def test_without_a_path_it_measures_on_the_cases_apart(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Which the rules were not made with; the file says so too."""
    made = tmp_path / "made.json"

    assert main(["calibrate", "-o", str(made)]) == 0

    found = json.loads(made.read_text())
    assert found["gold"] == "apart"
    first = capsys.readouterr().out.splitlines()[0]
    assert first == f"{found['judge']}, on {found['cases']} cases its rules were not made with"


@pytest.mark.parametrize(
    ("files", "name", "measured"),
    [
        ("*.jsonl", "identity", "cases its rules were made with"),
        ("de.jsonl", "de.jsonl", "answers with known verdicts (de.jsonl)"),
    ],
)
def test_other_cases_are_named_by_path(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, files: str, name: str, measured: str
) -> None:
    """Those that the rules were made with, or a user's own."""
    made, paths = tmp_path / "made.json", sorted((GOLD / "identity").glob(files))

    assert main(["calibrate", *map(str, paths), "-o", str(made)]) == 0

    found = json.loads(made.read_text())
    assert found["gold"] == name
    assert capsys.readouterr().out.startswith(f"{found['judge']}, on {found['cases']} {measured}\n")
