"""The trained adversary on recorded answers: a second sample, a student, a stranger."""

import json

import pytest

from pytest_distill.records import Estimate
from pytest_distill.results.detection import shipped_scaling
from pytest_distill.similarity.adversary import AnswerPair, OfflineAdversary
from pytest_distill.stats.advantage import Guesses, advantage
from tests.support.recorded_data import data_folder

pytestmark = pytest.mark.unmeasured

ADVERSARY = OfflineAdversary(shipped_scaling())


def told_apart(one: str, other: str, queries: int) -> Estimate:
    """Return the advantage over two recorded models."""
    folder = data_folder("rse")
    mine, theirs = (
        {line["prompt"]: line["response"] for line in map(json.loads, text.splitlines())}
        for text in ((folder / f"{name}.jsonl").read_text("utf-8") for name in (one, other))
    )
    pairs = [AnswerPair(prompt, mine[prompt], theirs[prompt]) for prompt in mine]
    learnt = ADVERSARY.guesses(pairs, queries)
    assert learnt is not None
    values = list(map(float, learnt.guesses))
    return advantage(Guesses(values, [pair.prompt for pair in pairs], mutual=learnt.mutual))


@pytest.mark.parametrize("queries", [10, 200])
def test_a_second_sample_of_a_model_is_not_told_from_the_first(queries: int) -> None:
    """Within .10, and the interval covers 0."""
    found = told_apart("gpt4", "gpt4_0314", queries)

    assert found.value == pytest.approx(0, abs=0.1)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= 0 <= found.high


def test_a_student_is_harder_to_tell_from_its_teacher_than_a_stranger() -> None:
    """By far: WizardLM, and Claude 2, beside GPT-3.5."""
    student = told_apart("wizardlm-13b", "gpt-3.5-turbo-0301", 200)
    stranger = told_apart("claude-2", "gpt-3.5-turbo-0301", 200)

    assert student.high is not None
    assert stranger.low is not None
    assert student.high < 0.5
    assert stranger.low > 0.7
