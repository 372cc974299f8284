"""One run in every format: no two of them ever disagree on a number."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import fmean
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from pytest_distill.cli import main
from tests.support.pytest_runs import Run

KINDS = ("loose", "strict", "hard")
GATES = ("ice.strict<=0.02", "rse.overall<=4.99")

RUN = (
    "--suite=ice",
    "--suite=rse",
    "--distill-limit=40",
    "--model=simulated:qwen?leak=0.4",
    "--model=simulated:glm?missing=0.3",
    "--reference=simulated:claude",
    "--distill-max-missing=0.9",
    "-p",
    "no:cacheprovider",
    "-n2",
)


def shown(number: Mapping[str, Any], digits: int = 3) -> str:
    """Return a number as people read it."""
    value, low, high = (f"{number[part]:.{digits}f}" for part in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"


def test_every_format_has_the_same_numbers(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JSON, Markdown, the summary of a job, terminal, CSV, JSON lines, JUnit; live and again."""
    summary, log, xml = (tmp_path / name for name in ("summary.md", "run.jsonl", "j.xml"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    live = {name: tmp_path / f"live.{name}" for name in ("json", "md", "csv", "jsonl")}

    result = run(
        *RUN,
        *(f"--distill-gate={gate}" for gate in GATES),
        *(f"--distill-report={name}:{path}" for name, path in live.items()),
        f"--distill-run={log}",
        f"--junitxml={xml}",
    )
    for name, path in live.items():
        again = tmp_path / f"again.{name}"
        gates = [flag for gate in GATES for flag in ("--gate", gate)]
        more = ["--max-missing=0.9", "--format", name, "-o", str(again)]
        assert main(["report", str(log), *gates, *more]) == 0
        assert again.read_bytes() == path.read_bytes()

    report = json.loads(live["json"].read_text())
    assert summary.read_bytes() == live["md"].read_bytes()
    texts = (live["md"].read_text(), "\n".join(result.outlines))
    assert_in_texts(report, *texts)
    assert_in_rows(report, list(rows_of(live)))
    assert_in_xml(report, xml)


def assert_in_texts(report: Mapping[str, Any], markdown: str, terminal: str) -> None:
    """Each number of the report stands in both texts, and so do the verdicts of the gates."""
    one_line = " ".join(terminal.split())
    for model in ("qwen", "glm"):
        ice, rse = (report["models"][model][suite] for suite in ("ice", "rse"))
        rates = [*(ice["by_category"].values()), *(ice["by_language"].values()), ice]
        wanted = [shown(each[kind]) for each in rates for kind in KINDS]
        wanted += [shown(rse[kind], 2) for kind in ("overall", "style", "structure", "content")]
        assert not [number for number in wanted if number not in markdown]
        # Where columns are equal they are shown once, and short ones leave out the zero.
        short = [re.sub(r"\b0(?=\.)", "", number) for number in wanted]
        pairs = zip(wanted, short, strict=True)
        assert not [pair for pair in pairs if not any(text in terminal for text in pair)]
        count = f"{ice['loose']['n']} judged, {ice['loose']['missing']} missing"
        assert count in markdown
        assert count in terminal
    for gate in report["gates"]:
        assert f"| **{gate['verdict']}** |" in markdown
        assert f"{gate['verdict'].upper()}: {gate['why']}" in one_line
        assert gate["why"] in markdown.replace("\\", "")


def rows_of(live: Mapping[str, Path]) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of both tables of cases, with numbers where there are any."""
    with live["csv"].open(encoding="utf-8", newline="") as file:
        yield [
            {
                **row,
                "values": {
                    name.removeprefix("value."): float(value)
                    for name, value in row.items()
                    if name.startswith("value.") and value
                },
            }
            for row in csv.DictReader(file)
        ]
    yield [json.loads(line) for line in live["jsonl"].read_text("utf-8").splitlines()]


def assert_in_rows(report: Mapping[str, Any], tables: list[list[dict[str, Any]]]) -> None:
    """The mean over the cases is the number, and what is missing is missing."""
    for rows in tables:
        assert len(rows) == report["run"]["cases_observed"]
        for model, suites in report["models"].items():
            for suite, number in (("ice", "loose"), ("ice", "strict"), ("rse", "overall")):
                own = [row for row in rows if (row["model"], row["suite"]) == (model, suite)]
                values = [row["values"][number] for row in own if row["values"]]
                measured = suites[suite][number]
                assert len(values) == measured["n"]
                assert len(own) - len(values) == measured["missing"]
                assert fmean(values) == pytest.approx(measured["value"], rel=1e-12)


def assert_in_xml(report: Mapping[str, Any], path: Path) -> None:
    """To the last digit."""
    suite = ET.parse(path).getroot()[0]  # noqa: S314 - pytest's own
    found = {p.get("name"): p.get("value") for p in suite.iterfind("properties/property")}
    for model, suites in report["models"].items():
        for name, number in (("ice", "strict"), ("rse", "overall")):
            measured = suites[name][number]
            assert found[f"distill.{name}.{number}[{model}]"] == str(measured["value"])
            for part in ("low", "high", "n", "missing"):
                assert found[f"distill.{name}.{number}.{part}[{model}]"] == str(measured[part])
