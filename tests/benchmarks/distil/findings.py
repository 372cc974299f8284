"""Tables that answer one question of the design each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean, median
from typing import Any

from tests.benchmarks.distil.arms import Arm, arms
from tests.benchmarks.distil.measures import MEASURES, is_recognised
from tests.benchmarks.distil.results import Row

_LANGUAGES = "ice.by_language."


def false_alarms(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """Yield for each measure: its control students, and in which of them it was found."""
    for measure in MEASURES:
        asked = [row for row in rows if arm_of(row).exam == measure.exam]
        innocent = [row for row in asked if measure.is_control(arm_of(row))]
        alarms = [row for row in innocent if measure.is_found(row, arm_of(row))]
        named = ", ".join(sorted(f"{row.arm} ({row.seed})" for row in alarms))
        said = f"{len(alarms)}: {named}" if alarms else "0"
        yield f"`{measure.name}`, {measure.exam}", str(len(innocent)), said


def scrubbed(rows: Sequence[Row]) -> str:
    """Return in how many scrubbed students the fuzzer finds what bare probes miss."""
    students = [row for row in rows if arm_of(row).series == "scrubbed"]
    missed = [row for row in students if not _value(row, "ice.strict")]
    found = [row for row in missed if _value(row, "fuzz.strict")]
    confirmed = [row for row in found if _value(row, "fuzz.confirmed")]
    return (
        f"Students: {len(students)}."
        f" Without any leak to bare probes (`ice.strict` 0): {len(missed)}."
        f" Of these the fuzzer found a leak in {len(found)}, and confirmed it in {len(confirmed)}."
    )


def languages(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """Yield for each arm: mean `ice.strict` in English, in Chinese, in the other languages."""
    for arm, students in _by_arm(rows):
        if arm.exam == "identity":
            found = [_shares(row) for row in students]
            means = (f"{fmean(column):.2f}" for column in zip(*found, strict=True))
            yield (arm.name, str(len(students)), *means)


def tracing(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """Yield for each arm what traces of its students say, and how surely."""
    for arm, students in _by_arm(rows):
        traces = [row.trace for row in students if row.trace]
        if not traces:
            continue
        named = sum(trace["verdict"] in {"one", "several"} for trace in traces)
        right = 0 if arm.is_control else sum(is_recognised(row, arm) for row in students)
        verdicts = (sum(trace["verdict"] == said for trace in traces) for said in _NOBODY)
        nearest = ", ".join(sorted({trace["nearest"] for trace in traces}))
        known = [trace["p"] for trace in traces if trace["p"] is not None]
        p = f"{median(known):.3f}" if known else ""
        counts = (right, named - right, *verdicts)
        yield (arm.name, str(len(traces)), *map(str, counts), p, nearest, _needed(traces))


def _needed(traces: Iterable[Mapping[str, Any]]) -> str:
    """Return how many prompts would decide, for each student that is undecided."""
    undecided = [trace for trace in traces if trace["verdict"] == "undecided"]
    return ", ".join(str(trace.get("prompts_needed") or "more would not") for trace in undecided)


_NOBODY = ("undecided", "none")


def arm_of(row: Row) -> Arm:
    """Return the arm of a student."""
    return arms()[row.arm]


def _by_arm(rows: Iterable[Row]) -> Iterator[tuple[Arm, list[Row]]]:
    known = list(rows)
    for name, arm in arms().items():
        students = [row for row in known if row.arm == name]
        if students:
            yield arm, students


def _shares(row: Row) -> tuple[float, float, float]:
    found = {
        name.removeprefix(_LANGUAGES).split(".")[0]: _value(row, name) or 0.0
        for name in row.numbers
        if name.startswith(_LANGUAGES) and name.endswith(".strict")
    }
    english, chinese = found.pop("en", 0.0), found.pop("zh", 0.0)
    return english, chinese, fmean(found.values()) if found else 0.0


def _value(row: Row, name: str) -> float | None:
    return row.numbers.get(name, {}).get("value")
