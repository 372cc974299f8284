"""The verdicts of all gates on what was observed so far: live, and again from a log."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple

from pytest_distill.gates.verdict import Alphas, Measured, bounds_of, judge
from pytest_distill.records import Calibration, CaseResult, Estimate, Gate, Report, Verdict
from pytest_distill.results import baseline as baselines
from pytest_distill.results import metrics
from pytest_distill.results.store import Names, ResultStore
from pytest_distill.stats import looks
from pytest_distill.stats.multiplicity import step_down

ModelSuite = tuple[str, str]
"""The label of a model, and a suite."""


_CALIBRATED = "corrected for how often the judge errs, of which more cases tell nothing"
_CALIBRATED_OTHERWISE = "the baseline was corrected with another calibration of the judge"


class InterimLook(NamedTuple):
    """A part of the cases that is looked at together: the first in the random order."""

    cases: int
    last: str
    """Place of its last case in that order (`looks.order_key`)."""


Plan = Sequence[InterimLook]
"""The looks at one suite of one model; the last is at all cases that the settings call for."""


def plan(case_ids: Iterable[str], *, seed: int, is_stopping: bool) -> Plan:
    """Return the looks of a run that may end early, or the only one of a run that may not."""
    if not is_stopping:
        return [InterimLook(sum(1 for _ in case_ids), looks.LAST)]
    places = sorted(looks.order_key(seed, case_id) for case_id in case_ids)
    *early, whole = looks.sizes(len(places))
    return [
        *(InterimLook(size, places[size - 1]) for size in early),
        InterimLook(whole, looks.LAST),
    ]


def planned(plans: Mapping[ModelSuite, Plan]) -> dict[str, dict[str, list[list[object]]]]:
    """Return the plans as a run log keeps them."""
    kept: dict[str, dict[str, list[list[object]]]] = {}
    for (label, suite), found in plans.items():
        kept.setdefault(label, {})[suite] = [[look.cases, look.last] for look in found]
    return kept


class GatePolicy(NamedTuple):
    """What the run has to meet."""

    gates: tuple[Gate, ...]
    confidence: float
    max_missing: float
    baseline: Report | None = None
    calibration: Calibration | None = None
    """How often the judge errs, for gates on rates that are corrected for it."""


class RunStatus(NamedTuple):
    """What is known of a run beside its observations."""

    blockers: tuple[str, ...] = ()
    """Why no gate can be decided: the run was interrupted, a canary is broken, ..."""
    lost: Mapping[ModelSuite, int] = {}
    """Cases that went down with a worker."""
    parts: Mapping[ModelSuite, str] = {}
    """Why a suite of a model is a part of itself only, where no number of cases tells."""


class Settled(NamedTuple):
    """A verdict, and whether more cases could change it."""

    verdict: Verdict
    is_final: bool


class GateEvaluator:
    """Decides every gate for every model."""

    def __init__(self, demands: GatePolicy, plans: Mapping[ModelSuite, Plan], *, seed: int) -> None:
        """Prepare to decide.

        Args:
            demands: the gates, and how sure they have to be.
            plans: the looks at each suite of each model.
            seed: of the random order.
        """
        self._demands = demands
        self._plans = plans
        self._seed = seed
        self._checks = [
            (gate, group) for gate in demands.gates for group in plans if group[1] == gate.suite
        ]

    @property
    def vendors(self) -> frozenset[str]:
        """Vendors that a gate is about, which the report counts even if nobody claims them."""
        gates = self._demands.gates
        return frozenset(
            gate.number.removeprefix("vendors.")
            for gate in gates
            if gate.number.startswith("vendors.")
        )

    def verdicts(self, ledger: ResultStore, state: RunStatus) -> tuple[Verdict, ...]:
        """Return what each gate says of each model."""
        return tuple(settled.verdict for settled in self._settle(ledger, state))

    def are_final(self, ledger: ResultStore) -> bool:
        """Return whether no case that is still to come can change any verdict."""
        return bool(self._checks) and self.final_groups(ledger) == set(self._plans)

    def final_groups(self, ledger: ResultStore) -> set[ModelSuite]:
        """Return the suites of models of which no gate needs more cases."""
        final: dict[ModelSuite, bool] = {}
        for (_, group), settled in zip(
            self._checks, self._settle(ledger, RunStatus()), strict=True
        ):
            final[group] = final.get(group, True) and settled.is_final
        # When all gates are decided nobody needs the suites either that have none.
        is_over = bool(final) and all(final.values())
        return set(self._plans) if is_over else {group for group in final if final[group]}

    def _settle(self, ledger: ResultStore, state: RunStatus) -> list[Settled]:
        seen = _Seen(ledger, self._seed, self.vendors, self._demands.calibration)

        @cache
        def settled(index: int, alpha: float) -> Settled:
            return self._one(*self._checks[index], seen, state, alpha)

        _, alpha = step_down(
            len(self._checks),
            lambda index, each: settled(index, each).verdict.verdict == "fail",
            alpha=1 - self._demands.confidence,
        )
        # What failed on its way down fails here too: the last step asks for the least.
        return [settled(index, alpha) for index in range(len(self._checks))]

    def _one(
        self, gate: Gate, group: ModelSuite, seen: "_Seen", state: RunStatus, alpha: float
    ) -> Settled:
        """Decide one gate at the first look that can; to fail it may be wrong with `alpha`."""
        *early, whole = self._plans[group]
        share = partial(looks.alpha_of_look, looks=len(early) + 1)
        alphas = Alphas(fail=share(alpha), passing=share((1 - self._demands.confidence) / 2))
        decide = partial(
            judge, gate, group[0], alphas=alphas, max_missing=self._demands.max_missing
        )
        for look in early:
            if seen.count(group, look) < look.cases:
                break
            measured = self._measured(gate, group, seen, look, state.blockers)
            verdict = decide(measured)
            if verdict.verdict != "inconclusive":
                return Settled(verdict, is_final=True)
            if self._is_hopeless(gate, measured, look.cases / whole.cases, alphas):
                why = (
                    f"ended at {look.cases} of {whole.cases} cases, of which the rest is not"
                    f" likely to decide: {verdict.why}"
                )
                return Settled(verdict.model_copy(update={"why": why}), is_final=True)
        blockers, doubts = self._shortcomings(group, seen, state, whole)
        measured = self._measured(gate, group, seen, None, blockers, doubts)
        return Settled(decide(measured), is_final=seen.count(group) >= whole.cases)

    @staticmethod
    def _is_hopeless(gate: Gate, measured: Measured, share: float, alphas: Alphas) -> bool:
        if measured.blockers:
            return False
        lower, upper = (alphas.fail, alphas.passing)
        both = (lower, upper) if gate.is_ceiling else (upper, lower)
        bounds = bounds_of(gate, measured.at, alphas)
        is_rate = not gate.is_relative and not metrics.is_calibrated(gate.number)
        chance = looks.conditional_power(bounds, gate.limit, share, both, is_rate=is_rate)
        return chance < looks.LEAST_CONDITIONAL_POWER

    @staticmethod
    def _shortcomings(
        group: ModelSuite, seen: "_Seen", state: RunStatus, whole: InterimLook
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        blockers, doubts = list(state.blockers), []
        lost = state.lost.get(group, 0)
        if lost:
            doubts.append(f"{lost} cases were lost with a worker that crashed")
        if seen.count(group) + lost < whole.cases:
            blockers.append(
                f"{seen.count(group)} of {whole.cases} cases: a part of the run, not the run"
            )
        if group in state.parts:
            blockers.append(state.parts[group])
        if unpaid := seen.ledger.unpaid(*group):
            blockers.append(f"the budget was spent: {unpaid} cases were not asked")
        return tuple(blockers), tuple(doubts)

    def _measured(
        self,
        gate: Gate,
        group: ModelSuite,
        seen: "_Seen",
        look: InterimLook | None,
        blockers: tuple[str, ...],
        doubts: tuple[str, ...] = (),
    ) -> Measured:
        """Return the number that `gate` is about, or its rise."""
        now = partial(seen.number, group, look, gate.number)
        is_calibrated = metrics.is_calibrated(gate.number)
        if not gate.is_relative:
            return Measured(now, _CALIBRATED if is_calibrated else "", blockers, doubts)
        report = self._demands.baseline
        if report is None:
            return Measured(now, blockers=(*blockers, "there is no baseline to compare with"))
        if is_calibrated and report.run.calibration != self._demands.calibration:
            return Measured(now, blockers=(*blockers, _CALIBRATED_OTHERWISE))
        label, suite = baselines.counterpart(group[0], report), group[1]
        before = metrics.found(report, label, suite)
        difference = metrics.difference(gate.number, now, seen.cases(group, look), before)
        return Measured(difference.at, difference.note, blockers, doubts)


class _Seen:
    """What was observed, by look; remembers what was computed of it."""

    def __init__(
        self,
        ledger: ResultStore,
        seed: int,
        vendors: Collection[str],
        calibration: Calibration | None,
    ) -> None:
        self.ledger = ledger
        self._seed = seed
        self._vendors = vendors
        self._calibration = calibration
        self._numbers: dict[
            tuple[ModelSuite, InterimLook | None, float], Mapping[str, Estimate]
        ] = {}

    def count(self, group: ModelSuite, look: InterimLook | None = None) -> int:
        return self.ledger.count(*group, keep=self._keep(look))

    def number(
        self, group: ModelSuite, look: InterimLook | None, name: str, level: float
    ) -> Estimate:
        key = (group, look, level)
        if key not in self._numbers:
            summary = self.ledger.summary(
                *group,
                level=level,
                calibration=self._calibration,
                vendors=self._vendors,
                keep=self._keep(look),
            )
            self._numbers[key] = metrics.numbers(summary)
        return self._numbers[key].get(name, metrics.NOTHING)

    def cases(self, group: ModelSuite, look: InterimLook | None) -> Sequence[CaseResult]:
        return self.ledger.cases(*group, keep=self._keep(look))

    def _keep(self, look: InterimLook | None) -> Names | None:
        if look is None:
            return None
        return lambda case_id: looks.order_key(self._seed, case_id) <= look.last
