"""The `evaluation` fixture: asks a model the cases of a test, judges and records the answers."""

from typing import Literal

import pytest

from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.pytest_hooks.keys import OBSERVED
from pytest_distill.records import Case, IdentityVerdict, Observation
from pytest_distill.report.case import explain


class IdentityChecker:
    """The `judge` fixture: judges answers against the facts of one model."""

    def __init__(self, model: ModelUnderTest) -> None:
        self._model = model

    def __call__(
        self, answer: str, *, query: str = "", template: str | None = None
    ) -> IdentityVerdict:
        """Judge `answer`, given to `query` inside `template`."""
        return self._model.judge_answer(answer, query=query, template=template)


class Evaluation:
    """Evaluates the cases of one test."""

    def __init__(self, item: pytest.Item, *, fail_on: Literal["leak", "gate"]) -> None:
        self._item = item
        self._fail_on = fail_on

    def observe(self, model: ModelUnderTest, case: Case) -> Observation:
        """Ask `model` the case, have the answer judged, and record it for the report."""
        observation = model.observe(case)
        self._item.stash.setdefault(OBSERVED, []).append(observation)
        return observation

    def require_observed(self, model: ModelUnderTest, observation: Observation) -> None:
        """Fail the test if the case is missing, or if it leaks and leaks fail tests."""
        __tracebackhide__ = True
        if observation.outcome == "missing" or self._leaks(observation):
            pytest.fail(explain(observation, model.facts), pytrace=False)

    def require_comparison(self, model: ModelUnderTest, observation: Observation) -> None:
        """Fail the test if the answers could not be compared."""
        __tracebackhide__ = True
        if observation.likeness is None:
            pytest.fail(explain(observation, model.facts), pytrace=False)

    def require_clean(self, model: ModelUnderTest, observation: Observation) -> None:
        """Fail the test if the verdict is missing, or if it is a leak and leaks fail tests."""
        __tracebackhide__ = True
        if self._is_failure(observation):
            pytest.fail(explain(observation, model.facts), pytrace=False)

    def _is_failure(self, observation: Observation) -> bool:
        return observation.verdict is None or self._leaks(observation)

    def _leaks(self, observation: Observation) -> bool:
        verdict = observation.verdict
        return bool(verdict and verdict.loose and self._fail_on == "leak")
