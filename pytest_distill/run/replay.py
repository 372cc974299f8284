"""A run again, from its log: what was observed, and what it was to be."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pytest_distill.data import calibrations
from pytest_distill.data import facts as fact_sets
from pytest_distill.errors import UsageError
from pytest_distill.gates import setup as gate_setup
from pytest_distill.gates.evaluator import (
    GateEvaluator,
    GatePolicy,
    InterimLook,
    ModelSuite,
    Plan,
    RunStatus,
)
from pytest_distill.records import Canaries, Case, Observation, Report, Subject
from pytest_distill.results.store import ResultStore
from pytest_distill.run.judges import EnsembleConfig
from pytest_distill.run.report import Setup, report_of
from pytest_distill.store.runlog import RunLog, differences


class Run(NamedTuple):
    """One run, whole or in shards."""

    settings: Mapping[str, Any]
    """As its log has them."""
    observations: Sequence[Observation]
    canaries: Canaries | None = None


def read(paths: Sequence[Path]) -> Run:
    """Join the logs of one run; of two observations of a case the first with a verdict counts.

    Raises:
        UsageError: the logs are of runs whose settings differ.
        DistillError: a log cannot be read.
    """
    settings: Mapping[str, Any] | None = None
    found: dict[tuple[str, str], Observation] = {}
    canaries: Canaries | None = None
    for path in paths:
        own, finished, tried = RunLog.contents(path)
        canaries = canaries if tried is None else tried.after(canaries)
        settings = own if settings is None else settings
        if differing := differences(settings, own):
            lines = (f"  {name}: {one} and {other}" for name, one, other in differing)
            message = "\n".join([f"{paths[0]} and {path} are of different runs:", *lines])
            raise UsageError(message)
        for key, observation in finished.items():
            if key not in found or found[key].outcome == "missing":
                found[key] = observation
    return Run(settings or {}, list(found.values()), canaries)


def report(run: Run, wanted: GatePolicy, *, calibration: str | None = None) -> Report:
    """Report a run again, and decide the gates on it.

    Args:
        run: what is reported.
        wanted: the gates.
        calibration: how often the judge errs, as ``--distill-calibration`` names it.

    Raises:
        UsageError: a gate, the baseline or the calibration cannot be used, or the log is of
            another version.
    """
    ledger = ResultStore()
    for observation in run.observations:
        ledger.add(observation)
    try:
        plans = _plans(run.settings)
        setup = _setup(run, ledger, wanted.confidence, calibration)
    except (KeyError, TypeError, ValueError) as error:
        message = f"the run log is of another version of pytest-distill: {error!r}"
        raise UsageError(message) from error
    wanted = wanted._replace(calibration=setup.calibration)
    decisions = _decisions(run, wanted, setup, plans)
    return report_of(setup, ledger, decisions, RunStatus())


def _decisions(
    run: Run, wanted: GatePolicy, setup: Setup, plans: Mapping[ModelSuite, Plan]
) -> GateEvaluator:
    cases: dict[ModelSuite, list[Case]] = {group: [] for group in plans}
    claimed: set[str] = set()
    for observation in run.observations:
        cases.setdefault((observation.model, observation.case.suite), []).append(observation.case)
        claimed |= set(observation.verdict.vendors if observation.verdict else ())
    vendors = claimed | {facts.vendor for facts in fact_sets.load_shipped().values()}
    is_cascade = run.settings["several"]["cascade"] is not None
    corrections = tuple(gate_setup.corrections(wanted.calibration, is_cascade=is_cascade))
    known: dict[str, Collection[str]] = {}
    for (_, suite), found in cases.items():
        names = gate_setup.names(suite, found, vendors, corrections)
        known[suite] = names.union(known.get(suite, ()))
    return gate_setup.prepare(
        wanted,
        plans=plans,
        known=known,
        side_of=lambda group: gate_setup.side(setup.judge, setup.subjects[group[0]], cases[group]),
        seed=setup.seed,
    )


def _plans(settings: Mapping[str, Any]) -> Mapping[ModelSuite, Plan]:
    return {
        (label, suite): [InterimLook(int(cases), str(last)) for cases, last in found]
        for label, suites in settings["planned"].items()
        for suite, found in suites.items()
    }


def _setup(run: Run, ledger: ResultStore, confidence: float, calibration: str | None) -> Setup:
    settings, plans = run.settings, _plans(run.settings)
    found = calibrations.find(calibration, settings["judge"][0])
    return Setup(
        seed=settings["seed"],
        samples=settings["samples"],
        limit=settings["limit"],
        confidence=confidence,
        judge=settings["judge"][0],
        subjects={
            label: Subject.model_validate(subject) for label, subject in settings["facts"].items()
        },
        expected=sum(found[-1].cases for found in plans.values()),
        stops=settings["stop"],
        calibration=None if calibration is None else found,
        told={
            **EnsembleConfig(**settings["several"]).told(ledger, level=confidence),
            "canaries": run.canaries,
            "calibration": found,
            "warnings": tuple(settings["warnings"]),
        },
    )
