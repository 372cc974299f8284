"""From what was observed to the report and its gates: during the run, and again from its log."""

from collections.abc import Callable
from typing import NamedTuple

from pytest_distill import __version__
from pytest_distill.errors import UsageError
from pytest_distill.gates import setup
from pytest_distill.gates.evaluator import GateEvaluator, GatePolicy
from pytest_distill.records import (
    Calibration,
    Canaries,
    Cascade,
    CaseResult,
    ModelSuite,
    Panel,
    Report,
    RunDescription,
    RunInfo,
    RunStatus,
)
from pytest_distill.results.baseline import ComparabilityKey
from pytest_distill.results.protocol import SummaryOptions
from pytest_distill.results.store import ResultStore
from pytest_distill.stats.panels import cascade, panel
from pytest_distill.suites.protocol import Suite
from pytest_distill.suites.registry import SuiteRegistry


class JudgeQuality(NamedTuple):
    """What is known of the judges of a run."""

    canaries: Canaries | None = None
    """What came of the canaries; None where no model judges."""
    calibration: Calibration | None = None
    """How often the judge errs; None where nobody has found out."""
    is_corrected: bool = False
    """Whether rates are corrected for that, beside the raw ones."""


def gate_evaluator(
    description: RunDescription,
    registry: SuiteRegistry,
    policy: GatePolicy,
    key_of: Callable[[ModelSuite], ComparabilityKey],
) -> GateEvaluator:
    """Return what decides the gates of a run, or refuse them.

    Args:
        description: of the run.
        registry: every suite that there is.
        policy: the gates, and how sure they have to be.
        key_of: gives what the baseline must have in common with a suite of a model.

    Raises:
        UsageError: a gate or the baseline cannot be used, or a suite of the run is not there.
    """
    is_cascade = description.ensemble.cascade is not None
    corrections = tuple(setup.corrections(policy.calibration, is_cascade=is_cascade))
    known = {
        name: known_suite(registry, name).metrics(
            description.groups.get(name, ()), description.vendors, corrections
        )
        for name in description.suites
    }
    return setup.prepare(
        policy,
        plans={group: description.plan(group) for group in description.model_suites},
        known=known,
        key_of=key_of,
        seed=description.seed,
    )


def known_suite(registry: SuiteRegistry, name: str) -> Suite:
    """Return a suite of a run.

    Raises:
        UsageError: no plugin adds it here.
    """
    if name not in registry:
        message = (
            f"the run has suite {name!r}, which a plugin added: there is none of that name here\n"
            "  give -p MODULE, the plugin that adds it"
        )
        raise UsageError(message)
    return registry[name]


def report_of(
    description: RunDescription,
    store: ResultStore,
    evaluator: GateEvaluator,
    status: RunStatus,
    *,
    quality: JudgeQuality,
    level: float,
    lists_cases: bool = True,
) -> Report:
    """Sum up what was observed; a model of which nothing was is there, without a suite.

    Args:
        description: of the run.
        store: what was observed.
        evaluator: of its gates.
        status: how far it came.
        quality: of its judges.
        level: of the intervals.
        lists_cases: whether each case is told, as a later run with this one for its baseline
            needs it.
    """
    options = SummaryOptions(
        level=level,
        calibration=quality.calibration if quality.is_corrected else None,
        vendors=evaluator.vendors,
        status=status,
    )
    canaries = quality.canaries
    if canaries is not None and canaries.failed:
        broken = f"a canary is broken: {', '.join(canaries.failed)}"
        status = status.model_copy(update={"blockers": (*status.blockers, broken)})
    expected = _expected(description, store, status)
    is_over = description.stop and not status.blockers and evaluator.are_final(store)
    return Report(
        run=RunInfo(
            version=__version__,
            seed=description.seed,
            samples=description.samples,
            limit=description.limit,
            confidence=level,
            judge=description.judge,
            subjects=description.subjects,
            cases_expected=expected,
            cases_observed=len(store),
            cases_skipped_early=max(0, expected - len(store)) if is_over else 0,
            cases_sha256=store.cases_sha256(),
            panel=_panel(description, store),
            cascade=_cascade(description, store, level),
            canaries=canaries,
            calibration=quality.calibration,
            warnings=description.warnings,
            cases=_cases(store) if lists_cases else {},
        ),
        models={label: store.summaries(label, options) for label in description.subjects},
        gates=evaluator.verdicts(store, status),
        cost=store.cost(),
        **dict(store.report_fields(level=level)),
    )


def _expected(description: RunDescription, store: ResultStore, status: RunStatus) -> int:
    """Return how many cases the run would have; what a campaign asks shows as it goes."""
    planned = (
        store.of(group.suite).expected(group.model, description.plan(group))
        for group in description.model_suites
    )
    extra = (status.extra_cases.get(group.suite, 0) for group in description.model_suites)
    return sum(planned) + sum(extra)


def _cases(store: ResultStore) -> dict[str, dict[str, tuple[CaseResult, ...]]]:
    cases: dict[str, dict[str, tuple[CaseResult, ...]]] = {}
    for group in store.groups():
        cases.setdefault(group.model, {})[group.suite] = store.cases(group)
    return cases


def _panel(description: RunDescription, store: ResultStore) -> Panel | None:
    rule = description.ensemble.panel
    return None if rule is None else panel(store.votes(), rule=rule)


def _cascade(description: RunDescription, store: ResultStore, level: float) -> Cascade | None:
    confidence = description.ensemble.cascade
    if confidence is None:
        return None
    return cascade(store.votes(), confidence=confidence, level=level)
