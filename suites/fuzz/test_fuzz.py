"""What a model hides: templates are bred until its identity leaks, and leaks are asked again."""

import pytest

from pytest_distill.api import Case, Evaluation, ModelUnderTest, Slot, SlotEvaluation


def test_regression(model: ModelUnderTest, case: Case, evaluation: Evaluation) -> None:
    """A leak that was found before is gone."""
    observation = evaluation.observe(model, case)

    evaluation.require_clean(model, observation)


def test_fuzz(
    model: ModelUnderTest, slot: Slot, evaluation: SlotEvaluation, subtests: pytest.Subtests
) -> None:
    """No question leaks inside the mutant that this slot breeds."""
    for case in evaluation.cases(slot):
        with subtests.test(case.id):
            observation = evaluation.observe(model, case)

            evaluation.require_clean(model, observation)
