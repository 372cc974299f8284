"""What was observed becomes the report: live, and again from a log."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pytest_distill import __version__
from pytest_distill.gates.evaluator import GateEvaluator, RunStatus
from pytest_distill.records import Calibration, CaseResult, Report, RunInfo, Subject
from pytest_distill.results.store import ResultStore


class Setup(NamedTuple):
    """What a report says of how a run was set up."""

    seed: int
    samples: int
    limit: int | None
    confidence: float
    judge: str
    subjects: Mapping[str, Subject]
    """By the label of the model."""
    expected: int
    """Cases that the settings call for."""
    stops: bool
    lists_cases: bool = True
    """Whether each case is told, as a later run with this one for its baseline needs it."""
    calibration: Calibration | None = None
    """How often the judge errs, where the rates are to be corrected for it."""
    told: Mapping[str, Any] = {}
    """What the judges have to say of themselves, as `RunInfo` names it."""


def report_of(
    setup: Setup, ledger: ResultStore, decisions: GateEvaluator, state: RunStatus
) -> Report:
    """Sum up what was observed; a model of which nothing was is there, without a suite."""
    summaries = ledger.summaries(
        level=setup.confidence, calibration=setup.calibration, vendors=decisions.vendors
    )
    canaries = setup.told.get("canaries")
    if canaries is not None and canaries.failed:
        broken = f"a canary is broken: {', '.join(canaries.failed)}"
        state = state._replace(blockers=(*state.blockers, broken))
    left = max(0, setup.expected - len(ledger))
    is_spared = setup.stops and not state.blockers and decisions.are_final(ledger)
    cases: dict[str, dict[str, tuple[CaseResult, ...]]] = {}
    for label, suite in ledger.groups() if setup.lists_cases else ():
        cases.setdefault(label, {})[suite] = ledger.cases(label, suite)
    compared = ledger.comparisons
    return Report(
        run=RunInfo(
            version=__version__,
            seed=setup.seed,
            samples=setup.samples,
            limit=setup.limit,
            confidence=setup.confidence,
            judge=setup.judge,
            subjects=setup.subjects,
            cases_expected=setup.expected,
            cases_observed=len(ledger),
            cases_skipped_early=left if is_spared else 0,
            cases_sha256=ledger.cases_sha256(),
            cases=cases,
            **setup.told,
        ),
        models={label: summaries.get(label, {}) for label in setup.subjects},
        lineage={} if compared is None else compared.lineage(level=setup.confidence),
        family_tree=() if compared is None else compared.family_tree(),
        gates=decisions.verdicts(ledger, state),
        cost=ledger.cost(),
    )
