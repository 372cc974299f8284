"""Bounded behavioural indistinguishability: can anyone tell a model from a reference?"""

from pytest_distill.api import Case, Evaluation, ModelUnderTest


def test_pair(model: ModelUnderTest, case: Case, evaluation: Evaluation) -> None:
    """Both models answer; how well adversaries tell the answers apart is data."""
    observation = evaluation.observe(model, case)

    evaluation.require_observed(model, observation)
