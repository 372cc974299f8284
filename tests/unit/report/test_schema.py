"""The published JSON Schemas: current, fulfilled, and no obstacle to earlier reports."""

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.cli import main
from pytest_distill.report import schema, to_json
from tests.support import schemas

PUBLISHED = sorted(Path(__file__).with_name("published").glob("report-*.json"))
"""Reports as earlier versions wrote them, with the options that their `run` says."""


@pytest.mark.parametrize("name", schema.MODELS)
def test_the_shipped_schema_is_that_of_the_records(name: str) -> None:
    """After a change: ``python -m tests.support.schemas``, and no field may have gone."""
    made = json.loads(schemas.made(name), object_hook=_without_repetition)

    assert json.loads(schema.text(name)) == made


@pytest.mark.parametrize("name", schema.MODELS)
def test_a_command_prints_it(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """For a validator in another language."""
    assert main(["schema", name]) == 0

    found = json.loads(capsys.readouterr().out)
    assert found["$id"] == f"pytest-distill-{name}-1"
    assert found["additionalProperties"] is False


def test_what_no_file_has_is_not_in_the_schema() -> None:
    """Fields of the report for other formats, and what only they consist of."""
    text = schema.text("report")

    assert "every_leak" not in text
    assert "CaseRow" not in text


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_a_report_of_an_earlier_version_is_read(path: Path) -> None:
    """With all of its numbers: it may be the baseline of a release."""
    found = to_json.read(path)

    (gates, models) = (found.gates, found.models["qwen"])
    assert [gate.verdict for gate in gates] == ["inconclusive", "pass"]
    assert set(models) == {"ice", "fuzz", "rse"}
    again = json.loads(to_json.dumps(found))
    before: dict[str, Any] = json.loads(path.read_text())
    assert _shared(again["models"], before["models"]) == before["models"]
    assert again["run"]["cases"] == before["run"]["cases"]
    assert found.run.started_at is None


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_a_report_of_an_earlier_version_fulfils_the_schema(path: Path) -> None:
    """And so does the same report written by this one."""
    jsonschema = pytest.importorskip("jsonschema", reason="needs the test group's jsonschema")
    wanted = json.loads(schema.text("report"))

    jsonschema.validate(json.loads(path.read_text()), wanted)
    jsonschema.validate(json.loads(to_json.dumps(to_json.read(path))), wanted)


def _without_repetition(part: dict[str, Any]) -> dict[str, Any]:
    """Leave out the value of a constant that pydantic before 2.10 repeats as ``enum``."""
    is_repeated = part.get("enum") == [part.get("const", ...)]
    return {key: value for key, value in part.items() if not (is_repeated and key == "enum")}


def _shared(now: Any, before: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the part of `now` that `before` has too: later versions measure more."""
    if not isinstance(now, dict) or not isinstance(before, dict):
        return now
    return {key: _shared(value, before[key]) for key, value in now.items() if key in before}
