"""Logs of one run: which may be joined, and what they say together."""

from pathlib import Path
from typing import Any

import pytest

from pytest_distill.errors import UsageError
from pytest_distill.records import (
    Case,
    Completion,
    IdentityVerdict,
    Observation,
    RunStatus,
    Shards,
)
from pytest_distill.run.joining import Joined, Log, join
from pytest_distill.store.contents import LogContents
from tests.support.runs import description


def log(
    number: int | None,
    *cases: str,
    of: int = 3,
    answer: str = "I am m.",
    seed: int = 0,
    **status: Any,  # noqa: ANN401 - fields of a record
) -> LogContents:
    """Return the log of a shard; None is that of a whole run."""
    shards = None if number is None else Shards(numbers=(number,), of=of)
    found = LogContents(description(shards=shards, seed=seed), status=RunStatus(**status))
    for case in cases:
        found.take(observed(case, answer))
    return found


def observed(case: str, answer: str) -> Observation:
    """Return a clean answer."""
    return Observation(
        case=Case(id=case, suite="ice", query="Who?", probe_key=case),
        model="m",
        judge="j",
        outcome="judged",
        completion=Completion(text=answer),
        verdict=IdentityVerdict(loose=False, strict=False, hard=False),
    )


def joined(*logs: LogContents) -> Joined:
    """Join logs called a, b, ..."""
    return join([Log(Path("abcdef"[at]), contents) for at, contents in enumerate(logs)])


def test_all_shards_are_the_run() -> None:
    """In any order; nothing is left to say."""
    found = joined(log(3), log(1), log(2))

    assert found.description == description()
    assert not found.notes
    assert not found.status.blockers


def test_absent_shards_are_said() -> None:
    """Also of what was joined before."""
    first = joined(log(1, of=4), log(3, of=4))
    again = joined(LogContents(first.description), log(4, of=4))

    assert first.notes == ("shards 2, 4 of 4 are missing: no gate can be decided on the rest",)
    assert again.notes == ("shard 2 of 4 is missing: no gate can be decided on the rest",)
    assert again.description.shards == Shards(numbers=(1, 3, 4), of=4)
    assert str(again.description.shards) == "shards 1, 3, 4 of 4"


def test_a_shard_given_twice_is_said() -> None:
    """Two logs that agree do no harm."""
    one = log(1, "ice/a")
    found = join(
        [
            Log(Path(name), contents)
            for name, contents in zip("aacd", (one, one, log(2), log(3)), strict=True)
        ]
    )

    (note,) = found.notes
    assert note.startswith("shard 1 is given 2 times (a, a): of several answers to a case")
    assert not found.status.blockers


def test_of_two_results_of_a_shard_nobody_may_choose() -> None:
    """Else a shard could be run until it is clean."""
    found = joined(log(1, "ice/a"), log(1, "ice/a", answer="I am q."), log(2), log(3))

    assert found.status.blockers == (
        "shard 1 is given twice, with different results in 1 cases: give one of them",
    )


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (log(2, of=4), "shards.of: 3 and 4"),
        (log(None), "a has shard 1 of 3 of a run, b has a whole run"),
        (log(2, seed=7), "seed: 0 and 7"),
    ],
)
def test_logs_of_different_runs_are_refused(other: LogContents, message: str) -> None:
    """With the difference."""
    with pytest.raises(UsageError, match=message):
        joined(log(1), other)


def test_what_each_shard_left_out_adds_up() -> None:
    """Of two logs of one shard only what neither runs."""
    one, again, other = (
        log(number, deselected={"m": {"ice": count}}) for number, count in ((1, 5), (1, 2), (2, 4))
    )

    assert joined(one, again, other).status.deselected == {"m": {"ice": 6}}


def test_a_run_begins_with_its_first_shard() -> None:
    """Answers to it are no old ones, unless the last shard began too much later."""
    status = joined(log(1, started_at=100.0), log(2, started_at=160.0)).status
    unknown = joined(log(1), log(2, started_at=160.0)).status

    assert (status.first_started_at, status.started_at) == (100.0, 160.0)
    assert [status.began(age) for age in (None, 60.0, 59.0)] == [100.0, 100.0, 160.0]
    assert unknown.began(None) is None
    assert joined(log(1, started_at=9.0)).status.began(1.0) == 9.0


def test_cases_that_one_shard_did_not_report_are_not_counted() -> None:
    """The others reported all that they have."""
    killed = log(1, "ice/a", "ice/b", reported={"m": ("ice/a",)})

    found = joined(killed, log(2, "ice/c"))

    assert found.status.reported == {"m": ("ice/a", "ice/c")}
