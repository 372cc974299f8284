"""The results file: one row a student, numbers only, appended as students are done."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from tests.benchmarks.distil.arms import Arm
from tests.benchmarks.distil.exams import Report

RESULTS = Path(__file__).with_name("results.jsonl")

# What of a report is kept, by suite; of a group all that is in it.
_KEPT: Mapping[str, frozenset[str]] = {
    "ice": frozenset({"loose", "strict", "hard", "vendors", "by_language"}),
    "fuzz": frozenset({"loose", "strict", "hard", "control", "search", "confirmed", "vendors"}),
    "rse": frozenset({"overall"}),
    "bbi": frozenset({"advantage", "advantage_consistent", "by_arm"}),
    "imitation": frozenset({"style", "style_closure", "capability_closure", "gap", "accuracy"}),
}
# Of each language and each arm.
_IN_GROUPS = frozenset({"strict", "loose", "advantage"})
_BOUNDS = ("value", "low", "high", "n")
_STEPS = 5
_DIGITS = 4

Number = Mapping[str, float | None]
"""``value``, ``low``, ``high`` and ``n``; None where undefined."""


@dataclass(frozen=True)
class Row:
    """What was measured of one student."""

    arm: str
    seed: int
    losses: Sequence[float]
    """Means of the first and of the last five steps; empty where nothing was trained."""
    seconds: Mapping[str, float]
    numbers: Mapping[str, Number]
    """By name, as gates name them: ``ice.strict``."""
    trace: Mapping[str, Any]
    """Whose student it is said to be: verdict, p, the set, the nearest candidate, and how many
    prompts would decide; may be empty."""
    version: str
    judge: str


def row(
    arm: Arm,
    seed: int,
    *,
    losses: Sequence[float],
    seconds: Mapping[str, float],
    reports: Mapping[str, Report],
) -> Row:
    """Return the row of a student from the reports of its exam."""
    info = next(iter(reports.values()))["run"]
    ends = (losses[:_STEPS], losses[-_STEPS:])
    found: dict[str, Number] = {}
    trace: dict[str, Any] = {}
    for report in reports.values():
        (suites,) = report["models"].values()
        for suite, summary in suites.items():
            found.update(_numbers(suite, summary))
        for lineage in (report.get("lineage") or {}).values():
            trace = _trace(lineage)
    return Row(
        arm=arm.name,
        seed=seed,
        losses=[round(fmean(steps), _DIGITS) for steps in ends if steps],
        seconds={name: round(value, 1) for name, value in seconds.items()},
        numbers=found,
        trace=trace,
        version=info["version"],
        judge=info["judge"],
    )


def read(path: Path) -> list[Row]:
    """Return the rows of a file, none if there is no such file."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else ()
    return [Row(**json.loads(line)) for line in lines]


def append(path: Path, done: Row) -> None:
    """Write a row at once, so that two runs may share a file."""
    line = json.dumps(asdict(done), ensure_ascii=False) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _numbers(suite: str, summary: Mapping[str, Any]) -> Iterator[tuple[str, Number]]:
    for name in sorted(_KEPT.get(suite, frozenset()) & summary.keys()):
        for path, number in _leaves(name, summary[name]):
            yield f"{suite}.{path}", number


def _leaves(path: str, found: Mapping[str, Any]) -> Iterator[tuple[str, Number]]:
    """Yield a measured number with its path, or those of a group."""
    if "low" in found:
        yield path, {bound: _rounded(found[bound]) for bound in _BOUNDS}
        return
    for name, inner in found.items():
        if "low" in inner:
            yield from _leaves(f"{path}.{name}", inner)
        else:
            for kept in sorted(_IN_GROUPS & inner.keys()):
                yield from _leaves(f"{path}.{name}.{kept}", inner[kept])


def _trace(lineage: Mapping[str, Any]) -> dict[str, Any]:
    nearest = max(lineage["candidates"], key=lambda each: each["score"])
    return {
        "verdict": lineage["verdict"],
        "p": _rounded(lineage["detection"]["p"]),
        "set": lineage["set"],
        "prompts_needed": lineage["prompts_needed"],
        "nearest": nearest["name"],
        "family": nearest["family"],
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, _DIGITS)
