"""Joins the logs of one run: of its shards, or of its sessions on several machines."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from pytest_distill.errors import UsageError
from pytest_distill.records import Observation, RunDescription, RunStatus, Shards
from pytest_distill.store.contents import LogContents
from pytest_distill.store.runlog import differences

Key = tuple[str, str]
"""A case: the label of its model, and its id."""

Counts = Mapping[str, Mapping[str, int]]
"""By model and suite."""


class Log(NamedTuple):
    """A log, and where it is."""

    path: Path
    contents: LogContents

    @property
    def shards(self) -> Shards | None:
        """The parts of the run that it has; None: all."""
        return self.contents.description.shards

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of its shards."""
        return () if self.shards is None else self.shards.numbers


class Joined(NamedTuple):
    """What the logs of one run have in common, and say together."""

    description: RunDescription
    logs: Sequence[LogContents]
    """In the order of the shards."""
    status: RunStatus
    notes: tuple[str, ...]
    """Which shards are absent, or given several times."""


def join(given: Sequence[Log]) -> Joined:
    """Join logs.

    Raises:
        UsageError: they are of runs with different settings.
    """
    for other in given[1:]:
        _check(given[0], other)
    logs = sorted(given, key=lambda log: log.numbers)
    shards = _joined_shards(logs)
    contradictions = tuple(_contradictions(logs))
    status = joined_statuses([log.contents.status for log in logs]).model_copy(
        update={
            "deselected": _deselected(logs),
            "reported": reported([log.contents for log in logs]),
            "first_started_at": _first_start(logs),
        }
    )
    blockers = (*status.blockers, *contradictions)
    return Joined(
        logs[0].contents.description.model_copy(update={"shards": shards}),
        [log.contents for log in logs],
        status.model_copy(update={"blockers": blockers}),
        (*_repeated(logs), *contradictions, *_absent(shards)),
    )


def runs_of(logs: Iterable[Log]) -> list[list[Log]]:
    """Return the logs of each run, in the order given."""
    found: dict[str, list[Log]] = {}
    for log in logs:
        run = log.contents.description.model_copy(update={"shards": None})
        of = None if log.shards is None else log.shards.of
        found.setdefault(f"{of} {run.model_dump_json()}", []).append(log)
    return list(found.values())


def keys_of(reported: Mapping[str, Collection[str]] | None) -> frozenset[Key] | None:
    """Return the reported cases; None where all that the log has was reported."""
    if reported is None:
        return None
    return frozenset((label, case) for label, cases in reported.items() for case in cases)


def _check(one: Log, other: Log) -> None:
    if (one.shards is None) is not (other.shards is None):
        kinds = [f"{log.path} has {_kind(log.shards)}" for log in (one, other)]
        message = f"{', '.join(kinds)}: they are not of one run"
        raise UsageError(message)
    first, second = one.contents.description, other.contents.description
    if other.shards is not None:
        same = other.shards.model_copy(update={"numbers": one.numbers})
        second = second.model_copy(update={"shards": same})
    if differing := differences(first, second):
        lines = (f"  {name}: {old} and {new}" for name, old, new in differing)
        message = "\n".join([f"{one.path} and {other.path} are of different runs:", *lines])
        raise UsageError(message)


def _kind(shards: Shards | None) -> str:
    return "a whole run" if shards is None else f"{shards} of a run"


def _joined_shards(logs: Sequence[Log]) -> Shards | None:
    """Return the shards of all logs together; None where these are all shards of the run."""
    first = logs[0].shards
    if first is None:
        return None
    numbers = sorted({number for log in logs for number in log.numbers})
    joined = first.model_copy(update={"numbers": tuple(numbers)})
    return joined if joined.absent else None


def _absent(shards: Shards | None) -> Iterator[str]:
    if shards is not None:
        yield f"{shards.absence}: no gate can be decided on the rest"


def _repeated(logs: Sequence[Log]) -> Iterator[str]:
    given: defaultdict[int, list[str]] = defaultdict(list)
    for log in logs:
        for number in log.numbers:
            given[number].append(str(log.path))
    for number, names in sorted(given.items()):
        if len(names) > 1:
            yield (
                f"shard {number} is given {len(names)} times ({', '.join(names)}): of several"
                " answers to a case the first with a verdict counts"
            )


def _contradictions(logs: Sequence[Log]) -> Iterator[str]:
    """Yield the shards that were run twice with different results, of which nobody may choose."""
    for one, other in combinations(logs, 2):
        found, again = one.contents.finished, other.contents.finished
        differing = sum(_differ(found[key], again[key]) for key in found.keys() & again.keys())
        for number in sorted({*one.numbers} & {*other.numbers}) if differing else ():
            yield (
                f"shard {number} is given twice, with different results in {differing} cases:"
                " give one of them"
            )


def _differ(one: Observation, other: Observation) -> bool:
    return "missing" not in (one.outcome, other.outcome) and _result(one) != _result(other)


def _result(observation: Observation) -> tuple[object, ...]:
    texts = (
        None if answer is None else answer.text
        for answer in (observation.completion, observation.reference)
    )
    return (*texts, observation.verdict, observation.likeness, observation.values)


def reported(logs: Sequence[LogContents]) -> Mapping[str, tuple[str, ...]] | None:
    """Return the cases that any log reported, by label; None where that is all that they hold."""
    if all(log.status.reported is None for log in logs):
        return None
    found: dict[str, set[str]] = {}
    for log in logs:
        counted = keys_of(log.status.reported)
        for label, case in log.finished if counted is None else counted:
            found.setdefault(label, set()).add(case)
    return {label: tuple(sorted(cases)) for label, cases in sorted(found.items())}


def _deselected(logs: Sequence[Log]) -> Counts:
    """Return the cases that were not to be run: of each shard those that no log of it runs."""
    by_shard: defaultdict[tuple[int, ...], list[Counts]] = defaultdict(list)
    for log in logs:
        by_shard[log.numbers].append(log.contents.status.deselected)
    return by_suite(sum, *(by_suite(min, *counts) for counts in by_shard.values()))


def _first_start(logs: Sequence[Log]) -> float | None:
    """Return when the first of several shards began."""
    statuses = [log.contents.status for log in logs]
    if len({log.numbers for log in logs}) == 1:
        return statuses[0].first_started_at
    starts = [status.first_started_at or status.started_at for status in statuses]
    known = [start for start in starts if start is not None]
    return min(known) if len(known) == len(starts) else None


def _last_start(one: float | None, other: float | None) -> float | None:
    """Return when the later of two parts began, by which all answers are dated."""
    return None if one is None or other is None else max(one, other)


def joined_statuses(statuses: Iterable[RunStatus]) -> RunStatus:
    """Return the joint status of the parts of a run, but for what depends on all of them."""
    return reduce(_joined, statuses)


def _joined(one: RunStatus, other: RunStatus) -> RunStatus:
    """Return the joint status of two parts of a run, but for what depends on all of them."""
    extra = {
        suite: max(one.extra_cases.get(suite, 0), other.extra_cases.get(suite, 0))
        for suite in {**one.extra_cases, **other.extra_cases}
    }
    return RunStatus(
        blockers=tuple(dict.fromkeys((*one.blockers, *other.blockers))),
        unobserved=(*one.unobserved, *other.unobserved),
        unfinished=(*one.unfinished, *other.unfinished),
        deselected=one.deselected,
        extra_cases=extra,
        unplanned={
            label: tuple(sorted({*one.unplanned.get(label, ()), *other.unplanned.get(label, ())}))
            for label in sorted({**one.unplanned, **other.unplanned})
        },
        is_ordered=one.is_ordered and other.is_ordered,
        started_at=_last_start(one.started_at, other.started_at),
        first_started_at=one.first_started_at,
        releases={
            label: release
            for label, release in one.releases.items()
            if other.releases.get(label) == release
        },
        replay={**other.replay, **one.replay},
    )


def by_suite(combine: Callable[[Sequence[int]], int], *sides: Counts) -> Counts:
    """Combine the counts of several parts by model and suite."""
    groups = sorted({(model, suite) for side in sides for model in side for suite in side[model]})
    found: dict[str, dict[str, int]] = {}
    for model, suite in groups:
        counts = [side.get(model, {}).get(suite, 0) for side in sides]
        found.setdefault(model, {})[suite] = combine(counts)
    return found
