"""Builds the report and its gates from observations, during a run or from its log."""

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
    """Canaries and calibration of the judges of a run."""

    canaries: Canaries | None = None
    """Results of the canaries; None if no model judges."""
    calibration: Calibration | None = None
    """Error rates of the judge; None if they were not measured."""
    is_corrected: bool = False
    """Whether the report has rates corrected for these errors beside the raw ones."""


def gate_evaluator(
    description: RunDescription,
    registry: SuiteRegistry,
    policy: GatePolicy,
    key_of: Callable[[ModelSuite], ComparabilityKey],
) -> GateEvaluator:
    """Return the evaluator of a run's gates, after checking them.

    Args:
        description: of the run.
        registry: all available suites.
        policy: the gates, and their confidence.
        key_of: returns what a suite of a model must have in common with the baseline.

    Raises:
        UsageError: a gate or the baseline cannot be used, or a suite of the run is unknown.
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
        ends={name: known_suite(registry, name).ends for name in description.suites},
        key_of=key_of,
        seed=description.seed,
    )


def known_suite(registry: SuiteRegistry, name: str) -> Suite:
    """Return a suite of a run.

    Raises:
        UsageError: no loaded plugin adds it.
    """
    if name not in registry:
        message = (
            f"the suite {name!r} of the run comes from a plugin that is not loaded here\n"
            "  load that plugin with -p MODULE"
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
    """Return the report; a model without observations is listed without a suite.

    Args:
        description: of the run.
        store: its observations.
        evaluator: of its gates.
        status: of the run.
        quality: of its judges.
        level: of the intervals.
        lists_cases: whether each case is listed, which a later run needs to use the report as
            its baseline.
    """
    options = SummaryOptions(
        level=level,
        calibration=quality.calibration if quality.is_corrected else None,
        vendors=evaluator.vendors,
        status=status,
    )
    canaries = quality.canaries
    if canaries is not None and canaries.failed:
        failed = f"a canary failed: {', '.join(canaries.failed)}"
        status = status.model_copy(update={"blockers": (*status.blockers, failed)})
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
    """Return how many cases the run would have; for a campaign, as far as known by now."""
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
