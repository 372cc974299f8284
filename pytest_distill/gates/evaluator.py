"""Decides all gates on the observations so far, during a run or from its log."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple

from pytest_distill.gates.verdict import Alphas, Measured, bounds_of, judge
from pytest_distill.records import (
    UNDEFINED,
    Calibration,
    CaseResult,
    Estimate,
    Gate,
    InterimLook,
    ModelSuite,
    Report,
    RunStatus,
    SuitePlan,
    Verdict,
)
from pytest_distill.results import baseline as baselines
from pytest_distill.results import metrics
from pytest_distill.results.protocol import CaseFilter, SummaryOptions
from pytest_distill.results.store import ResultStore
from pytest_distill.stats import looks
from pytest_distill.stats.multiplicity import step_down

_CALIBRATED = "corrected for the judge's error rates, which more cases do not make more exact"
_CALIBRATED_OTHERWISE = "the baseline was corrected with another calibration of the judge"


class GatePolicy(NamedTuple):
    """The gates of a run, and how they are decided."""

    gates: tuple[Gate, ...]
    confidence: float
    max_missing: float
    baseline: Report | None = None
    calibration: Calibration | None = None
    """Error rates of the judge, for gates on rates that are corrected for them."""


class Settled(NamedTuple):
    """A verdict, and whether more cases could change it."""

    verdict: Verdict
    is_final: bool


class GateEvaluator:
    """Decides every gate for every model."""

    def __init__(
        self, policy: GatePolicy, plans: Mapping[ModelSuite, SuitePlan], *, seed: int
    ) -> None:
        """Prepare to decide.

        Args:
            policy: the gates, and their confidence.
            plans: the looks of each suite of each model.
            seed: of the random order of cases.
        """
        self._policy = policy
        self._plans = plans
        self._seed = seed
        self._checks = [
            (gate, group) for gate in policy.gates for group in plans if group.suite == gate.suite
        ]

    @property
    def vendors(self) -> frozenset[str]:
        """Vendors in gates, which the report lists even if no answer claims them."""
        gates = self._policy.gates
        return frozenset(
            gate.number.removeprefix("vendors.")
            for gate in gates
            if gate.number.startswith("vendors.")
        )

    def verdicts(self, store: ResultStore, status: RunStatus) -> tuple[Verdict, ...]:
        """Return the verdict of each gate on each model."""
        return tuple(settled.verdict for settled in self._settle(store, status))

    def are_final(self, store: ResultStore) -> bool:
        """Return whether no remaining case can change any verdict or finding."""
        return bool(self._plans) and self.final_groups(store) == set(self._plans)

    def final_groups(self, store: ResultStore) -> set[ModelSuite]:
        """Return the models' suites that need no more cases for a gate, else for a finding."""
        final: dict[ModelSuite, bool] = {}
        for (_, group), settled in zip(self._checks, self._settle(store, RunStatus()), strict=True):
            final[group] = final.get(group, True) and settled.is_final
        if not self._checks:
            found = {group: self._is_found(group, store) for group in self._plans}
            final = {group: is_found for group, is_found in found.items() if is_found is not None}
        # Once all gates are decided, suites without a gate are not needed either.
        is_over = bool(final) and all(final.values())
        return set(self._plans) if is_over else {group for group in final if final[group]}

    def _is_found(self, group: ModelSuite, store: ResultStore) -> bool | None:
        """Return whether what a suite finds beside its numbers needs no more cases."""
        observed = self._observed(store)
        reached = [
            look for look in self._plans[group].looks if observed.count(group, look) >= look.cases
        ]
        keep = observed.keep(group, reached[-1]) if reached else lambda _: False
        return store.of(group.suite).is_settled(
            group.model, level=self._policy.confidence, keep=keep
        )

    def _observed(self, store: ResultStore) -> "_Observed":
        return _Observed(store, self._seed, self._plans, self.vendors, self._policy.calibration)

    def _settle(self, store: ResultStore, status: RunStatus) -> list[Settled]:
        observed = self._observed(store)

        @cache
        def settled(index: int, alpha: float) -> Settled:
            return self._settle_one(*self._checks[index], observed, status, alpha)

        _, alpha = step_down(
            len(self._checks),
            lambda index, each: settled(index, each).verdict.verdict == "fail",
            alpha=1 - self._policy.confidence,
        )
        # Gates that failed at an earlier step fail here too: the last step has the largest alpha.
        return [settled(index, alpha) for index in range(len(self._checks))]

    def _settle_one(
        self, gate: Gate, group: ModelSuite, observed: "_Observed", status: RunStatus, alpha: float
    ) -> Settled:
        """Decide one gate at the first look that can; a fail is wrong with chance `alpha`."""
        *early, whole = self._plans[group].looks
        share = partial(looks.alpha_of_look, looks=len(early) + 1)
        alphas = Alphas(fail=share(alpha), passing=share((1 - self._policy.confidence) / 2))
        decide = partial(
            judge, gate, group.model, alphas=alphas, max_missing=self._policy.max_missing
        )
        for look in early:
            if observed.count(group, look) < look.cases:
                break
            measured = self._measured(gate, group, observed, look, status.blockers)
            verdict = decide(measured)
            if verdict.verdict != "inconclusive":
                return Settled(verdict, is_final=True)
            if self._is_futile(gate, measured, look.cases / whole.cases, alphas):
                why = (
                    f"ended at {look.cases} of {whole.cases} cases, because the rest is unlikely"
                    f" to decide: {verdict.why}"
                )
                return Settled(verdict.model_copy(update={"why": why}), is_final=True)
        blockers, doubts = self._shortcomings(group, observed, status)
        measured = self._measured(gate, group, observed, None, blockers, doubts)
        return Settled(decide(measured), is_final=observed.count(group) >= whole.cases)

    @staticmethod
    def _is_futile(gate: Gate, measured: Measured, share: float, alphas: Alphas) -> bool:
        if measured.blockers:
            return False
        lower, upper = (alphas.fail, alphas.passing)
        both = (lower, upper) if gate.is_ceiling else (upper, lower)
        bounds = bounds_of(gate, measured.at, alphas)
        is_rate = not gate.is_relative and not metrics.is_calibrated(gate.number)
        chance = looks.conditional_power(bounds, gate.limit, share, both, is_rate=is_rate)
        return chance < looks.LEAST_CONDITIONAL_POWER

    def _shortcomings(
        self, group: ModelSuite, observed: "_Observed", status: RunStatus
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        blockers, doubts = list(status.blockers), []
        plan = self._plans[group]
        whole, count, lost = plan.looks[-1].cases, observed.count(group), status.lost_of(group)
        if lost:
            doubts.append(f"{lost} cases were lost in the crash of a worker")
        if count + lost < whole:
            blockers.append(f"the run is incomplete: {count} of {whole} cases")
        shortcoming = observed.store.of(group.suite).shortcoming(group.model, plan)
        if shortcoming is not None:
            blockers.append(shortcoming)
        if unpaid := observed.store.unpaid(group):
            blockers.append(f"the budget was spent: {unpaid} cases were not asked")
        return tuple(blockers), tuple(doubts)

    def _measured(
        self,
        gate: Gate,
        group: ModelSuite,
        observed: "_Observed",
        look: InterimLook | None,
        blockers: tuple[str, ...],
        doubts: tuple[str, ...] = (),
    ) -> Measured:
        """Return the number of a gate; for a relative gate, its rise over the baseline."""
        now = partial(observed.number, group, look, gate.number)
        is_calibrated = metrics.is_calibrated(gate.number)
        if not gate.is_relative:
            return Measured(now, _CALIBRATED if is_calibrated else "", blockers, doubts)
        report = self._policy.baseline
        if report is None:
            return Measured(now, blockers=(*blockers, "there is no baseline to compare with"))
        if is_calibrated and report.run.calibration != self._policy.calibration:
            return Measured(now, blockers=(*blockers, _CALIBRATED_OTHERWISE))
        label, suite = baselines.counterpart(group.model, report), group.suite
        before = metrics.found_in(report, label, suite)
        difference = metrics.difference(gate.number, now, observed.cases(group, look), before)
        return Measured(difference.at, difference.note, blockers, doubts)


class _Observed:
    """The observations by look, with a cache of the numbers computed from them."""

    def __init__(
        self,
        store: ResultStore,
        seed: int,
        plans: Mapping[ModelSuite, SuitePlan],
        vendors: Collection[str],
        calibration: Calibration | None,
    ) -> None:
        self.store = store
        self._seed = seed
        self._plans = plans
        self._vendors = vendors
        self._calibration = calibration
        self._numbers: dict[
            tuple[ModelSuite, InterimLook | None, float], Mapping[str, Estimate]
        ] = {}

    def count(self, group: ModelSuite, look: InterimLook | None = None) -> int:
        return self.store.count(group, self.keep(group, look))

    def number(
        self, group: ModelSuite, look: InterimLook | None, name: str, level: float
    ) -> Estimate:
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

    def cases(self, group: ModelSuite, look: InterimLook | None) -> Sequence[CaseResult]:
        return self.store.cases(group, self.keep(group, look))

    def keep(self, group: ModelSuite, look: InterimLook | None) -> CaseFilter | None:
        if look is None:
            return None
        prefixes = self._plans[group].prefixes
        return lambda case_id: looks.order_key(self._seed, case_id, prefixes) <= look.last
