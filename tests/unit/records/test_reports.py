"""Records of a report that do more than hold values."""

from pytest_distill.records import (
    UNDEFINED,
    Canaries,
    Case,
    Completion,
    IceSummary,
    IdentityVerdict,
    Observation,
    OtherAnswer,
    SuiteSummary,
)
from pytest_distill.results import metrics
from pytest_distill.stats import summarise


def test_a_canary_that_broke_stays_broken() -> None:
    """In the order in which they broke, each once; how many were asked is the later run's."""
    earlier = Canaries(asked=4, missing=0, failed=("j on a", "j on b"))
    later = Canaries(asked=8, missing=1, failed=("j on b", "j on c"))

    assert later.after(earlier).failed == ("j on a", "j on b", "j on c")
    assert (later.after(earlier).asked, later.after(earlier).missing) == (8, 1)
    assert later.after(None) == later


def test_what_an_earlier_version_did_not_measure_is_undefined() -> None:
    """Reports and verdicts without personas and thinking are read as before."""
    report = summarise([]).model_dump(mode="json", exclude={"persona", "refused", "reasoning"})
    verdict = IdentityVerdict.model_validate({"loose": False, "strict": False, "hard": False})

    summary = IceSummary.model_validate(report)

    assert (summary.persona, summary.reasoning) == (UNDEFINED, UNDEFINED)
    assert (verdict.persona, verdict.reasoning, verdict.rule) == (None, None, "")


def test_a_suite_groups_its_numbers_in_ways_of_its_own() -> None:
    """Each has a name for gates; sentences about them are shown where there are any."""
    content = {
        "advantage": UNDEFINED,
        "by_category": {"maths": {"advantage": UNDEFINED}},
        "by_arm": {"base": {"advantage": UNDEFINED}},
        "statements": {"student": "told apart"},
    }

    summary = SuiteSummary.model_validate(content)

    assert summary.numbers == {"advantage": UNDEFINED}
    assert summary.by("arm") == {"base": {"advantage": UNDEFINED}}
    assert (summary.by("advantage"), summary.by("none")) == ({}, {})
    assert [*metrics.numbers(summary)] == ["advantage", "advantage.maths", "advantage.base"]
    assert summary.model_dump()["statements"] == {"student": "told apart"}
    assert "statements" not in SuiteSummary().model_dump()


def test_another_answer_is_found_by_its_role() -> None:
    """Without what its model thought."""
    case = Case(id="own/a", suite="own", query="Why?", probe_key="a")
    thought = Completion(text="<think>Hm.</think>Because.")
    observation = Observation(
        case=case,
        model="m",
        judge="none",
        outcome="judged",
        others=(OtherAnswer(role="base", model="b", completion=thought),),
    )

    assert observation.answer_of("base") == "Because."
    assert observation.answer_of("resample") is None
