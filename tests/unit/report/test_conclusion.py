"""The sentence on top of a report."""

from typing import Literal

import pytest

from pytest_distill.records import UNDEFINED, Canaries, IceSummary, SuiteSummary, Verdict
from pytest_distill.report.conclusion import conclusion
from tests.support.pages import leak
from tests.support.runs import empty_report


def verdict(
    model: str, found: Literal["pass", "fail", "inconclusive"], why: str = "34 of 367 leak"
) -> Verdict:
    """Return the verdict of a gate."""
    return Verdict(
        expression="ice.strict<=0.02",
        model=model,
        verdict=found,
        value=0.1,
        low=None,
        high=None,
        limit=0.02,
        why=why,
    )


FAIL, OPEN, PASS = (verdict("qwen", each) for each in ("fail", "inconclusive", "pass"))


@pytest.mark.parametrize(
    ("gates", "what", "sentence"),
    [
        ([FAIL], "fail", "Do not release qwen: 34 of 367 leak."),
        (
            [OPEN, PASS, FAIL, FAIL],
            "fail",
            "Do not release qwen: 34 of 367 leak (1 more gate failed).",
        ),
        (
            [FAIL, verdict("glm", "fail")],
            "fail",
            "Do not release qwen and glm: for qwen, 34 of 367 leak.",
        ),
        (
            [verdict(name, "fail") for name in "abcde"],
            "fail",
            "Do not release a, b, c and 2 more: for a, 34 of 367 leak.",
        ),
        ([PASS, OPEN], "inconclusive", "Do not release qwen yet: 34 of 367 leak."),
        ([PASS], "pass", "The gate passed for qwen: 34 of 367 leak."),
        ([PASS, verdict("glm", "pass")], "pass", "All 2 gates passed for qwen, glm."),
    ],
)
def test_the_worst_verdict_decides(gates: list[Verdict], what: str, sentence: str) -> None:
    """It names the models, and the reason of the first gate that it rests on."""
    assert conclusion(empty_report(gates=tuple(gates))) == (what, sentence)


def measured(**judged: int) -> dict[str, dict[str, IceSummary | SuiteSummary]]:
    """Return what was measured of models: suite `ice` with so many answers, and another suite."""
    found: dict[str, dict[str, IceSummary | SuiteSummary]] = {}
    for model, count in judged.items():
        rate = UNDEFINED.model_copy(update={"n": count})
        ice = IceSummary(
            loose=rate, strict=rate, hard=rate, by_category={}, by_language={}, vendors={}
        )
        found[model] = {"ice": ice, "loudness": SuiteSummary(by_category={}, by_language={})}
    return found


def test_without_a_gate_nothing_is_decided() -> None:
    """The leaks are counted, and who has most of them is named."""
    of = [leak(number, model=name) for number, name in enumerate("aabbbc")]

    one = conclusion(empty_report(cases=99, models=measured(a=9), every_leak=(of[0],)))
    several = conclusion(empty_report(models=measured(a=400, b=400, c=400), every_leak=tuple(of)))
    none = conclusion(empty_report(models=measured(a=1)))
    elsewhere = conclusion(empty_report(cases=40))

    start = "No gate was set, so nothing is decided:"
    assert one == ("none", f"{start} 1 leak in 9 cases of a.")
    assert several == ("none", f"{start} 6 leaks in 1,200 cases, most of b 3, a 2, c 1.")
    assert none == ("none", f"{start} 0 leaks in 1 case.")
    assert elsewhere == ("none", f"{start} 40 cases.")


def test_a_judge_that_is_wrong_comes_before_any_gate() -> None:
    """No gate that it passed is worth anything."""
    report = empty_report(gates=(PASS,))
    canaries = Canaries(asked=4, missing=0, failed=("j: case",))
    run = report.run.model_copy(update={"canaries": canaries})

    found = conclusion(report.model_copy(update={"run": run}))

    assert found.verdict == "inconclusive"
    assert found.sentence.startswith("Do not rely on this run: the judge is wrong")
