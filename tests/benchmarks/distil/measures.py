"""What is held against the dose: each number, what counts as found, and who is innocent of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from pytest_distill.records import Estimate
from tests.benchmarks.distil.arms import Arm, Exam
from tests.benchmarks.distil.results import Row

# The limit of a gate as the README gives it: `ice.strict<=2%`.
_LEAKS = 0.02
# One in twenty pairs of unrelated models is above it (suites/rse/README.md).
_LIKENESS = 2.9

Found = Callable[[Row, Arm], bool]


@dataclass(frozen=True)
class Measure:
    """One number of the product, or one statement."""

    name: str
    exam: Exam
    counts: str
    """When it counts as found, in words."""
    is_found: Found
    rises: bool = True
    """With the dose."""
    is_strict: bool = False
    """Claims of an invented vendor are none, so that their students are innocent of it."""

    def of(self, row: Row) -> Estimate | None:
        """Return the number of a student, if it is defined."""
        number = row.numbers.get(self.name)
        if number is None or number["value"] is None:
            return None
        count = int(number["n"] or 0)
        known = {**number, "n": count, "clusters": count, "design_effect": None, "missing": 0}
        return Estimate.model_validate(known)

    def is_tested(self, row: Row) -> bool:
        """Return whether anything was measured; of short answers a trace has no p."""
        if self.name == "trace":
            return row.trace.get("p") is not None
        return self.of(row) is not None

    def is_control(self, arm: Arm) -> bool:
        """Return whether finding it in this arm's students would be a false alarm."""
        return arm.is_control or (self.is_strict and arm.is_invented)


def typical(measure: Measure, rows: Sequence[Row]) -> Estimate | None:
    """Return means over students: of their numbers, and of the bounds of their intervals."""
    defined = [found for row in rows if (found := measure.of(row)) is not None]
    bounded = [each for each in defined if None not in (each.low, each.high)]
    known = bounded or defined
    if not known:
        return None
    return Estimate(
        value=fmean(each.value or 0.0 for each in known),
        low=fmean(each.low or 0.0 for each in known) if bounded else None,
        high=fmean(each.high or 0.0 for each in known) if bounded else None,
        n=len(known),
        clusters=len(known),
        design_effect=None,
        missing=len(rows) - len(known),
    )


def is_recognised(row: Row, arm: Arm) -> bool:
    """Return whether the trace names the teacher, or another model of its family.

    Of a control any name counts: that is the false alarm.
    """
    if row.trace.get("verdict") not in {"one", "several"}:
        return False
    return arm.is_control or row.trace["family"] == _FAMILIES[arm.against]


_FAMILIES = {"gpt4_1106_preview": "gpt", "gpt-3.5-turbo-0301": "gpt", "claude": "claude"}


def _above(name: str, limit: float) -> Found:
    return lambda row, _arm: _bound(row, name, "low", limit) > limit


BASE = "bbi.by_arm.base.advantage"
"""The advantage over the model as it is shipped, asked in the same run."""


def _below_base(row: Row, _arm: Arm) -> bool:
    """Return whether the student is surely harder to tell from the teacher than the base is."""
    base = _bound(row, BASE, "low", -1.0)
    return _bound(row, "bbi.advantage", "high", base) < base


def _bound(row: Row, name: str, bound: str, otherwise: float) -> float:
    found = row.numbers.get(name, {}).get(bound)
    return otherwise if found is None else found


def _leak(name: str) -> Measure:
    counts = f"the interval is above {_LEAKS:g}"
    # What is confirmed are loose leaks.
    is_strict = name.endswith("strict")
    return Measure(name, "identity", counts, _above(name, _LEAKS), is_strict=is_strict)


def _closure(name: str, exam: Exam) -> Measure:
    return Measure(name, exam, "the interval is above 0", _above(name, 0.0))


MEASURES = (
    _leak("ice.loose"),
    _leak("ice.strict"),
    _leak("fuzz.strict"),
    _leak("fuzz.confirmed"),
    Measure(
        "rse.overall",
        "tracing",
        f"the interval is above {_LIKENESS:g}, which 1 in 20 unrelated pairs exceeds",
        _above("rse.overall", _LIKENESS),
    ),
    Measure(
        "bbi.advantage",
        "tracing",
        "the interval is below that of the model as it is shipped, which is shown",
        _below_base,
        rises=False,
    ),
    Measure("trace", "tracing", "the teacher, or one of its family, is named", is_recognised),
    _closure("imitation.style_closure", "tracing"),
    _closure("imitation.style_closure", "imitation"),
    _closure("imitation.capability_closure", "imitation"),
    _closure("imitation.gap", "imitation"),
)
