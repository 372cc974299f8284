"""Runs that measured different things: which may be in one report, and what they say together."""

from pathlib import Path
from typing import Any

import pytest

from pytest_distill.errors import UsageError
from pytest_distill.records import RunStatus, Shards, Subject
from pytest_distill.run.combining import combine
from pytest_distill.run.joining import Joined, Log, join, runs_of
from pytest_distill.store.contents import LogContents
from tests.support.runs import description, plan


def run(
    *models: str,
    suite: str = "ice",
    status: RunStatus | None = None,
    **settings: Any,  # noqa: ANN401 - fields of a record
) -> Joined:
    """Return a whole run of one suite."""
    labels = models or ("m",)
    plans = {label: {suite: plan((f"{suite}/a",))} for label in labels}
    found = description(*labels, suites=(suite,), plans=plans, **settings)
    return join([Log(Path("a"), LogContents(found, status=status or RunStatus()))])


def test_two_suites_of_a_model_are_in_one_report() -> None:
    """With the plans of both, in the order given."""
    ice = run(judge="offline", limit=None, vendors=("openai",), groups={"ice": ("en",)})
    rse = run(suite="rse", judge="likeness", limit=9, references={"t": "recorded:t"})

    found = combine([ice, rse]).description

    assert found.suites == ("ice", "rse")
    assert list(found.plans["m"]) == ["ice", "rse"]
    assert found.references == {"t": "recorded:t"}
    assert found.groups == {"ice": ("en",)}
    assert (found.judge, found.limit) == ("offline", None)


def test_two_models_of_a_suite_are_in_one_report() -> None:
    """Each with what its own log said."""
    one = run("a", models={"a": "x"}, status=RunStatus(releases={"a": "1"}, blockers=("no",)))
    other = run("b", models={"b": "y"}, status=RunStatus(deselected={"b": {"ice": 2}}))

    found = combine([one, other])

    assert list(found.description.subjects) == ["a", "b"]
    assert found.description.models == {"a": "x", "b": "y"}
    assert found.status.releases == {"a": "1"}
    assert found.status.blockers == ("no",)
    assert found.status.deselected == {"b": {"ice": 2}}


def test_what_two_runs_say_differently_of_a_model_is_left_out() -> None:
    """Its release, and how to ask it again."""
    one = run(status=RunStatus(releases={"m": "1"}, replay={"m": ("--model=m",)}))
    other = run(suite="rse", status=RunStatus(releases={"m": "2"}, replay={"m": ("--x",)}))

    found = combine([one, other]).status

    assert (found.releases, found.replay) == ({}, {})


def test_a_report_begins_with_its_first_run() -> None:
    """Unless it is not known when that was."""
    early = run(status=RunStatus(started_at=100.0))
    late, some_time = run(suite="rse", status=RunStatus(started_at=160.0)), run(suite="rse")

    assert combine([early, late]).status.first_started_at == 100.0
    assert combine([early, late]).status.started_at == 160.0
    assert combine([early, some_time]).status.first_started_at is None


SUBJECT = Subject(facts="g", vendor="w", facts_sha256="t")


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (run(judge="k"), "both have suite ice of model m"),
        (run(suite="rse", seed=7), "seed: 0 and 7"),
        (run("b", judge="k"), 'judge: "j" and "k"'),
        (run("b", limit=9), "limit: null and 9"),
        (run(suite="rse", subjects={"m": SUBJECT}), 'subjects.m.facts: "f" and "g"'),
        (run(suite="rse", shards=Shards(numbers=(1,), of=2)), "shards are missing"),
        (run(suite="rse", references={"t": "y"}), 'references.t: "x" and "y"'),
        (run(suite="rse", references={"u": "x"}), r'references.u: \(not set\) and "x"'),
    ],
)
def test_runs_that_do_not_fit_are_refused(other: Joined, message: str) -> None:
    """With all reasons."""
    with pytest.raises(UsageError, match=message):
        combine([run(references={"t": "x"}), other])


def test_logs_are_told_by_their_run() -> None:
    """Shards of one run belong together."""
    shards = [description(shards=Shards(numbers=(number,), of=2)) for number in (1, 2)]
    runs = {"a": shards[0], "b": description("b"), "c": shards[1], "d": description("b")}
    logs = [Log(Path(name), LogContents(of)) for name, of in runs.items()]

    assert [[str(log.path) for log in run] for run in runs_of(logs)] == [["a", "c"], ["b", "d"]]
