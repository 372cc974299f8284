"""Joins the logs of one run: of its shards, or of its sessions on several machines."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
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


class Joined(NamedTuple):
    """What the logs of one run have in common, and say together."""

    description: RunDescription
    logs: Sequence[LogContents]
    """In the order of the shards."""
    status: RunStatus
    notes: tuple[str, ...]
    """Which shards are absent, or given several times."""


def join(logs: Mapping[Path, LogContents]) -> Joined:
    """Join logs by path.

    Raises:
        UsageError: they are of runs with different settings.
    """
    paths = list(logs)
    for path in paths[1:]:
        _check(paths[0], path, logs)
    paths.sort(key=lambda path: _numbers(logs[path]))
    found = [logs[path] for path in paths]
    shards = _joined_shards(found)
    contradictions = tuple(_contradictions(logs, paths))
    status = reduce(_joined, (contents.status for contents in found)).model_copy(
        update={
            "deselected": _deselected(found),
            "reported": _reported(found),
            "first_started_at": _first_start(found),
        }
    )
    blockers = (*status.blockers, *contradictions)
    return Joined(
        found[0].description.model_copy(update={"shards": shards}),
        found,
        status.model_copy(update={"blockers": blockers}),
        (*_repeated(logs, paths), *contradictions, *_absent(shards)),
    )


def keys_of(reported: Mapping[str, Collection[str]] | None) -> frozenset[Key] | None:
    """Return the reported cases; None where all that the log has was reported."""
    if reported is None:
        return None
    return frozenset((label, case) for label, cases in reported.items() for case in cases)


def _check(one: Path, other: Path, logs: Mapping[Path, LogContents]) -> None:
    first, second = logs[one].description, logs[other].description
    if (first.shards is None) is not (second.shards is None):
        kinds = [f"{path} has {_kind(logs[path].description.shards)}" for path in (one, other)]
        message = f"{', '.join(kinds)}: they are not of one run"
        raise UsageError(message)
    if first.shards is not None and second.shards is not None:
        numbers = {"numbers": first.shards.numbers}
        second = second.model_copy(update={"shards": second.shards.model_copy(update=numbers)})
    if differing := differences(first, second):
        lines = (f"  {name}: {old} and {new}" for name, old, new in differing)
        message = "\n".join([f"{one} and {other} are of different runs:", *lines])
        raise UsageError(message)


def _kind(shards: Shards | None) -> str:
    return "a whole run" if shards is None else f"{shards} of a run"


def _numbers(contents: LogContents) -> tuple[int, ...]:
    shards = contents.description.shards
    return () if shards is None else shards.numbers


def _joined_shards(logs: Sequence[LogContents]) -> Shards | None:
    """Return the shards of all logs together; None where these are all shards of the run."""
    first = logs[0].description.shards
    if first is None:
        return None
    numbers = sorted({number for contents in logs for number in _numbers(contents)})
    joined = first.model_copy(update={"numbers": tuple(numbers)})
    return joined if joined.absent else None


def _absent(shards: Shards | None) -> Iterator[str]:
    if shards is not None:
        yield f"{shards.absence}: no gate can be decided on the rest"


def _repeated(logs: Mapping[Path, LogContents], paths: Sequence[Path]) -> Iterator[str]:
    given: defaultdict[int, list[str]] = defaultdict(list)
    for path in paths:
        for number in _numbers(logs[path]):
            given[number].append(str(path))
    for number, names in sorted(given.items()):
        if len(names) > 1:
            yield (
                f"shard {number} is given {len(names)} times ({', '.join(names)}): of several"
                " answers to a case the first with a verdict counts"
            )


def _contradictions(logs: Mapping[Path, LogContents], paths: Sequence[Path]) -> Iterator[str]:
    """Yield the shards that were run twice with different results, of which nobody may choose."""
    for one, other in combinations((logs[path] for path in paths), 2):
        for number in sorted({*_numbers(one)} & {*_numbers(other)}):
            both = one.finished.keys() & other.finished.keys()
            differing = sum(_differ(one.finished[key], other.finished[key]) for key in both)
            if differing:
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


def _reported(logs: Sequence[LogContents]) -> Mapping[str, tuple[str, ...]] | None:
    """Return the cases that any part reported; None where that is all that they hold."""
    if all(contents.status.reported is None for contents in logs):
        return None
    found: dict[str, set[str]] = {}
    for contents in logs:
        counted = keys_of(contents.status.reported)
        for label, case in contents.finished if counted is None else counted:
            found.setdefault(label, set()).add(case)
    return {label: tuple(sorted(cases)) for label, cases in sorted(found.items())}


def _deselected(logs: Sequence[LogContents]) -> Counts:
    """Return the cases that were not to be run: of each shard those that no log of it runs."""
    by_shard: defaultdict[tuple[int, ...], list[Counts]] = defaultdict(list)
    for contents in logs:
        by_shard[_numbers(contents)].append(contents.status.deselected)
    return _by_suite(sum, *(_by_suite(min, *counts) for counts in by_shard.values()))


def _first_start(logs: Sequence[LogContents]) -> float | None:
    """Return when the first of several shards began."""
    if len({_numbers(contents) for contents in logs}) == 1:
        return logs[0].status.first_started_at
    statuses = [contents.status for contents in logs]
    starts = [status.first_started_at or status.started_at for status in statuses]
    known = [start for start in starts if start is not None]
    return min(known) if len(known) == len(starts) else None


def _last_start(one: float | None, other: float | None) -> float | None:
    """Return when the later of two parts began, by which all answers are dated."""
    return None if one is None or other is None else max(one, other)


def _joined(one: RunStatus, other: RunStatus) -> RunStatus:
    """Return the joint status of two parts of a run, but for what depends on all of them."""
    extra = {
        suite: max(one.extra_cases.get(suite, 0), other.extra_cases.get(suite, 0))
        for suite in {**one.extra_cases, **other.extra_cases}
    }
    return RunStatus(
        blockers=tuple(dict.fromkeys((*one.blockers, *other.blockers))),
        lost=_by_suite(sum, one.lost, other.lost),
        unobserved=(*one.unobserved, *other.unobserved),
        unfinished=(*one.unfinished, *other.unfinished),
        deselected=one.deselected,
        extra_cases=extra,
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


def _by_suite(combine: Callable[[Sequence[int]], int], *sides: Counts) -> Counts:
    """Combine the counts of several parts by model and suite."""
    groups = sorted({(model, suite) for side in sides for model in side for suite in side[model]})
    found: dict[str, dict[str, int]] = {}
    for model, suite in groups:
        counts = [side.get(model, {}).get(suite, 0) for side in sides]
        found.setdefault(model, {})[suite] = combine(counts)
    return found
