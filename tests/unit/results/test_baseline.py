"""Whether an earlier run can be compared with."""

import pytest

from pytest_distill.errors import UsageError
from pytest_distill.records import CaseResult, Report, Subject
from pytest_distill.results import baseline
from pytest_distill.results.baseline import ComparabilityKey
from tests.support.runs import empty_report


def side(
    *, judge: str = "offline-1", facts: str = "qwen", prompts: str = "abc", probes: str = "pq"
) -> ComparabilityKey:
    """Return one side; each letter is a case or a probe."""
    return ComparabilityKey(
        judge=judge,
        facts=facts,
        facts_sha256=facts * 2,
        prompts={f"ice/{letter.lower()}": letter for letter in prompts},
        probes=frozenset(probes),
    )


@pytest.mark.parametrize(
    ("before", "message"),
    [
        (side(judge="offline-2"), "judged by offline-2, those of this run by offline-1"),
        (side(facts="glm"), r"other facts \(glm\) than this run \(qwen\)"),
        (side(prompts="abC"), "1 cases have another prompt under the same id, such as ice/c"),
        (side(probes="pr"), "its probes differ: 1 are not in this run, 1 of this run"),
    ],
)
def test_what_measures_something_else_is_refused(before: ComparabilityKey, message: str) -> None:
    """With a sentence about what differs."""
    with pytest.raises(UsageError, match=message):
        baseline.check(side(), before, what="the baseline")


@pytest.mark.parametrize(
    "before",
    [
        side(),
        side(prompts="ab", probes="p"),
        side(prompts="abcd", probes="pqr"),
        side(prompts="xyz"),
        side(prompts="", probes=""),
    ],
)
def test_what_measures_the_same_is_not(before: ComparabilityKey) -> None:
    """On fewer cases, on more, in other templates, or where the report does not hold them."""
    baseline.check(side(), before, what="the baseline")


def report(*labels: str) -> Report:
    """Return a report of these models."""
    return empty_report(judge="offline-1", cases=0, models={label: {} for label in labels})


def test_a_model_is_compared_with_its_namesake_or_the_only_one() -> None:
    """A new release has a new name."""
    assert baseline.counterpart("a", report("a", "b")) == "a"
    assert baseline.counterpart("v2", report("v1")) == "v1"
    with pytest.raises(UsageError, match=r"holds no model 'qwen3'\. Did you mean 'qwen2'"):
        baseline.counterpart("qwen3", report("qwen2", "glm"))


def test_a_report_says_what_it_measured() -> None:
    """Of one suite of one model; a report that lists no cases has nothing to compare there."""

    def case(name: str) -> CaseResult:
        return CaseResult(
            id=name,
            prompt=name.upper(),
            template=None,
            probe="p",
            category="",
            language="",
            values=None,
        )

    empty = report("m", "n")
    subject = Subject(facts="qwen", vendor="alibaba", facts_sha256="qwenqwen")
    run = empty.run.model_copy(
        update={
            "subjects": {"m": subject, "n": subject},
            "cases": {"m": {"ice": (case("a"), case("b")), "rse": (case("c"),)}},
        }
    )
    found = empty.model_copy(update={"run": run})

    assert baseline.key_of(found, "m", "ice") == ComparabilityKey(
        judge="offline-1",
        facts="qwen",
        facts_sha256="qwenqwen",
        prompts={"a": "A", "b": "B"},
        probes=frozenset("p"),
    )
    listed = baseline.key_of(found, "n", "ice")
    assert (listed.prompts, listed.probes) == ({}, frozenset())


def test_only_cases_with_two_verdicts_are_pairs() -> None:
    """Missing ones are no zeros."""

    def case(name: str, *, is_missing: bool = False) -> CaseResult:
        values = None if is_missing else {"strict": 1.0}
        return CaseResult(
            id=name, prompt="", template=None, probe="", category="", language="", values=values
        )

    now = [case("a"), case("b", is_missing=True), case("c"), case("d")]
    before = [case("d"), case("c", is_missing=True), case("b"), case("e")]

    assert [(one.id, other.id) for one, other in baseline.pairs(now, before)] == [("d", "d")]
