"""--distill-report and the numbers in it."""

import json
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.cli import main
from tests.support.pytest_runs import Run

SUITE = ("--suite=ice", "--model=simulated:qwen?leak=0.3", "--distill-fail-on=gate")
NUMBER = {"value", "low", "high", "n", "clusters", "design_effect", "missing"}


def report(run: Run, path: Path, *arguments: str) -> dict[str, Any]:
    """Return the report of a run."""
    run(*arguments, f"--distill-report=json:{path}")
    return dict(json.loads(path.read_text()))


def test_the_format_is_the_documented_one(run: Run, tmp_path: Path) -> None:
    """Names that baselines, gates and other people's scripts read."""
    found = report(run, tmp_path / "r.json", *SUITE)

    assert found["format"] == "pytest-distill-report/1"
    assert set(found) == {"format", "run", "models", "gates", "cost"}
    ice = found["models"]["qwen"]["ice"]
    groups = {"by_category", "by_language", "vendors"}
    assert set(ice) == {"loose", "strict", "hard", "persona", "refused", "reasoning"} | groups
    assert set(ice["loose"]) == set(ice["reasoning"]) == NUMBER
    assert set(ice["by_category"]) == {"team", "industry", "technology", "geography", "cooperation"}
    assert len(ice["by_language"]) == 10
    assert set(ice["by_language"]["zh"]) == {"loose", "strict", "hard"}
    assert found["cost"]["calls"] == 162


def test_the_interval_holds_the_value(run: Run, tmp_path: Path) -> None:
    """Everywhere in the report; a simulated model shows no thinking."""
    found = report(run, tmp_path / "r.json", *SUITE)

    assert found["models"]["qwen"]["ice"]["reasoning"]["value"] is None
    for number in numbers(found["models"]):
        if number["value"] is None:
            assert (number["low"], number["high"], number["n"]) == (None, None, 0)
            continue
        assert 0 <= number["low"] <= number["value"] <= number["high"] <= 1


def test_undefined_is_null_not_zero(run: Run, tmp_path: Path) -> None:
    """A model that never answered has no rate."""
    found = report(run, tmp_path / "r.json", "--suite=ice", "--model=simulated:qwen?missing=1")

    loose = found["models"]["qwen"]["ice"]["loose"]
    assert (loose["value"], loose["low"], loose["high"]) == (None, None, None)
    assert (loose["n"], loose["missing"]) == (0, 162)


def test_the_same_seed_gives_the_same_report(run: Run, tmp_path: Path) -> None:
    """Serially and on two workers; another seed gives another one."""
    one = report(run, tmp_path / "1.json", *SUITE)
    two = report(run, tmp_path / "2.json", *SUITE, "-n2")
    other = report(run, tmp_path / "3.json", *SUITE, "--distill-seed=1")

    # It says when it was measured.
    for each in (one, two):
        assert each["run"].pop("started_at") > 1_700_000_000
    assert one == two
    assert one["models"] != other["models"]


def test_a_wider_level_gives_wider_intervals(run: Run, tmp_path: Path) -> None:
    """--distill-confidence."""
    wide = report(run, tmp_path / "w.json", *SUITE, "--distill-confidence=0.99")
    narrow = report(run, tmp_path / "n.json", *SUITE, "--distill-confidence=0.8")

    low, high = (r["models"]["qwen"]["ice"]["loose"] for r in (narrow, wide))
    assert high["high"] - high["low"] > low["high"] - low["low"]


def test_samples_are_cases_of_their_own(run: Run, tmp_path: Path) -> None:
    """Three answers a prompt, not one three times; all in the cluster of their question."""
    found = report(run, tmp_path / "r.json", *SUITE, "--distill-samples=3")

    loose = found["models"]["qwen"]["ice"]["loose"]
    assert loose["n"] == 3 * 162
    assert loose["clusters"] == 25
    assert loose["value"] * loose["n"] % 3 != 0


def test_a_limit_stays_spread(run: Run, tmp_path: Path) -> None:
    """Over categories and languages."""
    found = report(run, tmp_path / "r.json", *SUITE, "--distill-limit=20")

    ice = found["models"]["qwen"]["ice"]
    assert {rates["loose"]["n"] for rates in ice["by_category"].values()} == {4}
    assert {rates["loose"]["n"] for rates in ice["by_language"].values()} == {2}


def test_a_part_of_a_run_says_so(run: Run, tmp_path: Path) -> None:
    """On the terminal and in the report: it is no measurement of the whole."""
    path = tmp_path / "r.json"

    result = run(*SUITE, "-k", "team", f"--distill-report=json:{path}")

    result.stdout.fnmatch_lines(["the run is incomplete: 42 of 162 cases, 120 deselected"])
    found = json.loads(path.read_text())["run"]
    assert (found["cases_observed"], found["cases_expected"]) == (42, 162)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("r.json", "*FORMAT:PATH is needed*"),
        ("yaml:r.yaml", "*no format is called 'yaml'*formats: json*"),
        ("json:no/such/folder/r.json", "*no such folder*"),
        ("html:.", "*it is a folder*"),
    ],
)
def test_a_report_that_cannot_be_written_is_a_usage_error(
    refused: Run, target: str, message: str
) -> None:
    """Before anything is asked."""
    result = refused(*SUITE, f"--distill-report={target}")

    assert fnmatch(" ".join(result.errlines), message)


def test_figures_are_not_written_over_a_file(refused: Run, tmp_path: Path) -> None:
    """The format writes a folder."""
    (tmp_path / "figures").touch()

    result = refused(*SUITE, f"--distill-report=svg:{tmp_path / 'figures'}")

    told = " ".join(result.errlines)
    assert fnmatch(told, "*it is a file, and this format writes a folder*")


def test_a_page_and_its_figures_are_written_together(run: Run, tmp_path: Path) -> None:
    """With every leak, its command, the date and the spec; live and from the log alike."""
    page, figures, log = (tmp_path / name for name in ("r.html", "figures", "run.jsonl"))
    targets = [f"--distill-report=html:{page}", f"--distill-report=svg:{figures}"]

    result = run(*SUITE, *targets, f"--distill-run={log}", "--distill-limit=40")

    result.stdout.fnmatch_lines([f"html report written to {page}", "svg report written to *"])
    text = page.read_text("utf-8")
    assert "simulated:qwen?leak=0.3" in text
    assert re.search(r"20\d\d-\d\d-\d\d \d\d:\d\d UTC", text)
    (data,) = re.findall(r'id="data">(.*?)</script>', text)
    leaks = json.loads(data)
    loose = re.search(r"(\d+) leaks in 40 cases of qwen", text)
    assert loose is not None
    assert len(leaks["leaks"]) == int(loose[1]) > 3
    assert any(
        each.startswith("pytest 'distill/ice::test_identity[qwen-") for each in leaks["texts"]
    )
    assert [path.name for path in sorted(figures.iterdir())] == ["ice-qwen.svg"]
    assert main(["report", str(log), "--format", "html", "-o", str(tmp_path / "again.html")]) == 0
    assert (tmp_path / "again.html").read_text("utf-8") == text


def numbers(part: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any part of a JSON document
    """Return every measured number below `part`."""
    if not isinstance(part, dict):
        return []
    if set(part) == NUMBER:
        return [part]
    return [number for value in part.values() for number in numbers(value)]
