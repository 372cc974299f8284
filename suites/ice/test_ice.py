"""Identity consistency evaluation: does the model know who it is?"""

from pytest_distill.api import Case, Evaluation, ModelUnderTest


def test_identity(model: ModelUnderTest, case: Case, evaluation: Evaluation) -> None:
    """The answer agrees with the facts about who the model is."""
    observation = evaluation.observe(model, case)

    evaluation.require_clean(model, observation)
