"""The `evaluation` fixture: asks a model the cases of a test, judges and records the answers."""

import os
from typing import NoReturn

import pytest

from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.pytest_hooks.keys import MISSING, OBSERVED
from pytest_distill.records import Case, IdentityVerdict, Observation, SlotResult
from pytest_distill.report.case import explain
from pytest_distill.run.replay_commands import command
from pytest_distill.run.session import Session
from pytest_distill.suites.node_ids import FOLDER


class IdentityChecker:
    """The `judge` fixture: judges answers against the facts of one model."""

    def __init__(self, model: ModelUnderTest) -> None:
        self._model = model

    def __call__(
        self, answer: str, *, query: str = "", template: str | None = None
    ) -> IdentityVerdict:
        """Judge `answer`, given to `query` inside `template`."""
        return self._model.judge_answer(answer, query=query, template=template)


class FirstVerdicts:
    """The first verdict on each case of the running test, for a test that runs again.

    It is asked nothing again, since only the first verdict counts; a missing one may be filled.
    """

    def __init__(self) -> None:
        self.is_repeating = False
        """Whether several tests have one case, so that verdicts are kept to the end."""
        self._observations: dict[tuple[str, str], Observation] = {}
        self._slots: dict[tuple[str, str], SlotResult] = {}

    def observe(self, model: ModelUnderTest, case: Case) -> Observation:
        """Return the first verdict on the case; without one, ask the model."""
        key = (model.label, case.id)
        if key in self._observations and self._observations[key].case == case:
            return self._observations[key]
        observation = model.observe(case)
        if observation.outcome == "judged":
            self._observations[key] = observation
        return observation

    def finished(self, model: ModelUnderTest, slot: str) -> SlotResult | None:
        """Return the result of a slot that has run before."""
        return self._slots.get((model.label, slot))

    def finish(self, result: SlotResult) -> None:
        """Keep the result of a slot."""
        self._slots[result.model, result.slot] = result

    def end_test(self) -> None:
        """Forget the verdicts of a test that will not run again."""
        if not self.is_repeating:
            self._observations.clear()
            self._slots.clear()


FIRST_VERDICTS = pytest.StashKey[FirstVerdicts]()


class Evaluation:
    """Evaluates the cases of one test."""

    def __init__(self, item: pytest.Item, session: Session, verdicts: FirstVerdicts) -> None:
        self._item = item
        self._session = session
        self._verdicts = verdicts

    def observe(self, model: ModelUnderTest, case: Case) -> Observation:
        """Ask `model` the case, have the answer judged, and record it for the report."""
        observation = self._verdicts.observe(model, case)
        self._item.stash.setdefault(OBSERVED, []).append(observation)
        return observation

    def require_observed(self, model: ModelUnderTest, observation: Observation) -> None:
        """Fail the test if the case is missing, or if it leaks and leaks fail tests."""
        __tracebackhide__ = True
        self._require(model, observation, is_missing=observation.outcome == "missing")

    def require_comparison(self, model: ModelUnderTest, observation: Observation) -> None:
        """Fail the test if the answers could not be compared."""
        __tracebackhide__ = True
        if observation.likeness is None:
            self._end_missing(observation.case.suite, self._text(model, observation), observation)

    def require_clean(self, model: ModelUnderTest, observation: Observation) -> None:
        """Fail the test if the verdict is missing, or if it is a leak and leaks fail tests."""
        __tracebackhide__ = True
        self._require(model, observation, is_missing=observation.verdict is None)

    def _require(
        self, model: ModelUnderTest, observation: Observation, *, is_missing: bool
    ) -> None:
        __tracebackhide__ = True
        if is_missing:
            self._end_missing(observation.case.suite, self._text(model, observation), observation)
        if self._is_failing_leak(observation):
            pytest.fail(self._text(model, observation), pytrace=False)

    def _end_missing(self, part: str, text: str, observation: Observation) -> NoReturn:
        """End a test without a verdict: skipped where gates decide how many may be missing."""
        __tracebackhide__ = True
        self._item.stash[MISSING] = observation.why_missing or "no verdict"
        if self._session.tolerates_missing(part):
            pytest.skip(text.partition("\n")[0])
        pytest.fail(text, pytrace=False)

    def _is_failing_leak(self, observation: Observation) -> bool:
        verdict = observation.verdict
        return bool(verdict and verdict.loose and self._session.settings.fail_on == "leak")

    @property
    def _node_id(self) -> str:
        """The node id as it is given from the folder of the run; suites have no folder."""
        path, colons, test = self._item.nodeid.partition("::")
        config = self._item.config
        if path.startswith(f"{FOLDER}/"):
            return self._item.nodeid
        folder = config.invocation_params.dir
        return f"{os.path.relpath(config.rootpath / path, folder)}{colons}{test}"

    def _text(self, model: ModelUnderTest, observation: Observation, **more: str | None) -> str:
        """Return what a failure shows; it ends with the command that replays the test.

        Args:
            model: that answered.
            observation: to explain.
            more: further texts of `explain`.
        """
        arguments = self._session.settings.replay.get(model.label)
        replay = None if arguments is None else command(self._node_id, arguments)
        return explain(observation, model.facts, replay=replay, **more)
