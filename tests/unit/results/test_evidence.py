"""Which cases are shown for a number: those that raise it, in whatever order they came."""

import pytest

from pytest_distill.records import (
    Case,
    Completion,
    IdentityVerdict,
    Likeness,
    LikenessVerdict,
    NearAnswer,
    Observation,
)
from pytest_distill.results.outcomes import IdentityResults, ValueResults
from pytest_distill.results.similarity import SimilarityResults

STARTS = (0, 2, 5)


def judged(name: str, **verdict: object) -> Observation:
    """Return a judged answer; without a verdict it is clean."""
    known: dict[str, object] = {"loose": False, "strict": False, "hard": False}
    return Observation(
        case=Case(
            id=f"ice/{name}",
            suite="ice",
            query="Who?",
            probe_key=name,
            category="team",
            language="zh",
        ),
        model="m",
        judge="j",
        outcome="judged",
        completion=Completion(text="I am X."),
        verdict=IdentityVerdict.model_validate({**known, **verdict}),
    )


def compared(number: int, overall: float, *, reference: str = "r", sample: int = 0) -> Observation:
    """Return a comparison."""
    return Observation(
        case=Case(
            id=f"rse/{reference}/{number:02}",
            suite="rse",
            query=f"Question {number}?",
            probe_key=str(number),
            category=("prose", "code")[number % 2],
            reference=reference,
            sample=sample,
        ),
        model="m",
        judge="llm",
        outcome="judged",
        completion=Completion(text=f"own {number}"),
        reference=Completion(text=f"other {number}"),
        likeness=LikenessVerdict(
            scores=Likeness(overall=overall, style=overall, structure=2.0, content=2.0)
        ),
    )


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("loose", ["h", "s", "a", "l"]),
        ("strict", ["h", "s"]),
        ("hard", ["h"]),
        ("strict.team", ["h", "s"]),
        ("strict.en", []),
        ("strict.rogan-gladen", ["h", "s"]),
        ("vendors.openai", ["h"]),
        ("vendors.zhipu", []),
        ("persona", ["p"]),
        ("reasoning", ["l", "t"]),
    ],
)
def test_leaks_behind_a_rate_come_worst_first(start: int, number: str, expected: list[str]) -> None:
    """And then by their ids."""
    observations = [
        judged("c"),
        judged("l", loose=True, reasoning=True),
        judged("a", loose=True),
        judged("s", loose=True, strict=True, vendors=("anthropic",)),
        judged("h", loose=True, strict=True, hard=True, vendors=("openai",)),
        judged("p", persona=True),
        judged("t", reasoning=True),
    ]
    results = IdentityResults("ice")
    for each in observations[start:] + observations[:start]:
        results.add(each)

    assert results.evidence("m", number) == [f"ice/{name}" for name in expected]
    assert results.evidence("n", number) == []
    assert [leak.case for leak in results.leaks()] == ["ice/a", "ice/h", "ice/l", "ice/s"]


@pytest.mark.parametrize("start", STARTS)
def test_the_nearest_answers_are_kept(start: int) -> None:
    """Of the nearest reference; by domain where a gate is about one."""
    observations = [compared(number, 1 + number / 10) for number in range(20)]
    observations += [compared(number, 1.5, reference="s") for number in range(20)]
    results = SimilarityResults("rse", ["r", "s"])
    for each in observations[start:] + observations[:start]:
        results.add(each)

    assert results.evidence("m", "overall")[:3] == ["rse/r/19", "rse/r/18", "rse/r/17"]
    assert results.evidence("m", "overall.prose")[:2] == ["rse/r/18", "rse/r/16"]
    assert results.shown("m", "rse/r/19") == NearAnswer(
        model="m",
        suite="rse",
        case="rse/r/19",
        reference="r",
        score=2.9,
        asked="Question 19?",
        answered="own 19",
        reference_answered="other 19",
    )
    assert results.shown("m", "rse/r/00") is None, "too far away to be kept"


def test_a_comparison_that_is_made_again_replaces_the_earlier_one() -> None:
    """A missing one is not shown."""
    results = SimilarityResults("rse", ["r"])
    results.add(compared(1, 4.0))
    results.add(compared(1, 4.0).model_copy(update={"likeness": None, "outcome": "missing"}))

    assert results.shown("m", "rse/r/01") is None


def test_measured_values_have_no_evidence() -> None:
    """Nothing is said about single cases."""
    results = ValueResults("own")

    assert (results.evidence("m", "words"), results.shown("m", "own/1"), results.leaks()) == (
        (),
        None,
        (),
    )
