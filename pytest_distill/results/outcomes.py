"""Results of suites that evaluate one answer at a time: identity leaks and plain values."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from pytest_distill.records import (
    Estimate,
    IceSummary,
    Leak,
    NearAnswer,
    Observation,
    SlotResult,
    SuitePlan,
    SuiteSummary,
    Summary,
    Usage,
)
from pytest_distill.report.leaks import KINDS, leak_of
from pytest_distill.results.protocol import CaseFilter, SummaryOptions, Values
from pytest_distill.results.usages import was_asked
from pytest_distill.stats.corrected import PREDICTION_POWERED, ROGAN_GLADEN, with_corrections
from pytest_distill.stats.identity import UNSPECIFIED, Outcome, outcome_of, values_of
from pytest_distill.stats.means import clustered_mean
from pytest_distill.stats.panels import Voted

O = TypeVar("O")  # noqa: E741 - the outcome of one observation


class PlannedResults:
    """The part of `SuiteResults` that is the same wherever all cases are known before the run."""

    def add_slot(self, slot: SlotResult) -> None:
        """Do nothing: this suite has no slots."""

    def expected(self, model: str, plan: SuitePlan) -> int:
        """Return how many cases the plan has: all are known before the run."""
        del model
        return plan.looks[-1].cases

    def is_settled(self, model: str, *, level: float, keep: CaseFilter | None) -> bool | None:
        """Return None: nothing is found beside the numbers."""
        del model, level, keep
        return None

    def evidence(self, model: str, number: str) -> Sequence[str]:
        """Return nothing: no case says more than the others."""
        del model, number
        return ()

    def shown(self, model: str, case: str) -> Leak | NearAnswer | None:
        """Return None: no case is shown."""
        del model, case
        return None

    def leaks(self) -> Sequence[Leak]:
        """Return nothing: there is no verdict on identity."""
        return ()

    def shortcoming(self, model: str, plan: SuitePlan) -> str | None:
        """Return None: the number of cases shows whether the suite is complete."""
        del model, plan
        return None


class OutcomeResults(PlannedResults, ABC, Generic[O]):
    """Stores the outcome of each observation, by model and part of the suite."""

    def __init__(self, suite: str) -> None:
        self.suite = suite
        self._outcomes: dict[tuple[str, str], dict[str, O]] = defaultdict(dict)
        self._usages: dict[tuple[str, str], Usage | None] = {}

    def add(self, observation: Observation) -> None:
        """Enter one observation."""
        case, completion = observation.case, observation.completion
        self._outcomes[observation.model, case.suite][case.id] = self._condensed(observation)
        key = (observation.model, case.id)
        self._usages.pop(key, None)
        # A test that ended without an observation may have asked nothing.
        is_open = case.response is None and observation.unobserved is None
        if is_open and was_asked(completion, observation):
            self._usages[key] = None if completion is None else completion.usage

    def summaries(self, model: str, options: SummaryOptions) -> Mapping[str, Summary]:
        """Return the summary of the suite; empty without observations."""
        if (model, self.suite) not in self._outcomes:
            return {}
        return {self.suite: self.summary(model, options)}

    @abstractmethod
    def summary(self, model: str, options: SummaryOptions) -> Summary:
        """Return the summary of the suite, also without observations."""

    @abstractmethod
    def values(self, model: str, part: str) -> Mapping[str, Values]:
        """Return the values of each case, by its id."""

    def votes(self) -> Sequence[Voted]:
        """Return nothing: only identity judges vote."""
        return ()

    def report_fields(self, *, level: float) -> Mapping[str, Any]:
        """Return nothing: no field is about all models together."""
        del level
        return {}

    def usages(self) -> Sequence[Usage | None]:
        """Return the usage of each requested answer."""
        return list(self._usages.values())

    def outcomes(self, model: str, part: str, keep: CaseFilter | None = None) -> list[O]:
        """Return the outcomes of one part, in the order of the case ids."""
        found = self._outcomes.get((model, part), {})
        return [found[case] for case in sorted(found) if keep is None or keep(case)]

    @abstractmethod
    def _condensed(self, observation: Observation) -> O:
        """Return the outcome of one observation."""


class IdentityResults(OutcomeResults[Outcome]):
    """Identity leaks: rates over all cases, by category, language and vendor."""

    def __init__(self, suite: str) -> None:
        super().__init__(suite)
        self._leaks: dict[tuple[str, str], Leak] = {}
        """Leaks, and what is counted apart of them, by model and case."""

    def add(self, observation: Observation) -> None:
        """Enter one observation."""
        super().add(observation)
        key = (observation.model, observation.case.id)
        self._leaks.pop(key, None)
        if (leak := leak_of(observation)) is not None:
            self._leaks[key] = leak

    def evidence(self, model: str, number: str) -> Sequence[str]:
        """Return the leaks that a rate counts, the worst kind first."""
        return self._worst_first(model, self._counted(model, number))

    def shown(self, model: str, case: str) -> Leak | None:
        """Return a leak."""
        return self._leaks.get((model, case))

    def leaks(self) -> Sequence[Leak]:
        """Return every leak; what is counted apart is none."""
        found = [leak for leak in self._leaks.values() if leak.kind in KINDS]
        return sorted(found, key=lambda leak: (leak.model, leak.suite, leak.case))

    def _counted(self, model: str, number: str) -> Collection[str]:
        """Return the cases that count as one in a rate."""
        found = self._outcomes.get((model, self.suite), {})
        return [case for case, outcome in found.items() if _counts(outcome, number)]

    def _worst_first(self, model: str, cases: Collection[str]) -> Sequence[str]:
        def order(case: str) -> tuple[int, str]:
            kind = self._leaks[model, case].kind
            return (KINDS.index(kind) if kind in KINDS else len(KINDS), case)

        return sorted((case for case in cases if (model, case) in self._leaks), key=order)

    def summary(self, model: str, options: SummaryOptions) -> IceSummary:
        """Return the leak rates."""
        return self._rates(model, self.suite, options)

    def values(self, model: str, part: str) -> Mapping[str, Values]:
        """Return the value of each case in each leak rate."""
        found = self._outcomes.get((model, part), {})
        return {case: values_of(outcome) for case, outcome in found.items()}

    def votes(self) -> Sequence[Voted]:
        """Return the votes of several judges on each case."""
        return [
            Voted(outcome.votes, outcome.template, outcome.probe)
            for key in sorted(self._outcomes)
            for _, outcome in sorted(self._outcomes[key].items())
        ]

    def _rates(self, model: str, part: str, options: SummaryOptions) -> IceSummary:
        return with_corrections(
            self.outcomes(model, part, options.keep),
            options.calibration,
            level=options.level,
            vendors=options.vendors,
        )

    def _condensed(self, observation: Observation) -> Outcome:
        return outcome_of(observation)


def _counts(outcome: Outcome, number: str) -> bool:
    values = values_of(outcome) or {}
    if number in values:
        return values[number] > 0
    kind, _, group = number.rpartition(".")
    is_corrected = group in {ROGAN_GLADEN, PREDICTION_POWERED}
    is_of_group = is_corrected or group in {outcome.category, outcome.language}
    return is_of_group and values.get(kind, 0.0) > 0


class Valued(NamedTuple):
    """The outcome of a case that has values instead of a verdict."""

    values: Mapping[str, float] | None
    template: str | None
    probe: str
    category: str
    language: str


class ValueResults(OutcomeResults[Valued]):
    """Means of the values that a suite measures per case, over all cases and by group."""

    def summary(self, model: str, options: SummaryOptions) -> SuiteSummary:
        """Return the mean of each value, with intervals clustered by template and probe."""
        outcomes = self.outcomes(model, self.suite, options.keep)
        names = sorted({name for outcome in outcomes for name in outcome.values or ()})

        def means(chosen: Sequence[Valued]) -> dict[str, Estimate]:
            return {name: _mean(chosen, name, options.level) for name in names}

        return SuiteSummary.model_validate(
            {
                **means(outcomes),
                "by_category": _by(outcomes, lambda outcome: outcome.category, means),
                "by_language": _by(outcomes, lambda outcome: outcome.language, means),
            }
        )

    def values(self, model: str, part: str) -> Mapping[str, Values]:
        """Return the values of each case."""
        found = self._outcomes.get((model, part), {})
        return {case: outcome.values for case, outcome in found.items()}

    def _condensed(self, observation: Observation) -> Valued:
        case = observation.case
        return Valued(
            values=observation.values if observation.outcome == "judged" else None,
            template=case.template_key,
            probe=case.probe_key,
            category=case.category or UNSPECIFIED,
            language=case.language or UNSPECIFIED,
        )


def _mean(outcomes: Sequence[Valued], name: str, level: float) -> Estimate:
    counted = [o for o in outcomes if o.values is not None and name in o.values]
    return clustered_mean(
        [outcome.values[name] for outcome in counted if outcome.values is not None],
        [[outcome.template for outcome in counted], [outcome.probe for outcome in counted]],
        missing=sum(outcome.values is None for outcome in outcomes),
        level=level,
    )


def _by(
    outcomes: Sequence[Valued],
    group: Callable[[Valued], str],
    means: Callable[[Sequence[Valued]], dict[str, Estimate]],
) -> dict[str, dict[str, Estimate]]:
    members: dict[str, list[Valued]] = defaultdict(list)
    for outcome in outcomes:
        members[group(outcome)].append(outcome)
    return {name: means(members[name]) for name in sorted(members)}
