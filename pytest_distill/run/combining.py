"""Combines runs that measured different things, with the same settings, for one report."""

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TypeVar

from pytest_distill.errors import UsageError
from pytest_distill.records import RunDescription, RunStatus
from pytest_distill.run.joining import Joined, by_suite, joined_statuses, reported
from pytest_distill.store.runlog import differences

Value = TypeVar("Value")

_LISTS = ("suites", "transcripts", "fixed", "vendors", "warnings")
"""Of these a report has what any run has."""

_NAMED = ("models", "subjects", "options")
"""By model or suite; what both runs have must be the same."""

_NOT_IN_ALL = ("references", "base", "prompts")
"""What a run does not have where no suite of it needs it."""

_OF_SUITES = ("judge", "limit")
"""Of runs without a suite in common these may differ; a report names those of the first."""


def combine(runs: Sequence[Joined]) -> Joined:
    """Return what several runs say together: of different suites, or of different models.

    Raises:
        UsageError: two of them have the same suite of the same model, shards of one are missing,
            or settings differ.
    """
    return reduce(_combined, runs)


def _combined(one: Joined, other: Joined) -> Joined:
    order = (one.description, other.description)
    first, second = _beside(order, of=0), _beside(order, of=1)
    repeated = {*order[0].model_suites} & {*order[1].model_suites}
    problems = [
        *(f"both have suite {suite} of model {model}" for model, suite in sorted(repeated)),
        *("shards are missing" for run in order if run.shards is not None),
        *(f"{name}: {old} and {new}" for name, old, new in differences(first, second)),
    ]
    if problems:
        head = "the runs are not shards of one run, nor can they be in one report:"
        raise UsageError("\n  ".join([head, *dict.fromkeys(problems)]))
    logs, notes = (*one.logs, *other.logs), (*one.notes, *other.notes)
    return Joined(first, logs, _status(one, other), notes)


def _beside(order: Sequence[RunDescription], *, of: int) -> RunDescription:
    """Return the description of one of two runs with what only the other has."""
    mine, theirs = order[of], order[1 - of]
    shares_suites = not {*mine.suites}.isdisjoint(theirs.suites)
    added: Mapping[str, object] = {
        **({} if shares_suites else {name: getattr(order[0], name) for name in _OF_SUITES}),
        **{name: _union(*(getattr(run, name) for run in order)) for name in _LISTS},
        **{
            name: {
                label: value
                for run in (*order, mine)
                for label, value in getattr(run, name).items()
            }
            for name in _NAMED
        },
        **{name: getattr(mine, name) or getattr(theirs, name) for name in _NOT_IN_ALL},
        # Which files were read; nothing in a report depends on it.
        "contents": {label: digest for run in order for label, digest in run.contents.items()},
        "plans": {
            label: {
                suite: plan for run in order for suite, plan in run.plans.get(label, {}).items()
            }
            for label in _union(*(tuple(run.plans) for run in order))
        },
        "groups": {
            suite: _union(*(run.groups.get(suite, ()) for run in order))
            for suite in _union(*(tuple(run.groups) for run in order))
        },
    }
    return mine.model_copy(update=added)


def _union(*lists: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for each in lists for name in each))


def _status(one: Joined, other: Joined) -> RunStatus:
    sides = (one.status, other.status)
    starts = [status.first_started_at or status.started_at for status in sides]
    known = [start for start in starts if start is not None]
    return joined_statuses(sides).model_copy(
        update={
            "deselected": by_suite(sum, *(status.deselected for status in sides)),
            "reported": reported([*one.logs, *other.logs]),
            "first_started_at": min(known) if len(known) == len(starts) else None,
            "releases": _agreed(one.status.releases, other.status.releases),
            "replay": _agreed(one.status.replay, other.status.replay),
        }
    )


def _agreed(one: Mapping[str, Value], other: Mapping[str, Value]) -> dict[str, Value]:
    """Return what either has, but for that in which they differ."""
    both = {**other, **one}
    return {label: value for label, value in both.items() if other.get(label, value) == value}
