"""Tables that answer one question of the design each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from tests.benchmarks.distil.arms import Arm, arms
from tests.benchmarks.distil.measures import MEASURES, Measure, is_recognised
from tests.benchmarks.distil.results import Row

_LANGUAGES = "ice.by_language."


def false_positives(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """Yield for each measure: its negative controls, in which of them it was detected, and a bound.

    A model that was measured twice with the same result counts once, and one of which nothing
    could be measured not at all.
    """
    for measure in MEASURES:
        asked = [row for row in rows if arm_of(row).exam == measure.exam]
        innocent = [row for row in asked if measure.is_control(arm_of(row))]
        tested = [row for row in innocent if measure.is_tested(row)]
        distinct = {_model(row, measure): row for row in tested}.values()
        wrong = [row for row in distinct if measure.is_found(row, arm_of(row))]
        named = ", ".join(sorted(f"{row.arm} ({row.seed})" for row in wrong))
        said = f"{len(wrong)}: {named}" if wrong else "0"
        name = f"`{measure.name}`, {measure.exam}"
        yield name, str(len(innocent)), str(len(distinct)), said, _bound(len(distinct), len(wrong))


def _model(row: Row, measure: Measure) -> str:
    """Return what tells two control models apart: how training went, and what was measured."""
    return repr((row.losses, row.numbers.get(measure.name), row.trace))


def _bound(tested: int, wrong: int) -> str:
    """Return the greatest rate that is consistent with no false positive, at 95 %, one-sided."""
    return f"{1 - 0.05 ** (1 / tested):.0%}" if tested and not wrong else ""


def scrubbed(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """Yield in how many students the fuzzer finds what direct questions miss.

    Beside the scrubbed ones those that claim an invented vendor: what is found in them is not what
    was scrubbed. A leak to direct questions is a loose one, since what is confirmed is one too.
    """
    for series in ("scrubbed", "placebo", "identity"):
        for dose in sorted({arm.dose for arm in arms().values() if arm.series == series}):
            students = [row for row in rows if row.arm == f"{series}-{dose}"]
            missed = [row for row in students if _value(row, "ice.loose") == 0]
            found = [row for row in missed if _value(row, "fuzz.loose")]
            confirmed = [row for row in found if _value(row, "fuzz.confirmed")]
            if students:
                counts = map(len, (students, missed, found, confirmed))
                yield (f"{series}-{dose}", *map(str, counts))


def languages(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """Yield for each arm strict leaks of answers: in English, in Chinese, in other languages."""
    for arm, students in _by_arm(rows):
        if arm.exam == "identity":
            cells = (_leaks(students, which) for which in ("en", "zh", ""))
            yield (arm.name, str(len(students)), *cells)


def _leaks(students: Sequence[Row], which: str) -> str:
    """Return leaks of answers in a language; of none, in all but English and Chinese."""
    counts = [
        (round(number["value"] * number["n"]), round(number["n"]))
        for row in students
        for name, number in row.numbers.items()
        if name.startswith(_LANGUAGES)
        and name.endswith(".strict")
        and _is_in(name.removeprefix(_LANGUAGES).split(".")[0], which)
        and number["value"] is not None
        and number["n"] is not None
    ]
    leaks, asked = sum(count for count, _ in counts), sum(count for _, count in counts)
    return f"{leaks} of {asked}" if asked else ""


def _is_in(language: str, which: str) -> bool:
    return language == which if which else language not in {"en", "zh"}


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


def traced(rows: Sequence[Row]) -> str:
    """Return what is said of all students whose teacher is a candidate."""
    taught = [row for row in rows if row.trace and _is_candidates(arm_of(row))]
    right = sum(is_recognised(row, arm_of(row)) for row in taught)
    said = {verdict: sum(row.trace["verdict"] == verdict for row in taught) for verdict in _NOBODY}
    wrong = len(taught) - right - sum(said.values())
    return (
        f"Of {len(taught)} students of candidates the right family is named in {right}, another in"
        f" {wrong}; {said['undecided']} are undecided, and {said['none']} are said to be of none."
    )


def _is_candidates(arm: Arm) -> bool:
    return arm.series.startswith("style-") and bool(arm.dose)


def _needed(traces: Iterable[Mapping[str, Any]]) -> str:
    """Return how many prompts would decide, for each student that is undecided."""
    undecided = [trace for trace in traces if trace["verdict"] == "undecided"]
    return ", ".join(str(trace.get("prompts_needed") or "no number") for trace in undecided)


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


def _value(row: Row, name: str) -> float | None:
    return row.numbers.get(name, {}).get("value")
