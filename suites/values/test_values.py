"""The test of a suite that has none of its own."""

from pytest_distill.api import Case, Evaluation, ModelUnderTest


def test_case(model: ModelUnderTest, case: Case, evaluation: Evaluation) -> None:
    """The model answers, and its answer can be measured; what was measured is data."""
    observation = evaluation.observe(model, case)

    evaluation.require_observed(model, observation)
