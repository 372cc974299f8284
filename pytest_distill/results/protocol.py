"""The protocol that the results of each suite implement for the store."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from pytest_distill.records import (
    Calibration,
    Leak,
    NearAnswer,
    Observation,
    RunStatus,
    SlotResult,
    SuitePlan,
    Summary,
    Usage,
)
from pytest_distill.stats.panels import Voted

CaseFilter = Callable[[str], bool]
"""Selects cases by id."""

Values = Mapping[str, float] | None
"""The value of a case in each number, by name; None if the case is missing."""


class SummaryOptions(NamedTuple):
    """How results are summarised."""

    level: float
    """Of the intervals, two-sided, in (0, 1)."""
    calibration: Calibration | None = None
    """Error rates of the judge, if rates are to be corrected for them."""
    vendors: Collection[str] = ()
    """Listed even if no answer claims them."""
    keep: CaseFilter | None = None
    """Selects the cases to summarise; None: all."""
    status: RunStatus = RunStatus()


class SuiteResults(Protocol):
    """Outcomes of one suite in a run; a case that is added again replaces the earlier one.

    The store adds a case again only where the later observation counts.
    """

    def add(self, observation: Observation) -> None:
        """Enter one observation."""
        ...

    def add_slot(self, slot: SlotResult) -> None:
        """Enter the result of one slot."""
        ...

    def summaries(self, model: str, options: SummaryOptions) -> Mapping[str, Summary]:
        """Return one model's summaries by their name in the report; empty without observations."""
        ...

    def summary(self, model: str, options: SummaryOptions) -> Summary:
        """Return the summary that gates are decided on, also without observations."""
        ...

    def values(self, model: str, part: str) -> Mapping[str, Values]:
        """Return the values of each case of one part of the suite, by case id."""
        ...

    def votes(self) -> Sequence[Voted]:
        """Return the votes of several judges on each case; empty for a single judge."""
        ...

    def report_fields(self, *, level: float) -> Mapping[str, Any]:
        """Return the report fields that are about all models together, by name."""
        ...

    def evidence(self, model: str, number: str) -> Sequence[str]:
        """Return the ids of the cases that raise a number of one model, those that say most first.

        Independent of the order in which they were entered.
        """
        ...

    def shown(self, model: str, case: str) -> Leak | NearAnswer | None:
        """Return one of these cases for readers; None if it is none of them."""
        ...

    def leaks(self) -> Sequence[Leak]:
        """Return every leak of every model, in the order of models, parts and cases."""
        ...

    def is_settled(self, model: str, *, level: float, keep: CaseFilter | None) -> bool | None:
        """Return whether what is found beside the numbers needs no more cases of one model.

        None where nothing is. Asked after each look, about its cases.
        """
        ...

    def usages(self) -> Sequence[Usage | None]:
        """Return the usage of each requested answer; None if the provider did not report it."""
        ...

    def expected(self, model: str, plan: SuitePlan) -> int:
        """Return how many cases the suite would have for one model, as far as known by now."""
        ...

    def shortcoming(self, model: str, plan: SuitePlan) -> str | None:
        """Return why the suite is incomplete, if the number of its cases does not show it."""
        ...
