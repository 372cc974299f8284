"""What a run observed, as gates see it: by interim look, with a cache of the numbers."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache

from pytest_distill.records import (
    UNDEFINED,
    Calibration,
    CaseResult,
    Estimate,
    InterimLook,
    ModelSuite,
    SuitePlan,
)
from pytest_distill.results import metrics
from pytest_distill.results.protocol import CaseFilter, SummaryOptions
from pytest_distill.results.store import ResultStore
from pytest_distill.stats import looks
from pytest_distill.stats.identity import REFUSED


class Observed:
    """The observations by look, with a cache of the numbers computed from them."""

    def __init__(
        self,
        store: ResultStore,
        seed: int,
        plans: Mapping[ModelSuite, SuitePlan],
        vendors: Collection[str],
        calibration: Calibration | None,
    ) -> None:
        """Begin with nothing computed.

        Args:
            store: the observations.
            seed: of the random order of cases.
            plans: the looks of each suite of each model.
            vendors: those whose number is 0 where no answer claims them.
            calibration: error rates of the judge, for rates that are corrected for them.
        """
        self.store = store
        self._seed = seed
        self._plans = plans
        self._vendors = vendors
        self._calibration = calibration
        self._numbers: dict[
            tuple[ModelSuite, InterimLook | None, float], Mapping[str, Estimate]
        ] = {}
        self._refusals: dict[tuple[ModelSuite, InterimLook | None], Sequence[bool]] = {}
        self._references: dict[
            tuple[ModelSuite, InterimLook | None], Mapping[str, tuple[int, int]]
        ] = {}
        # Each gate is decided at several error levels, on the same observations.
        self.reused = cache(store.reused)
        self.silent_judges = cache(store.silent_judges)

    def count(
        self, group: ModelSuite, look: InterimLook | None = None, own: Collection[str] = ()
    ) -> int:
        """Return how many cases of the plan are there; `own`, a user's, are none of it."""
        keep = self.keep(group, look)
        if not own:
            return self.store.count(group, keep)
        return self.store.count(
            group, lambda case: case not in own and (keep is None or keep(case))
        )

    def references(
        self, group: ModelSuite, look: InterimLook | None
    ) -> Mapping[str, tuple[int, int]]:
        """Return how many cases with each reference are missing, and how many there are."""
        if (group, look) not in self._references:
            found = self.store.missing_by_reference(group, self.keep(group, look))
            self._references[group, look] = found
        return self._references[group, look]

    def number(
        self, group: ModelSuite, look: InterimLook | None, name: str, level: float
    ) -> Estimate:
        """Return a number with an interval of this two-sided level; undefined if there is none."""
        key = (group, look, level)
        if key not in self._numbers:
            options = SummaryOptions(
                level=level,
                calibration=self._calibration,
                vendors=self._vendors,
                keep=self.keep(group, look),
            )
            self._numbers[key] = metrics.numbers(self.store.summary(group, options))
        return self._numbers[key].get(name, UNDEFINED)

    def refusals(self, group: ModelSuite, look: InterimLook | None) -> Sequence[bool]:
        """Return of each answer whether it refuses, as far as somebody looked for that."""
        if (group, look) not in self._refusals:
            keep, values = self.keep(group, look), self.store.of(group.suite).values(*group)
            self._refusals[group, look] = [
                found[REFUSED] > 0
                for case, found in values.items()
                if found is not None and REFUSED in found and (keep is None or keep(case))
            ]
        return self._refusals[group, look]

    def cases(self, group: ModelSuite, look: InterimLook | None) -> Sequence[CaseResult]:
        """Return each case of the look, with what it counts in the numbers."""
        return self.store.cases(group, self.keep(group, look))

    def keep(self, group: ModelSuite, look: InterimLook | None) -> CaseFilter | None:
        """Return what keeps the cases of a look; None for the whole run."""
        if look is None:
            return None
        prefixes = self._plans[group].prefixes
        return lambda case_id: looks.order_key(self._seed, case_id, prefixes) <= look.last
