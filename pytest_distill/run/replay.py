"""Reading of run logs, and reports and gates from them."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pytest_distill.data import calibrations
from pytest_distill.gates import setup
from pytest_distill.gates.evaluator import GatePolicy
from pytest_distill.records import (
    Canaries,
    ModelSuite,
    Observation,
    Report,
    RunDescription,
    RunStatus,
    SlotResult,
)
from pytest_distill.results.baseline import ComparabilityKey
from pytest_distill.results.store import ResultStore
from pytest_distill.run import combining, joining
from pytest_distill.run.replay_commands import ReplayCommands
from pytest_distill.run.report import JudgeQuality, gate_evaluator, known_suite, report_of
from pytest_distill.store.contents import read_log
from pytest_distill.suites.registry import SuiteRegistry


class Run(NamedTuple):
    """One run, joined from its logs."""

    description: RunDescription
    observations: Sequence[Observation]
    slots: Sequence[SlotResult] = ()
    canaries: Canaries | None = None
    status: RunStatus = RunStatus()
    notes: tuple[str, ...] = ()
    """Which shards are absent, or given several times."""


@contextmanager
def _without_collections() -> Iterator[None]:
    """Leave out garbage collections: a log makes millions of objects, and none that is garbage.

    To look through them again and again took a sixth of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_without_collections()
def read(paths: Sequence[Path], *, are_several: bool = False) -> Run:
    """Join the logs of one run; of two observations of a case the first with a verdict counts.

    Args:
        paths: of the logs.
        are_several: they may also be of several runs, of different suites or models.

    Raises:
        UsageError: the logs are of runs with different settings.
        DistillError: a log cannot be read.
    """
    logs = [joining.Log(path, read_log(path)) for path in paths]
    runs = joining.runs_of(logs) if are_several else [logs]
    joined = combining.combine([joining.join(run) for run in runs])
    found: dict[tuple[str, str], Observation] = {}
    slots: dict[tuple[str, str, str], SlotResult] = {}
    canaries: Canaries | None = None
    for contents in joined.logs:
        slots.update({(slot.suite, slot.model, slot.slot): slot for slot in contents.slots})
        if contents.canaries is not None:
            canaries = contents.canaries.after(canaries)
        for key, observation in contents.finished.items():
            if found.setdefault(key, observation).rank.gives_way_to(observation.rank):
                found[key] = observation
    return Run(
        joined.description,
        list(found.values()),
        list(slots.values()),
        canaries,
        joined.status,
        joined.notes,
    )


def stored(run: Run, registry: SuiteRegistry, *, keeps_rows: bool = False) -> ResultStore:
    """Return the results of a logged run.

    Args:
        run: that was logged.
        registry: all available suites.
        keeps_rows: the report is to list all cases with their answers.

    Raises:
        UsageError: a suite of the run is unknown.
    """
    for name in run.description.suites:
        known_suite(registry, name)
    store = ResultStore(registry.results(run.description), keeps_rows=keeps_rows)
    counted = joining.keys_of(run.status.reported)
    for observation in run.observations:
        is_counted = counted is None or (observation.model, observation.case.id) in counted
        if is_counted and registry.counts(observation.case.suite):
            store.add(observation)
    for observation in run.status.unobserved:
        store.add(observation)
    for slot in (*run.slots, *run.status.unfinished):
        store.add_slot(slot)
    return store


@_without_collections()
def report(
    run: Run,
    policy: GatePolicy,
    *,
    registry: SuiteRegistry,
    calibration: str | None = None,
    keeps_rows: bool = False,
) -> Report:
    """Return the report of a logged run, with its gates decided.

    Args:
        run: to report.
        policy: the gates.
        registry: all available suites.
        calibration: error rates of the judge, as ``--distill-calibration`` names them.
        keeps_rows: the report is to list all cases with their answers.

    Raises:
        UsageError: a gate, the baseline, the calibration or a suite of the run cannot be used.
    """
    description, store = run.description, stored(run, registry, keeps_rows=keeps_rows)
    known = calibrations.find(calibration, description.judge)
    policy = policy._replace(calibration=None if calibration is None else known)

    def key_of(group: ModelSuite) -> ComparabilityKey:
        cases = store.cases(group)
        return setup.comparability_key(
            description.judge,
            description.subjects[group.model],
            {case.id: case.prompt for case in cases},
            {case.probe for case in cases},
        )

    found = report_of(
        description,
        store,
        gate_evaluator(description, registry, policy, key_of),
        run.status,
        quality=JudgeQuality(run.canaries, known, is_corrected=calibration is not None),
        level=policy.confidence,
    )
    return ReplayCommands(registry, run.status).added_to(found)
