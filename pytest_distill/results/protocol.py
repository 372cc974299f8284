"""What the store asks of the results of a suite."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from pytest_distill.records import (
    Calibration,
    Observation,
    RunStatus,
    SlotResult,
    SuitePlan,
    Summary,
    Usage,
)
from pytest_distill.stats.panels import Voted

CaseFilter = Callable[[str], bool]
"""Picks cases by their id."""

Values = Mapping[str, float] | None
"""What a case adds to each number, by its name; None where the case is missing."""


class SummaryOptions(NamedTuple):
    """How results are summed up."""

    level: float
    """Of the intervals, two-sided, in (0, 1)."""
    calibration: Calibration | None = None
    """How often the judge errs, where rates are to be corrected for it."""
    vendors: Collection[str] = ()
    """Counted even if nobody claims them."""
    keep: CaseFilter | None = None
    """Cases to sum up; None is all."""
    status: RunStatus = RunStatus()


class SuiteResults(Protocol):
    """What one suite has observed in a run, condensed; a case that comes again replaces."""

    def add(self, observation: Observation) -> None:
        """Enter one observation."""
        ...

    def add_slot(self, slot: SlotResult) -> None:
        """Enter what became of one slot."""
        ...

    def summaries(self, model: str, options: SummaryOptions) -> Mapping[str, Summary]:
        """Return what the report has of one model, by its name there; nothing for nothing."""
        ...

    def summary(self, model: str, options: SummaryOptions) -> Summary:
        """Return the summary that gates are decided on, also where nothing was observed."""
        ...

    def values(self, model: str, part: str) -> Mapping[str, Values]:
        """Return what each case of one part of the suite counts for, by the id of the case."""
        ...

    def votes(self) -> Sequence[Voted]:
        """Return the votes of several judges on each case; nothing where one judged alone."""
        ...

    def report_fields(self, *, level: float) -> Mapping[str, Any]:
        """Return what the report has of all models together, by the name of its field."""
        ...

    def usages(self) -> Sequence[Usage | None]:
        """Return the usage of each answer that was asked for; None where nobody counted it."""
        ...

    def expected(self, model: str, plan: SuitePlan) -> int:
        """Return how many cases the suite would have of one model, as far as is known by now."""
        ...

    def shortcoming(self, model: str, plan: SuitePlan) -> str | None:
        """Return why the suite is incomplete, if the count of its cases does not tell."""
        ...
