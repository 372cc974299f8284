"""Reading of run logs, and reports and gates from them."""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import NamedTuple

from pytest_distill.data import calibrations
from pytest_distill.errors import UsageError
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
from pytest_distill.run.replay_commands import ReplayCommands
from pytest_distill.run.report import JudgeQuality, gate_evaluator, known_suite, report_of
from pytest_distill.store.contents import LogContents, read_log
from pytest_distill.store.runlog import differences
from pytest_distill.suites.registry import SuiteRegistry


class Run(NamedTuple):
    """One run, joined from its logs."""

    description: RunDescription
    observations: Sequence[Observation]
    slots: Sequence[SlotResult] = ()
    canaries: Canaries | None = None
    status: RunStatus = RunStatus()


def read(paths: Sequence[Path]) -> Run:
    """Join the logs of one run; of two observations of a case the first with a verdict counts.

    Raises:
        UsageError: the logs are of runs with different settings.
        DistillError: a log cannot be read.
    """
    first, *others = [read_log(path) for path in paths]
    for path, other in zip(paths[1:], others, strict=True):
        if differing := differences(first.description, other.description):
            lines = (f"  {name}: {one} and {another}" for name, one, another in differing)
            message = "\n".join([f"{paths[0]} and {path} are of different runs:", *lines])
            raise UsageError(message)
    found: dict[tuple[str, str], Observation] = {}
    slots: dict[tuple[str, str, str], SlotResult] = {}
    canaries: Canaries | None = None
    for contents in (first, *others):
        slots.update({(slot.suite, slot.model, slot.slot): slot for slot in contents.slots})
        if contents.canaries is not None:
            canaries = contents.canaries.after(canaries)
        for key, observation in contents.finished.items():
            if found.setdefault(key, observation).rank.gives_way_to(observation.rank):
                found[key] = observation
    status = reduce(_joined, (contents.status for contents in (first, *others)))
    status = status.model_copy(update={"reported": _reported([first, *others])})
    return Run(first.description, list(found.values()), list(slots.values()), canaries, status)


def stored(run: Run, registry: SuiteRegistry) -> ResultStore:
    """Return the results of a logged run.

    Raises:
        UsageError: a suite of the run is unknown.
    """
    for name in run.description.suites:
        known_suite(registry, name)
    store = ResultStore(registry.results(run.description))
    counted = _keys(run.status.reported)
    for observation in run.observations:
        is_counted = counted is None or (observation.model, observation.case.id) in counted
        if is_counted and registry.counts(observation.case.suite):
            store.add(observation)
    for observation in run.status.unobserved:
        store.add(observation)
    for slot in (*run.slots, *run.status.unfinished):
        store.add_slot(slot)
    return store


def report(
    run: Run, policy: GatePolicy, *, registry: SuiteRegistry, calibration: str | None = None
) -> Report:
    """Return the report of a logged run, with its gates decided.

    Args:
        run: to report.
        policy: the gates.
        registry: all available suites.
        calibration: error rates of the judge, as ``--distill-calibration`` names them.

    Raises:
        UsageError: a gate, the baseline, the calibration or a suite of the run cannot be used.
    """
    description, store = run.description, stored(run, registry)
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


def _reported(shards: Sequence[LogContents]) -> Mapping[str, tuple[str, ...]] | None:
    """Return the cases that any shard reported; None where that is all that they hold."""
    if all(shard.status.reported is None for shard in shards):
        return None
    found: dict[str, set[str]] = {}
    for shard in shards:
        counted = _keys(shard.status.reported)
        for label, case in shard.finished if counted is None else counted:
            found.setdefault(label, set()).add(case)
    return {label: tuple(sorted(cases)) for label, cases in sorted(found.items())}


def _keys(reported: Mapping[str, tuple[str, ...]] | None) -> frozenset[tuple[str, str]] | None:
    if reported is None:
        return None
    return frozenset((label, case) for label, cases in reported.items() for case in cases)


def _later(one: float | None, other: float | None) -> float | None:
    """Return when the later of two sessions began, by which all answers are dated."""
    return None if one is None or other is None else max(one, other)


def _joined(one: RunStatus, other: RunStatus) -> RunStatus:
    """Return the joint status of two shards of a run."""
    extra = {
        suite: max(one.extra_cases.get(suite, 0), other.extra_cases.get(suite, 0))
        for suite in {**one.extra_cases, **other.extra_cases}
    }
    return RunStatus(
        blockers=tuple(dict.fromkeys((*one.blockers, *other.blockers))),
        lost=_by_suite(sum, one.lost, other.lost),
        unobserved=(*one.unobserved, *other.unobserved),
        unfinished=(*one.unfinished, *other.unfinished),
        # A case is not run if neither shard runs it.
        deselected=_by_suite(min, one.deselected, other.deselected),
        extra_cases=extra,
        is_ordered=one.is_ordered and other.is_ordered,
        started_at=_later(one.started_at, other.started_at),
        releases={
            label: release
            for label, release in one.releases.items()
            if other.releases.get(label) == release
        },
        replay={**other.replay, **one.replay},
    )


def _by_suite(
    combine: Callable[[Sequence[int]], int], *sides: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, int]]:
    """Combine the counts of two shards by model and suite."""
    groups = sorted({(model, suite) for side in sides for model in side for suite in side[model]})
    found: dict[str, dict[str, int]] = {}
    for model, suite in groups:
        counts = [side.get(model, {}).get(suite, 0) for side in sides]
        found.setdefault(model, {})[suite] = combine(counts)
    return found
