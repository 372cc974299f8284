"""Builds the report and its gates from observations, during a run or from its log."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from pytest_distill import __version__
from pytest_distill.errors import UsageError
from pytest_distill.gates import expression, setup
from pytest_distill.gates.evaluator import GateEvaluator, GatePolicy
from pytest_distill.records import (
    Calibration,
    Canaries,
    Cascade,
    CaseResult,
    Change,
    Leak,
    ModelSuite,
    NearAnswer,
    Panel,
    Report,
    RunDescription,
    RunInfo,
    RunStatus,
    Verdict,
)
from pytest_distill.report.leaks import KINDS
from pytest_distill.results.baseline import ComparabilityKey
from pytest_distill.results.diff import compare
from pytest_distill.results.protocol import SummaryOptions
from pytest_distill.results.store import ResultStore
from pytest_distill.stats.panels import cascade, panel
from pytest_distill.suites.protocol import Suite
from pytest_distill.suites.registry import SuiteRegistry
from pytest_distill.text import one_line

# A first look at what is wrong; `pytest-distill leaks` has the rest.
_MOST_SHOWN = 3

_RATE = (0.0, 1.0)
"""Ends of a suite whose numbers are rates."""


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
    setup.check(
        policy,
        groups=description.model_suites,
        known=known,
        ends_of=lambda name, number: known_suite(registry, name).ends_of(number),
        key_of=key_of,
    )
    return GateEvaluator(
        policy,
        {group: description.plan(group) for group in description.model_suites},
        seed=description.seed,
        fixed=description.fixed,
        wording_of=lambda gate: known_suite(registry, gate.suite).wording(gate.number),
        are_rates=lambda name: known_suite(registry, name).ends in {None, _RATE},
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
    if canaries is not None and canaries.problems:
        failed = f"a canary failed: {', '.join(canaries.problems)}"
        status = status.model_copy(update={"blockers": (*status.blockers, failed)})
    if description.shards is not None:
        part = description.shards.shortcoming
        status = status.model_copy(update={"blockers": (part, *status.blockers)})
    expected = _expected(description, store, status)
    verdicts = evaluator.verdicts(store, status)
    shown = list(_answers(store, verdicts))
    left = max(0, expected - len(store))
    deselected = sum(count for suites in status.deselected.values() for count in suites.values())
    is_over = description.stop and not status.blockers and evaluator.are_final(store, status)
    found = Report(
        run=RunInfo(
            version=__version__,
            started_at=status.began(None),
            specs={**description.models, **description.references},
            references=tuple(description.references),
            seed=description.seed,
            samples=description.samples,
            limit=description.limit,
            shards=description.shards,
            confidence=level,
            judge=description.judge,
            subjects=description.subjects,
            cases_expected=expected,
            cases_observed=store.observed,
            cases_deselected=0 if is_over else min(deselected, left),
            cases_skipped_early=left if is_over else 0,
            cases_sha256=store.cases_sha256(),
            panel=_panel(description, store),
            cascade=_cascade(description, store, level),
            canaries=canaries,
            silent_judges=tuple(
                f"{why} of {group.model}"
                for group in store.groups()
                for why in store.silent_judges(group)
            ),
            calibration=quality.calibration,
            warnings=description.warnings,
            reused=store.reused(None, evaluator.began(status)),
            cases=_cases(store) if lists_cases else {},
        ),
        models={label: store.summaries(label, options) for label in description.subjects},
        gates=verdicts,
        releases=evaluator.releases(store, verdicts),
        leaks=tuple(each for each in shown if isinstance(each, Leak)),
        every_leak=tuple(store.leaks()),
        rows=store.rows(),
        nearest=tuple(each for each in shown if isinstance(each, NearAnswer)),
        missing=store.missing(),
        cost=store.cost(),
        **dict(store.report_fields(level=level)),
    )
    return found if evaluator.baseline is None else _compared(found, evaluator.baseline)


def _compared(report: Report, baseline: Report) -> Report:
    """Return the report with its numbers beside those of the baseline."""
    try:
        rows = compare(baseline, report, confidence=report.run.confidence)
    except UsageError as error:
        why = f"the numbers are not shown beside those of the baseline: {one_line(str(error))}"
        run = report.run.model_copy(update={"warnings": (*report.run.warnings, why)})
        return report.model_copy(update={"run": run})
    changes = tuple(
        Change(
            model=row.model,
            number=row.number,
            before=row.before,
            now=row.now,
            difference=row.difference,
            significance="rose" if row.has_risen else "fell" if row.has_fallen else "none",
            how=row.how,
        )
        for row in rows
    )
    return report.model_copy(update={"changes": changes})


def _answers(store: ResultStore, verdicts: Sequence[Verdict]) -> Iterator[Leak | NearAnswer]:
    """Yield the first answers behind each gate that did not pass, each once.

    Without gates, the first leaks of each model and part of a suite.
    """
    if not verdicts:
        of_part = groupby(store.leaks(), key=lambda leak: (leak.model, leak.suite))
        for _, leaks in of_part:
            yield from sorted(leaks, key=lambda leak: KINDS.index(leak.kind))[:_MOST_SHOWN]
        return
    gates: dict[tuple[ModelSuite, str], list[str]] = {}
    for verdict in verdicts:
        gate = expression.parse(verdict.expression)
        # What is missing from a number that is to be high cannot be shown.
        if verdict.verdict != "pass" and gate.is_ceiling:
            found = store.of(gate.suite).evidence(verdict.model, gate.number)
            for case in found[:_MOST_SHOWN]:
                group = ModelSuite(verdict.model, gate.suite)
                gates.setdefault((group, case), []).append(verdict.expression)
    for (group, case), expressions in gates.items():
        if (answer := store.of(group.suite).shown(group.model, case)) is not None:
            yield answer.model_copy(update={"gates": tuple(expressions)})


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
