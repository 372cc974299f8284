"""Likeness and lineage on real recorded answers; `tests.benchmarks.attribution` does them all."""

import json
from pathlib import Path

import pytest

from pytest_distill.data import facts, feature_scaling
from pytest_distill.records import Case, Completion, Observation, ReferenceSummary, Trace
from pytest_distill.results import attribution
from pytest_distill.similarity.feature_scaling import FeatureScaling
from pytest_distill.similarity.judge import USUAL_CEILING, USUAL_FLOOR, SimilarityJudge
from pytest_distill.similarity.plain import plain
from pytest_distill.similarity.style_features import STYLE_FEATURES
from pytest_distill.stats.similarity import Anchors, compared, summarise
from tests.support.recorded_data import data_folder

TEACHERS = (
    "text_davinci_003",
    "gpt-3.5-turbo-0301",
    "gpt4_0314",
    "claude",
    "cohere",
    "gemini-pro",
    "Mixtral-8x7B-Instruct-v0.1",
    "Qwen1.5-72B-Chat",
)
EVERY = 5
"""Every fifth prompt: about 160, which a second or two is enough for."""


def answers(name: str) -> dict[str, str]:
    """Return what a recorded model said to some prompts."""
    lines = Path(data_folder("rse") / f"{name}.jsonl").read_text().splitlines()[::EVERY]
    return {line["prompt"]: line["response"] for line in map(json.loads, lines)}


@pytest.fixture(scope="module")
def teachers() -> dict[str, dict[str, str]]:
    """Give the candidates."""
    return {name: answers(name) for name in TEACHERS}


def traced(student: str, teachers: dict[str, dict[str, str]]) -> Trace:
    """Trace one student."""
    known = facts.families({name: name for name in teachers}, facts.load_shipped())
    said = answers(student)
    families = attribution.families_of(teachers, known)
    return attribution.trace(student, said, teachers, nulls={}, families=families, level=0.95)


@pytest.mark.parametrize(("student", "family"), [("wizardlm-13b", "gpt"), ("claude-2", "claude")])
def test_a_student_is_traced_to_the_family_of_its_teacher(
    student: str, family: str, teachers: dict[str, dict[str, str]]
) -> None:
    """Which is first, and in the set; no other family is."""
    found = traced(student, teachers)

    assert found.candidates[0].family == family
    kept = {candidate.family for candidate in found.candidates if candidate.name in found.set}
    assert kept == {family}


def test_a_teacher_told_to_be_brief_is_still_itself(
    teachers: dict[str, dict[str, str]],
) -> None:
    """Half the length, the same features."""
    assert traced("gpt4_0613_concise", teachers).candidates[0].name == "gpt4_0314"


def test_without_the_teacher_a_clear_student_is_nobodys(
    teachers: dict[str, dict[str, str]],
) -> None:
    """Not the next best's."""
    rest = {name: said for name, said in teachers.items() if name != "text_davinci_003"}

    assert "gpt4_0314" not in traced("alpaca-7b", rest).set


def likeness(student: str, reference: str, decoys: tuple[str, ...]) -> ReferenceSummary:
    """Compare one model with one reference, anchored by others."""
    numbers = feature_scaling.load_shipped(feature.name for feature in STYLE_FEATURES)
    centre, spread, weights = (tuple(column) for column in zip(*numbers, strict=True))
    judge = SimilarityJudge(FeatureScaling(centre, spread, weights))
    said = {name: answers(name) for name in (student, reference, *decoys)}
    outcomes = []
    for prompt in said[reference]:
        if not all(plain(found[prompt]) for found in said.values()):
            continue
        verdict = judge.compare_now(prompt, said[student][prompt], said[reference][prompt])
        others = [
            judge.compare_now(prompt, said[decoy][prompt], said[reference][prompt]).scores
            for decoy in decoys
        ]
        floors = [scores for scores in others if scores is not None]
        floor = {
            name: sum(getattr(scores, name) for scores in floors) / len(floors)
            for name in type(floors[0]).model_fields
        }
        case = Case(id=prompt, suite="rse", query=prompt, probe_key=prompt, reference=reference)
        outcomes.append(
            compared(
                Observation(
                    case=case,
                    model=student,
                    judge=judge.name,
                    outcome="judged",
                    completion=Completion(text=""),
                    likeness=verdict.model_copy(update={"floor": type(floors[0])(**floor)}),
                )
            )
        )
    return summarise(outcomes, anchors=Anchors(USUAL_FLOOR, USUAL_CEILING))


def test_another_sample_of_the_reference_is_the_ceiling() -> None:
    """Within its interval; a student is between, a stranger at the floor."""
    decoys = ("claude", "cohere", "gemini-pro")

    again = likeness("gpt4", "gpt4_0314", decoys).overall
    student = likeness("vicuna-33b-v1.3", "gpt4_0314", decoys).overall
    stranger = likeness("claude-2", "gpt4_0314", (*decoys[1:], "text_davinci_003")).overall

    assert again.high == 5.0
    assert again.value is not None
    assert student.high is not None
    assert student.value is not None
    assert stranger.low is not None
    assert again.value > 4.5 > student.high
    assert student.value > 2
    assert stranger.low <= 1.3
