"""The verdicts of all gates on what was observed so far: live, and again from a log."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple

from pytest_distill import measures
from pytest_distill.gates import baseline as baselines
from pytest_distill.gates.verdict import Errors, Measured, bounds_of, judge
from pytest_distill.ledger import Ledger, Names
from pytest_distill.records import Calibration, CaseResult, Estimate, Gate, Report, Verdict
from pytest_distill.stats import looks
from pytest_distill.stats.multiplicity import step_down

Group = tuple[str, str]
"""The label of a model, and a suite."""


_CALIBRATED = "corrected for how often the judge errs, of which more cases tell nothing"
_CALIBRATED_OTHERWISE = "the baseline was corrected with another calibration of the judge"


class Look(NamedTuple):
    """A part of the cases that is looked at together: the first in the random order."""

    cases: int
    last: str
    """Place of its last case in that order (`looks.order_key`)."""


Plan = Sequence[Look]
"""The looks at one suite of one model; the last is at all cases that the settings call for."""


def plan(case_ids: Iterable[str], *, seed: int, is_stopping: bool) -> Plan:
    """Return the looks of a run that may end early, or the only one of a run that may not."""
    if not is_stopping:
        return [Look(sum(1 for _ in case_ids), looks.LAST)]
    places = sorted(looks.order_key(seed, case_id) for case_id in case_ids)
    *early, whole = looks.sizes(len(places))
    return [*(Look(size, places[size - 1]) for size in early), Look(whole, looks.LAST)]


def planned(plans: Mapping[Group, Plan]) -> dict[str, dict[str, list[list[object]]]]:
    """Return the plans as a run log keeps them."""
    kept: dict[str, dict[str, list[list[object]]]] = {}
    for (label, suite), found in plans.items():
        kept.setdefault(label, {})[suite] = [[look.cases, look.last] for look in found]
    return kept


class Demands(NamedTuple):
    """What the run has to meet."""

    gates: tuple[Gate, ...]
    confidence: float
    max_missing: float
    baseline: Report | None = None
    calibration: Calibration | None = None
    """How often the judge errs, for gates on rates that are corrected for it."""


class State(NamedTuple):
    """What is known of a run beside its observations."""

    blockers: tuple[str, ...] = ()
    """Why no gate can be decided: the run was interrupted, a canary is broken, ..."""
    lost: Mapping[Group, int] = {}
    """Cases that went down with a worker."""
    parts: Mapping[Group, str] = {}
    """Why a suite of a model is a part of itself only, where no number of cases tells."""


class Settled(NamedTuple):
    """A verdict, and whether more cases could change it."""

    verdict: Verdict
    is_final: bool


class Decisions:
    """Decides every gate for every model."""

    def __init__(self, demands: Demands, plans: Mapping[Group, Plan], *, seed: int) -> None:
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

    def verdicts(self, ledger: Ledger, state: State) -> tuple[Verdict, ...]:
        """Return what each gate says of each model."""
        return tuple(settled.verdict for settled in self._settle(ledger, state))

    def are_final(self, ledger: Ledger) -> bool:
        """Return whether no case that is still to come can change any verdict."""
        return bool(self._checks) and self.final_groups(ledger) == set(self._plans)

    def final_groups(self, ledger: Ledger) -> set[Group]:
        """Return the suites of models of which no gate needs more cases."""
        final: dict[Group, bool] = {}
        for (_, group), settled in zip(self._checks, self._settle(ledger, State()), strict=True):
            final[group] = final.get(group, True) and settled.is_final
        # When all gates are decided nobody needs the suites either that have none.
        is_over = bool(final) and all(final.values())
        return set(self._plans) if is_over else {group for group in final if final[group]}

    def _settle(self, ledger: Ledger, state: State) -> list[Settled]:
        seen = _Seen(ledger, self._seed, self.vendors, self._demands.calibration)

        @cache
        def settled(index: int, error: float) -> Settled:
            return self._one(*self._checks[index], seen, state, error)

        _, error = step_down(
            len(self._checks),
            lambda index, each: settled(index, each).verdict.verdict == "fail",
            error=1 - self._demands.confidence,
        )
        # What failed on its way down fails here too: the last step asks for the least.
        return [settled(index, error) for index in range(len(self._checks))]

    def _one(self, gate: Gate, group: Group, seen: "_Seen", state: State, error: float) -> Settled:
        """Decide one gate at the first look that can; to fail it may be wrong with `error`."""
        *early, whole = self._plans[group]
        share = partial(looks.error_of_look, looks=len(early) + 1)
        errors = Errors(fail=share(error), passing=share((1 - self._demands.confidence) / 2))
        decide = partial(
            judge, gate, group[0], errors=errors, max_missing=self._demands.max_missing
        )
        for look in early:
            if seen.count(group, look) < look.cases:
                break
            measured = self._measured(gate, group, seen, look, state.blockers)
            verdict = decide(measured)
            if verdict.verdict != "inconclusive":
                return Settled(verdict, is_final=True)
            if self._is_hopeless(gate, measured, look.cases / whole.cases, errors):
                why = (
                    f"ended at {look.cases} of {whole.cases} cases, of which the rest is not"
                    f" likely to decide: {verdict.why}"
                )
                return Settled(verdict.model_copy(update={"why": why}), is_final=True)
        blockers, doubts = self._shortcomings(group, seen, state, whole)
        measured = self._measured(gate, group, seen, None, blockers, doubts)
        return Settled(decide(measured), is_final=seen.count(group) >= whole.cases)

    @staticmethod
    def _is_hopeless(gate: Gate, measured: Measured, share: float, errors: Errors) -> bool:
        if measured.blockers:
            return False
        lower, upper = (errors.fail, errors.passing)
        both = (lower, upper) if gate.is_ceiling else (upper, lower)
        bounds = bounds_of(gate, measured.at, errors)
        is_rate = not gate.is_relative and not measures.is_calibrated(gate.number)
        chance = looks.hope(bounds, gate.limit, share, both, is_rate=is_rate)
        return chance < looks.LEAST_HOPE

    @staticmethod
    def _shortcomings(
        group: Group, seen: "_Seen", state: State, whole: Look
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
        group: Group,
        seen: "_Seen",
        look: Look | None,
        blockers: tuple[str, ...],
        doubts: tuple[str, ...] = (),
    ) -> Measured:
        """Return the number that `gate` is about, or its rise."""
        now = partial(seen.number, group, look, gate.number)
        is_calibrated = measures.is_calibrated(gate.number)
        if not gate.is_relative:
            return Measured(now, _CALIBRATED if is_calibrated else "", blockers, doubts)
        report = self._demands.baseline
        if report is None:
            return Measured(now, blockers=(*blockers, "there is no baseline to compare with"))
        if is_calibrated and report.run.calibration != self._demands.calibration:
            return Measured(now, blockers=(*blockers, _CALIBRATED_OTHERWISE))
        label, suite = baselines.counterpart(group[0], report), group[1]
        before = measures.found(report, label, suite)
        rise = measures.rise(gate.number, now, seen.cases(group, look), before)
        return Measured(rise.at, rise.note, blockers, doubts)


class _Seen:
    """What was observed, by look; remembers what was computed of it."""

    def __init__(
        self,
        ledger: Ledger,
        seed: int,
        vendors: Collection[str],
        calibration: Calibration | None,
    ) -> None:
        self.ledger = ledger
        self._seed = seed
        self._vendors = vendors
        self._calibration = calibration
        self._numbers: dict[tuple[Group, Look | None, float], Mapping[str, Estimate]] = {}

    def count(self, group: Group, look: Look | None = None) -> int:
        return self.ledger.count(*group, keep=self._keep(look))

    def number(self, group: Group, look: Look | None, name: str, level: float) -> Estimate:
        key = (group, look, level)
        if key not in self._numbers:
            summary = self.ledger.summary(
                *group,
                level=level,
                calibration=self._calibration,
                vendors=self._vendors,
                keep=self._keep(look),
            )
            self._numbers[key] = measures.numbers(summary)
        return self._numbers[key].get(name, measures.NOTHING)

    def cases(self, group: Group, look: Look | None) -> Sequence[CaseResult]:
        return self.ledger.cases(*group, keep=self._keep(look))

    def _keep(self, look: Look | None) -> Names | None:
        if look is None:
            return None
        return lambda case_id: looks.order_key(self._seed, case_id) <= look.last
