"""Likeness and lineage on real recorded answers; `tests.benchmarks.attribution` does them all."""

import json
from pathlib import Path

import pytest

from pytest_distill.data import facts, feature_scaling
from pytest_distill.records import Case, Completion, Observation, ReferenceSummary, Trace
from pytest_distill.results import attribution
from pytest_distill.similarity.feature_scaling import FeatureScaling
from pytest_distill.similarity.judge import RESAMPLE, UNRELATED, SimilarityJudge
from pytest_distill.similarity.plain import plain
from pytest_distill.similarity.style_features import STYLE_FEATURES
from pytest_distill.stats.similarity import Anchors, compared, summarise
from tests.support.recorded_data import data_folder

pytestmark = pytest.mark.unmeasured

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
    return attribution.trace(student, said, attribution.Lineup(teachers, families), level=0.95)


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


def likeness(
    student: str, reference: str, *, copied: float = 0.0, prompts: int | None = None
) -> ReferenceSummary:
    """Compare one model, which copies a share of the answers, with one reference."""
    numbers = feature_scaling.load_shipped(feature.name for feature in STYLE_FEATURES)
    centre, spread, weights = (tuple(column) for column in zip(*numbers, strict=True))
    judge = SimilarityJudge(FeatureScaling(centre, spread, weights))
    one, other = answers(student), answers(reference)
    asked = [prompt for prompt in other if plain(one[prompt]) and plain(other[prompt])][:prompts]
    copies = set(asked[: round(copied * len(asked))])
    outcomes = []
    for prompt in asked:
        said = other[prompt] if prompt in copies else one[prompt]
        case = Case(id=prompt, suite="rse", query=prompt, probe_key=prompt, reference=reference)
        outcomes.append(
            compared(
                Observation(
                    case=case,
                    model=student,
                    judge=judge.name,
                    outcome="judged",
                    completion=Completion(text=""),
                    likeness=judge.compare_now(prompt, said, other[prompt]),
                )
            )
        )
    return summarise(outcomes, anchors=Anchors(UNRELATED, RESAMPLE))


def test_strangers_students_and_samples_have_their_places_on_the_scale() -> None:
    """About 2, between, and about 4."""
    again = likeness("gpt4", "gpt4_0314").overall.value or 0.0
    student = likeness("wizardlm-13b", "gpt-3.5-turbo-0301").overall.value or 0.0
    stranger = likeness("claude-2", "gpt4_0314").overall.value or 0.0

    assert again == pytest.approx(4, abs=0.3)
    assert stranger == pytest.approx(2, abs=0.7)
    assert stranger + 0.5 < student < again - 0.5


@pytest.mark.parametrize("student", ["claude-2", "vicuna-33b-v1.3", "gpt4"])
def test_every_copied_answer_counts(student: str) -> None:
    """From none to all, for a stranger, a student and another sample of the reference."""
    shares = (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1)

    values = [likeness(student, "gpt4_0314", copied=s).overall.value or 0.0 for s in shares]

    assert values == sorted(set(values))
    assert values[-1] == 5.0
