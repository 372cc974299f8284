"""Gates about the nearest of several references are about all of them."""

from collections.abc import Mapping, Sequence

import pytest

from pytest_distill.gates import expression, references
from pytest_distill.gates.evaluator import GateEvaluator, GatePolicy
from pytest_distill.records import (
    UNDEFINED,
    Case,
    Likeness,
    LikenessVerdict,
    ModelSuite,
    Observation,
    RunStatus,
    Verdict,
)
from pytest_distill.results.store import ResultStore
from tests.support.runs import new_store, plan

PROMPTS = 40


def observed(scores: Mapping[str, Sequence[float]]) -> ResultStore:
    """Return a store of comparisons with each reference: its scores, in turn."""
    store = new_store(suites=("rse",), references=dict.fromkeys(scores, "spec"))
    for reference, each in scores.items():
        for number in range(PROMPTS):
            level = each[number % len(each)]
            case = Case(
                id=f"rse/{reference}/p{number}",
                suite="rse",
                query=f"q{number}",
                probe_key=f"p{number}",
                category=("mathematics", "reasoning")[number // 2 % 2],
                language="en",
                reference=reference,
            )
            scored = Likeness(overall=level, style=level, structure=level, content=level)
            store.add(
                Observation(
                    case=case,
                    model="m",
                    judge="j",
                    outcome="judged",
                    likeness=LikenessVerdict(scores=scored),
                )
            )
    return store


def decided(gate: str, scores: Mapping[str, Sequence[float]]) -> Verdict:
    """Return the verdict of a gate on such comparisons."""
    cases = [f"rse/{name}/p{number}" for name in scores for number in range(PROMPTS)]
    policy = GatePolicy((expression.parse(gate),), 0.95, 0.05)
    known = {ModelSuite("m", "rse"): plan(cases)}
    (found,) = GateEvaluator(policy, known, seed=0).verdicts(observed(scores), RunStatus())
    return found


@pytest.mark.parametrize("number", ["overall", "style", "overall.mathematics"])
def test_a_ceiling_is_met_by_every_reference(number: str) -> None:
    """Not by the nearest alone, if of another one less is known."""
    met = decided(f"rse.{number}<=3.4", {"near": (3, 3.1), "far": (2.8, 2.9)})
    open_ = decided(f"rse.{number}<=3.4", {"near": (3, 3.1), "loose": (1, 5)})

    assert (met.verdict, open_.verdict) == ("pass", "inconclusive")
    assert open_.why.startswith("with the reference loose it may be up to ")
    assert "limit 3.4" in open_.why


@pytest.mark.parametrize("number", ["overall.mathematics", "raw.overall"])
def test_another_reference_may_be_the_nearest_in_a_part(number: str) -> None:
    """The nearest is chosen by the overall score."""
    # On mathematics, every second pair of prompts, the other one is nearer.
    scores = {"near": (2, 2.1, 4.5, 4.6), "other": (4, 4.1, 2, 2.1)}

    assert decided(f"rse.{number}<=3", scores).verdict != "pass"


def test_a_reference_may_be_called_as_a_number_is() -> None:
    """Its name is the end of a number's, or behind `references`."""
    found = decided("rse.style<=3.4", {"style": (3, 3.1), "loose": (1, 5)})

    assert found.verdict == "inconclusive"


def test_a_floor_is_met_by_the_nearest() -> None:
    """However far the others are; as the nearest of several, with a part of the error."""
    far = {f"far{number}": (1.0, 1.2) for number in range(7)}
    near = {"near": (2.0, 4.0)}

    alone, among = (decided("rse.overall>=2.6", scores) for scores in (near, near | far))
    clear = decided("rse.overall>=2.4", near | far)

    assert (alone.verdict, among.verdict, clear.verdict) == ("pass", "inconclusive", "pass")


def test_a_number_of_one_reference_is_its_own() -> None:
    """Whatever is known of the other."""
    found = decided("rse.references.near.overall<=3.3", {"near": (3, 3.1), "loose": (1, 5)})

    assert found.verdict == "pass"


def test_a_floor_on_telling_apart_is_met_by_every_reference() -> None:
    """The nearest is the one that is hardest to tell apart; of one too little may be known."""
    gate = expression.parse("bbi.advantage>=0.2")
    near = UNDEFINED.model_copy(update={"value": 0.5, "low": 0.3, "high": 0.7, "n": 40})
    each = {
        "near": near,
        "loose": near.model_copy(update={"value": 0.6, "low": 0.1}),
        "one": near.model_copy(update={"value": 0.6, "low": None, "high": None}),
    }

    assert references.is_about_all(gate)
    assert list(references.undecided(gate, each)) == [
        "with the reference loose it may be down to 0.1, limit 0.2",
        "with the reference one there are too few cases for an interval",
    ]
