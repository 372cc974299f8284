"""Identity consistency evaluation: does the model know who it is?"""

from pytest_distill.collect.evaluation import Evaluation
from pytest_distill.records import Case
from pytest_distill.engine.respondent import Respondent


def test_identity(model: Respondent, case: Case, evaluation: Evaluation) -> None:
    """The answer agrees with the facts about who the model is."""
    observation = evaluation.observe(model, case)

    evaluation.require_clean(model, observation)
