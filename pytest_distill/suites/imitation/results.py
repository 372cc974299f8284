"""Results of the suite: closures, their parts, and what follows from them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from pytest_distill.records import Estimate, Observation, SuiteSummary, Summary, Usage
from pytest_distill.results.outcomes import PlannedResults
from pytest_distill.results.protocol import CaseFilter, SummaryOptions, Values
from pytest_distill.results.usages import AnswerUsages
from pytest_distill.stats.identity import UNSPECIFIED
from pytest_distill.stats.panels import Voted
from pytest_distill.suites.imitation import numbers
from pytest_distill.suites.imitation.numbers import Measured
from pytest_distill.suites.imitation.statements import statements


class _Pair(NamedTuple):
    model: str
    reference: str


class ImitationResults(PlannedResults):
    """Counts each case once; a case that is added again replaces the earlier one."""

    def __init__(self, suite: str, *, base: str | None) -> None:
        """Begin with nothing.

        Args:
            suite: its name.
            base: label of the model before it was distilled; None without one.
        """
        self.suite = suite
        self._base = base
        self._outcomes: dict[_Pair, dict[str, Measured]] = defaultdict(dict)
        self._usages = AnswerUsages()

    def add(self, observation: Observation) -> None:
        """Enter one observation."""
        case = observation.case
        pair = _Pair(observation.model, case.reference or "")
        self._outcomes[pair][case.id] = Measured(
            values=observation.values if observation.outcome == "judged" else None,
            cluster=case.probe_key,
            category=case.category or UNSPECIFIED,
            language=case.language or UNSPECIFIED,
        )
        self._usages.add(observation)

    def usages(self) -> Sequence[Usage | None]:
        """Return the usage of each requested answer; None if the provider did not report it."""
        return self._usages.all()

    def votes(self) -> Sequence[Voted]:
        """Return nothing: there is one way to count."""
        return ()

    def report_fields(self, *, level: float) -> Mapping[str, Any]:
        """Return nothing: no field is about all models together."""
        del level
        return {}

    def summaries(self, model: str, options: SummaryOptions) -> Mapping[str, Summary]:
        """Return the summary of the suite; empty without observations."""
        return {self.suite: self.summary(model, options)} if self._pairs(model) else {}

    def summary(self, model: str, options: SummaryOptions) -> SuiteSummary:
        """Return the numbers for the reference that is nearest in style, and for each of them."""
        pairs = self._pairs(model)
        if not pairs:
            return SuiteSummary()
        level = options.level
        of = {pair.reference: self._of(pair, options.keep) for pair in pairs}
        nearest = _nearest(of)
        outcomes, found = of[nearest], numbers.numbers(of[nearest], level=level)
        told = statements(outcomes, found, level=level, has_base=self._base is not None)
        base = {} if self._base is None else {"base": self._base}
        groups: dict[str, dict[str, dict[str, Estimate]]] = {
            "by_category": numbers.by_category(outcomes, level=level),
            "by_language": numbers.by_language(outcomes, level=level),
            "by_habit": numbers.by_habit(outcomes, level=level),
        }
        if len(of) > 1:
            # The number of a reference must not be taken for that of a group of its name.
            taken = set(chain.from_iterable(groups.values()))
            groups["by_reference"] = {
                f"reference-{name}" if name in taken else name: numbers.numbers(each, level=level)
                for name, each in of.items()
            }
        statement = {**told, "reference": nearest, **base}
        return SuiteSummary.model_validate({**found, **groups, "statements": statement})

    def values(self, model: str, part: str) -> Mapping[str, Values]:
        """Return the values of each case; those for the nearest reference are the model's too."""
        del part
        pairs = self._pairs(model)
        if not pairs:
            return {}
        nearest = _nearest({pair.reference: self._of(pair, None) for pair in pairs})
        return {
            case: values
            for pair in pairs
            for case, values in self._values_of(pair, is_nearest=pair.reference == nearest)
        }

    def _pairs(self, model: str) -> list[_Pair]:
        return [pair for pair in sorted(self._outcomes) if pair.model == model]

    def _of(self, pair: _Pair, keep: CaseFilter | None) -> list[Measured]:
        found = self._outcomes[pair]
        # In one order, so that sums are the same to the last digit.
        return [found[case] for case in sorted(found) if keep is None or keep(case)]

    def _values_of(self, pair: _Pair, *, is_nearest: bool) -> Iterator[tuple[str, Values]]:
        for case, outcome in self._outcomes[pair].items():
            if outcome.values is None:
                yield case, None
                continue
            own = {f"{name}.{pair.reference}": value for name, value in outcome.values.items()}
            yield case, {**outcome.values, **own} if is_nearest else own


def _nearest(of: Mapping[str, Sequence[Measured]]) -> str:
    """Return the reference whose style the model shares most; the first of equals."""
    return min(sorted(of), key=lambda name: -numbers.mean_style(of[name]))
