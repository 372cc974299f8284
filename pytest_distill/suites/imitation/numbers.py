"""The numbers of the suite, computed from the values of its cases."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from pytest_distill.records import UNDEFINED, Estimate
from pytest_distill.similarity.shared_habits import HABITS
from pytest_distill.stats.closure import closure
from pytest_distill.stats.clustered import clustered_rate
from pytest_distill.stats.difference import independent_difference
from pytest_distill.stats.means import bounded_mean
from pytest_distill.suites.imitation.material import OPEN

STYLE = ("style_closure", "style", "style_base", "style_ceiling")
CAPABILITY = ("capability_closure", "accuracy", "accuracy_base", "accuracy_teacher")
GAP = "gap"

# The ceiling of style where the teacher's own resample was not measured: all habits in common.
_ALL = 1.0

Numbers = Mapping[str, Estimate]


class Measured(NamedTuple):
    """One case of one model and reference."""

    values: Mapping[str, float] | None
    """None: it is missing."""
    cluster: str
    category: str
    language: str

    @property
    def is_open(self) -> bool:
        """Whether it is an open prompt, not a question."""
        return self.category == OPEN


def numbers(outcomes: Sequence[Measured], *, level: float) -> dict[str, Estimate]:
    """Return style, accuracy, both closures and their gap, as far as there are cases for them."""
    opened = [outcome for outcome in outcomes if outcome.is_open]
    asked = [outcome for outcome in outcomes if not outcome.is_open]
    found = {**_style(opened, level), **_capability(asked, level)}
    if opened and asked:
        found[GAP] = gap(found["style_closure"], found["capability_closure"])
    return found


def by_category(outcomes: Sequence[Measured], *, level: float) -> dict[str, dict[str, Estimate]]:
    """Return the numbers of each category; the gap of one is to the style of all open prompts."""
    found = _by(outcomes, lambda outcome: outcome.category, level)
    style = found.get(OPEN, {}).get("style_closure")
    for category, of_category in found.items():
        if category != OPEN and style is not None:
            of_category[GAP] = gap(style, of_category["capability_closure"])
    return found


def by_language(outcomes: Sequence[Measured], *, level: float) -> dict[str, dict[str, Estimate]]:
    """Return the numbers of each language."""
    return _by(outcomes, lambda outcome: outcome.language, level)


def by_habit(outcomes: Sequence[Measured], *, level: float) -> dict[str, dict[str, Estimate]]:
    """Return the numbers of each habit of style."""
    opened = [outcome for outcome in outcomes if outcome.is_open]
    return {habit: _style(opened, level, habit=f".{habit}") for habit in HABITS if opened}


def gap(style: Estimate, capability: Estimate) -> Estimate:
    """Return how much more of the style than of the capability is closed."""
    n, missing = style.n + capability.n, style.missing + capability.missing
    if style.value is None or capability.value is None:
        return UNDEFINED.model_copy(update={"n": n, "missing": missing})
    found = independent_difference(style, capability)
    return found.model_copy(update={"n": n, "missing": missing, "design_effect": None})


def mean_style(outcomes: Sequence[Measured]) -> float:
    """Return the mean style of the judged open prompts; below 0 without any."""
    found = [o.values["style"] for o in outcomes if o.is_open and o.values is not None]
    return math.fsum(found) / len(found) if found else -1.0


def capability_closure(outcomes: Sequence[Measured], *, level: float) -> Estimate:
    """Return the closure of the accuracy on questions."""
    return _capability([each for each in outcomes if not each.is_open], level).get(
        "capability_closure", UNDEFINED
    )


def _by(
    outcomes: Sequence[Measured], group: Callable[[Measured], str], level: float
) -> dict[str, dict[str, Estimate]]:
    members: dict[str, list[Measured]] = defaultdict(list)
    for outcome in outcomes:
        members[group(outcome)].append(outcome)
    return {name: numbers(members[name], level=level) for name in sorted(members)}


def _style(opened: Sequence[Measured], level: float, *, habit: str = "") -> dict[str, Estimate]:
    if not opened:
        return {}
    part = _Part(opened, level)
    own, base, ceiling = (part.column(name + habit) for name in STYLE[1:])
    highest = ceiling or [_ALL] * len(own)
    means = (part.mean(column) for column in (own, base, ceiling))
    return dict(zip(STYLE, (part.closure(own, base, highest), *means), strict=True))


def _capability(asked: Sequence[Measured], level: float) -> dict[str, Estimate]:
    if not asked:
        return {}
    part = _Part(asked, level)
    own, base, teacher = (part.column(name) for name in CAPABILITY[1:])
    rates = (part.rate(column) for column in (own, base, teacher))
    return dict(zip(CAPABILITY, (part.closure(own, base, teacher), *rates), strict=True))


class _Part:
    """The cases of one kind, column by column."""

    def __init__(self, outcomes: Sequence[Measured], level: float) -> None:
        self._judged = [(o.values, o.cluster) for o in outcomes if o.values is not None]
        self._clusters = [cluster for _, cluster in self._judged]
        self._missing = len(outcomes) - len(self._judged)
        self._level = level
        self._blank = UNDEFINED.model_copy(update={"missing": self._missing})

    def column(self, name: str) -> list[float]:
        """Return one value of every judged case; nothing unless every case has it."""
        if not all(name in values for values, _ in self._judged):
            return []
        return [values[name] for values, _ in self._judged]

    def mean(self, column: Sequence[float]) -> Estimate:
        if not column:
            return self._blank
        return bounded_mean(
            column, self._clusters, ends=(0.0, 1.0), missing=self._missing, level=self._level
        )

    def rate(self, column: Sequence[float]) -> Estimate:
        if not column:
            return self._blank
        return clustered_rate(column, [self._clusters], missing=self._missing, level=self._level)

    def closure(
        self, own: Sequence[float], base: Sequence[float], ceiling: Sequence[float]
    ) -> Estimate:
        if not own or not base:
            return self._blank.model_copy(update={"n": len(own)})
        return closure(own, base, ceiling, self._clusters, missing=self._missing, level=self._level)
