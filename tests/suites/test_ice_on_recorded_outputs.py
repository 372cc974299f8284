"""The suite on real recorded attacks: all of them counted, the same on two workers."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import distill, lines
from tests.support.pytest_runs import Run
from tests.support.recorded_data import data_folder
from tests.support.reports import undated

pytestmark = pytest.mark.unmeasured

MODELS = {
    "claude-3-5-sonnet-20241022": "claude",
    "deepseek-v3": "deepseek",
    "glm-4-plus": "glm",
    "llama-3.1-70b-instruct": "llama",
    "phi-4": "phi",
    "qwen2.5-14b": "qwen",
    "qwen2.5-7b-instruct": "qwen",
}


def read(path: Path) -> dict[str, Any]:
    """Return a report."""
    return dict(json.loads(path.read_text()))


def test_recorded_cases_serial_spread_and_by_the_command(run: Run, tmp_path: Path) -> None:
    """The same numbers to the last digit, and the command agrees."""
    recorded, path = data_folder("ice") / "glm-4-plus.jsonl", tmp_path / "glm-4-plus.jsonl"
    path.write_bytes(b"".join(recorded.read_bytes().splitlines(keepends=True)[:300]))
    serial, spread, out = (tmp_path / name for name in ("s.json", "n.json", "o.jsonl"))
    arguments = ("--suite=ice", "--facts=glm", f"--transcripts={path}", "--tb=no", "-q")

    run(*arguments, f"--distill-report=json:{serial}")
    run(*arguments, f"--distill-report=json:{spread}", "-n2")
    distill("judge", path, "-o", out, "--facts", "glm")

    loose = read(serial)["models"]["glm-4-plus"]["ice"]["loose"]
    verdicts = [line["verdict"]["loose"] for line in lines(out)]
    assert loose["n"] + loose["missing"] == 300
    assert 0 < loose["value"] < 1
    assert undated(serial) == undated(spread)
    assert loose["value"] * loose["n"] == pytest.approx(verdicts.count(True))


def test_all_models_in_one_run(inside: Run, tmp_path: Path) -> None:
    """Seven files, each with the facts of its model."""
    folder, report = data_folder("ice"), tmp_path / "r.json"
    files = [f"--transcripts={folder / name}.jsonl" for name in MODELS]

    inside(
        *("--suite=ice", *files, "--distill-fail-on=gate", "-q"), f"--distill-report=json:{report}"
    )

    found = read(report)
    assert {name: s["facts"] for name, s in found["run"]["subjects"].items()} == MODELS
    assert all(
        ice["ice"]["loose"]["n"] + ice["ice"]["loose"]["missing"] == 1000
        for ice in found["models"].values()
    )
    by_rate = sorted(MODELS, key=lambda name: found["models"][name]["ice"]["strict"]["value"])
    assert set(by_rate[:2]) == {"claude-3-5-sonnet-20241022", "qwen2.5-7b-instruct"}
    assert by_rate[-1] == "glm-4-plus"
