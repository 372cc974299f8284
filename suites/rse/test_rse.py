"""Response similarity evaluation: how alike do a model and a reference answer?"""

from pytest_distill.api import Case, Evaluation, ModelUnderTest


def test_likeness(model: ModelUnderTest, case: Case, evaluation: Evaluation) -> None:
    """Both models answer, and their answers can be compared; how alike they are is data."""
    observation = evaluation.observe(model, case)

    evaluation.require_comparison(model, observation)
