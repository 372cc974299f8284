"""Imitation: has a student its teacher's ability, or only the style?"""

from pytest_distill.api import Case, Evaluation, ModelUnderTest


def test_imitation(model: ModelUnderTest, case: Case, evaluation: Evaluation) -> None:
    """Student, teacher and base answer; how near the student is to its teacher is data."""
    observation = evaluation.observe(model, case)

    evaluation.require_observed(model, observation)
