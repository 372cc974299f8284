"""Decides all gates on the observations so far, during a run or from its log."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple

from pytest_distill.gates import references
from pytest_distill.gates.alphas import Alphas
from pytest_distill.gates.freshness import Freshness
from pytest_distill.gates.observed import Observed
from pytest_distill.gates.verdict import Measured, bounds_of, judge
from pytest_distill.gates.wording import PLAIN, Wording
from pytest_distill.records import (
    Calibration,
    Estimate,
    Gate,
    InterimLook,
    ModelSuite,
    Release,
    Report,
    RunStatus,
    SuitePlan,
    Verdict,
)
from pytest_distill.report import reuse as reuse_text
from pytest_distill.results import baseline as baselines
from pytest_distill.results import metrics
from pytest_distill.results.store import ResultStore
from pytest_distill.settings.duration import DAY_S
from pytest_distill.stats import looks
from pytest_distill.stats.identity import REFUSED
from pytest_distill.stats.multiplicity import step_down

_CALIBRATED = (
    "corrected for the judge's errors on {cases} gold cases{gold}, which more cases do not make"
    " more exact; --judge cascade:SPEC measures them on these answers"
)
_CALIBRATED_OTHERWISE = "the baseline was corrected with another calibration of the judge"


class GatePolicy(NamedTuple):
    """The gates of a run, and how they are decided."""

    gates: tuple[Gate, ...]
    confidence: float
    max_missing: float
    baseline: Report | None = None
    calibration: Calibration | None = None
    """Error rates of the judge, for gates on rates that are corrected for them."""
    releases: int | None = None
    """How many releases in a row share the error of a wrong fail; None: each has its own."""
    max_age_s: float | None = DAY_S
    """Greatest age of answers from cache or run log that a gate may rest on; None: any."""
    max_refused: float = 0.5
    """Share of refusals among the answers above which a gate does not pass."""


class Settled(NamedTuple):
    """A verdict, and whether more cases could change it."""

    verdict: Verdict
    is_final: bool


class GateEvaluator:
    """Decides every gate for every model."""

    def __init__(
        self,
        policy: GatePolicy,
        plans: Mapping[ModelSuite, SuitePlan],
        *,
        seed: int,
        fixed: Collection[str] = (),
        wording_of: Callable[[Gate], Wording] = lambda _: PLAIN,
        are_rates: Callable[[str], bool] = lambda _: True,
    ) -> None:
        """Prepare to decide.

        Args:
            policy: the gates, and their confidence.
            plans: the looks of each suite of each model.
            seed: of the random order of cases.
            fixed: labels of models whose spec always means the same release.
            wording_of: returns what the number of a gate says, in words.
            are_rates: returns whether the numbers of a suite may be rates.
        """
        self._are_rates = are_rates
        self._wording_of = wording_of
        self._policy = policy
        self._freshness = Freshness(policy.max_age_s, frozenset(fixed))
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

    def releases(self, store: ResultStore, verdicts: tuple[Verdict, ...]) -> tuple[Release, ...]:
        """Return the series of releases that ends with this one; empty without a series."""
        if self._policy.releases is None:
            return ()
        observed, level = self._observed(store), self._policy.confidence
        numbers: dict[str, dict[str, Estimate]] = {}
        for gate, group in self._checks:
            number = observed.number(group, None, gate.number, level)
            numbers.setdefault(group.model, {})[f"{gate.suite}.{gate.number}"] = number
        before = () if self._policy.baseline is None else self._policy.baseline.releases
        return (*before, Release(gates=verdicts, numbers=numbers))

    @property
    def baseline(self) -> Report | None:
        """The report that numbers are compared with, if there is one."""
        return self._policy.baseline

    def began(self, status: RunStatus) -> float | None:
        """Return when the run began: answers from before come from cache or log."""
        return status.began(self._policy.max_age_s)

    def verdicts(self, store: ResultStore, status: RunStatus) -> tuple[Verdict, ...]:
        """Return the verdict of each gate on each model."""
        found = self._settle(store, status, says_effort=True)
        return tuple(settled.verdict for settled in found)

    def to_compare(self, store: ResultStore, started_at: float) -> set[str]:
        """Return the labels whose current release decides whether a gate may rest on answers.

        These answers are from before `started_at`, and the endpoint reported a release with them.
        """
        return {
            label
            for group in {group for _, group in self._checks}
            for label, reuse in store.reused(group, started_at).items()
            if self._freshness.depends_on_release(label, reuse)
        }

    def are_final(self, store: ResultStore, status: RunStatus) -> bool:
        """Return whether no remaining case can change any verdict or finding."""
        return bool(self._plans) and self.final_groups(store, status) == set(self._plans)

    def final_groups(self, store: ResultStore, status: RunStatus) -> set[ModelSuite]:
        """Return the models' suites that need no more cases for a gate, else for a finding.

        Args:
            store: the observations so far.
            status: of the run; of it only the times count, which no further case changes.
        """
        times = RunStatus(started_at=status.started_at, releases=status.releases)
        final: dict[ModelSuite, bool] = {}
        settled_now = self._settle(store, times, says_effort=False)
        for (_, group), settled in zip(self._checks, settled_now, strict=True):
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

    def _observed(self, store: ResultStore) -> Observed:
        return Observed(store, self._seed, self._plans, self.vendors, self._policy.calibration)

    def _settle(self, store: ResultStore, status: RunStatus, *, says_effort: bool) -> list[Settled]:
        observed = self._observed(store)

        @cache
        def settled(
            index: int, failing: float, passing: float, *, says_effort: bool = False
        ) -> Settled:
            alphas = Alphas(failing, min(passing, alpha / 2))
            gate, group = self._checks[index]
            return self._settle_one(gate, group, observed, status, alphas, says_effort=says_effort)

        count, alpha = len(self._checks), 1 - self._policy.confidence

        def is_failed(index: int, each: float) -> bool:
            return settled(index, each, alpha / count).verdict.verdict == "fail"

        def is_passed(index: int, each: float) -> bool:
            return settled(index, failing, each).verdict.verdict == "pass"

        # Gates decided at an earlier step are so here too: the last step has the largest alpha.
        once = looks.alpha_of_look(alpha, self._policy.releases or 1)
        _, failing = step_down(count, is_failed, alpha=once)
        _, passing = step_down(count, is_passed, alpha=alpha)
        return [settled(index, failing, passing, says_effort=says_effort) for index in range(count)]

    def _settle_one(
        self,
        gate: Gate,
        group: ModelSuite,
        observed: Observed,
        status: RunStatus,
        errors: Alphas,
        *,
        says_effort: bool,
    ) -> Settled:
        """Decide one gate at the first look that can, with these error probabilities in all."""
        *early, whole = self._plans[group].looks
        alphas = self._alphas(gate, group, observed, errors, len(early) + 1)
        decide = partial(
            judge,
            gate,
            group.model,
            alphas=alphas,
            max_missing=self._policy.max_missing,
            wording=self._wording_of(gate),
            says_effort=says_effort,
        )
        reused = observed.reused(group, self.began(status))
        own = status.unplanned_of(group)
        stale = tuple(self._freshness.problems(reused, status.releases))
        measure = partial(self._measured, gate, group, observed, earlier=reuse_text.lines(reused))
        for look in early:
            if observed.count(group, look, own) < look.cases:
                break
            blockers, doubts = self._shortcomings(group, observed, status, look)
            doubts = (*doubts, *self._of_references(gate, group, observed, look, alphas.passing))
            measured = measure(look, (*blockers, *stale))._replace(doubts=doubts)
            measured = self._with_refusals(measured, gate, group, observed, look)
            verdict = decide(measured)
            if verdict.verdict != "inconclusive":
                return Settled(verdict, is_final=True)
            if self._is_futile(gate, measured, look.cases / whole.cases, alphas):
                why = (
                    f"ended at {look.cases} of {whole.cases} cases, because the rest is unlikely"
                    f" to decide: {verdict.why}"
                )
                return Settled(verdict.model_copy(update={"why": why}), is_final=True)
        blockers, doubts = self._shortcomings(group, observed, status, None)
        doubts = (*doubts, *self._of_references(gate, group, observed, None, alphas.passing))
        measured = measure(None, (*blockers, *stale))._replace(doubts=doubts)
        measured = self._with_refusals(measured, gate, group, observed, None)
        is_whole = observed.count(group, None, own) >= whole.cases
        return Settled(decide(measured), is_final=is_whole)

    def _alphas(
        self, gate: Gate, group: ModelSuite, observed: Observed, errors: Alphas, planned: int
    ) -> Alphas:
        """Return the errors of one gate at one of its `planned` looks."""
        failing, passing = (looks.alpha_of_look(error, planned) for error in errors)
        seen = observed.references(group, None)
        if references.is_of_one(gate.number, seen) or not seen:
            return Alphas(failing, passing)
        number = partial(observed.number, group, None, level=self._policy.confidence)
        each = references.of_each(gate, seen, number)
        is_chosen = bool(each) and not references.is_about_all(gate)
        # Any of them may be the nearest, whose number it is.
        return Alphas(failing / len(seen), passing / len(seen) if is_chosen else passing)

    def _of_references(
        self,
        gate: Gate,
        group: ModelSuite,
        observed: Observed,
        look: InterimLook | None,
        passing: float,
    ) -> Iterator[str]:
        """Yield which references do not let a gate about the nearest of them pass."""
        seen = observed.references(group, look)
        if references.is_of_one(gate.number, seen):
            return
        yield from references.silent(seen, self._policy.max_missing)
        if references.is_about_all(gate):
            number = partial(observed.number, group, look, level=1 - 2 * passing)
            yield from references.undecided(gate, references.of_each(gate, seen, number))

    def _with_refusals(
        self,
        measured: Measured,
        gate: Gate,
        group: ModelSuite,
        observed: Observed,
        look: InterimLook | None,
    ) -> Measured:
        """Return `measured` with the share of answers that are none.

        A model that refuses every question leaks nothing, and shows nothing either.
        """
        answers = observed.refusals(group, look)
        refused = sum(answers)
        if gate.number == REFUSED or not refused:
            return measured
        share, most = refused / len(answers), self._policy.max_refused
        said = f"{refused} of {len(answers)} answers refuse to answer: {100 * share:.0f} %"
        if share <= most:
            return measured._replace(note="; ".join(filter(None, [said, measured.note])))
        doubt = f"{said} > {100 * most:.0f} % (--distill-max-refused)"
        return measured._replace(doubts=(*measured.doubts, doubt))

    @staticmethod
    def _is_futile(gate: Gate, measured: Measured, share: float, alphas: Alphas) -> bool:
        if measured.blockers:
            return False
        lower, upper = (alphas.fail, alphas.passing)
        both = (lower, upper) if gate.is_ceiling else (upper, lower)
        bounds = bounds_of(gate, measured.at, alphas)
        is_rate = measured.is_rate and not metrics.is_calibrated(gate.number)
        chance = looks.conditional_power(bounds, gate.limit, share, both, is_rate=is_rate)
        return chance < looks.LEAST_CONDITIONAL_POWER

    def _shortcomings(
        self, group: ModelSuite, observed: Observed, status: RunStatus, look: InterimLook | None
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return why the cases so far decide nothing, and why no gate may pass on them."""
        blockers, doubts = [*status.blockers, *observed.silent_judges(group)], []
        keep = observed.keep(group, look)
        unobserved = observed.store.unobserved_of(group, keep)
        crashed = sum(case.unobserved == "crashed" for case in unobserved)
        if crashed:
            doubts.append(f"{crashed} cases were lost in the crash of a worker")
        if look is None:
            blockers += self._incomplete(group, observed, status)
        if unpaid := observed.store.unpaid(group, keep):
            blockers.append(f"the budget was spent: {unpaid} cases were not asked")
        return tuple(blockers), tuple(doubts)

    def _incomplete(
        self, group: ModelSuite, observed: Observed, status: RunStatus
    ) -> Iterator[str]:
        """Yield what of the plan is not there."""
        plan = self._plans[group]
        whole = plan.looks[-1].cases
        count = observed.count(group, None, status.unplanned_of(group))
        unobserved = observed.store.unobserved_of(group)
        if count < whole:
            incomplete = f"the run is incomplete: {count - len(unobserved)} of {whole} cases"
            deselected = min(status.deselected_of(group), whole - count)
            yield incomplete + (f" ({deselected} deselected)" if deselected else "")
        shortcoming = observed.store.of(group.suite).shortcoming(group.model, plan)
        if shortcoming is not None:
            reasons = observed.store.why_unfinished(group)
            yield f"{shortcoming}{reasons and f' ({reasons})'}"

    def _measured(
        self,
        gate: Gate,
        group: ModelSuite,
        observed: Observed,
        look: InterimLook | None,
        blockers: tuple[str, ...],
        *,
        earlier: Sequence[str],
    ) -> Measured:
        """Return the number of a gate; for a relative gate, its rise over the baseline."""
        now = partial(observed.number, group, look, gate.number)
        is_rate = not gate.is_relative and self._are_rates(gate.suite)
        is_calibrated = metrics.is_calibrated(gate.number)
        calibration = self._policy.calibration
        if not gate.is_relative:
            corrected = [_correction(calibration)] if is_calibrated and calibration else []
            note = "; ".join([*corrected, *earlier])
            return Measured(now, note, blockers, is_rate=is_rate)
        report = self._policy.baseline
        if report is None:
            return Measured(now, blockers=(*blockers, "there is no baseline to compare with"))
        if is_calibrated and report.run.calibration != calibration:
            return Measured(now, blockers=(*blockers, _CALIBRATED_OTHERWISE))
        label, suite = baselines.counterpart(group.model, report), group.suite
        before = metrics.found_in(report, label, suite)
        difference = metrics.difference(gate.number, now, observed.cases(group, look), before)
        note = "; ".join([difference.note, *earlier])
        return Measured(difference.at, note, blockers, is_rate=is_rate)


def _correction(calibration: Calibration) -> str:
    gold = "" if calibration.gold is None else f" ({calibration.gold})"
    return _CALIBRATED.format(cases=calibration.cases, gold=gold)
