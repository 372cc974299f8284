"""Slots of adaptive suites as pytest parameters; their cases are chosen when the test runs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pytest

from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.pytest_hooks.cases import test_id, test_of
from pytest_distill.pytest_hooks.evaluation import Evaluation
from pytest_distill.pytest_hooks.keys import SLOT_RESULT
from pytest_distill.records import Case, Observation, SlotResult
from pytest_distill.report.case import explain
from pytest_distill.run.session import Session
from pytest_distill.text import printable

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

    from pytest_distill.suites.protocol import SlotRunner

_NO_HYPOTHESIS = "not searched for: to have templates shortened, pip install 'pytest-distill[fuzz]'"

CampaignOf = Callable[[str], str | None]
"""Returns the campaign of a slot's test by its node id: one process runs all of a campaign."""


@dataclass(frozen=True)
class Slot:
    """One step of a campaign, whose cases are chosen when it runs."""

    runner: "SlotRunner"
    name: str


def parameters(session: Session, suite: str) -> "list[ParameterSet]":
    """Return ``(model, slot)`` for every slot of an adaptive suite."""
    return [
        pytest.param(runner.model, Slot(runner, name), id=test_id(label, name))
        for label, runner in session.suites[suite].slot_runners.items()
        for name in runner.slots
    ]


def campaigns(session: Session) -> CampaignOf:
    """Return a function from a slot test's node id to its campaign; None for any other test."""
    known: Mapping[tuple[str, str], str] = {
        (suite, test_id(label, name)): f"{suite}/{label}"
        for (suite, label), runner in session.slot_runners.items()
        for name in runner.slots
    }
    return lambda node_id: known.get(test_of(node_id)) if known else None


class SlotEvaluation(Evaluation):
    """Evaluates the cases that one slot chooses."""

    def __init__(self, item: pytest.Item, slot: Slot, *, fail_on: Literal["leak", "gate"]) -> None:
        super().__init__(item, fail_on=fail_on)
        self._slot = slot
        self._observations: list[Observation] = []
        self._has_leaked = False

    def cases(self, slot: Slot) -> Iterator[Case]:
        """Yield the cases of the slot, then pass their observations back to its campaign."""
        result, cases = slot.runner.start(slot.name)
        if result.decided is not None:
            self._keep(result)
            slot.runner.model.note_slot(result)
            pytest.skip(result.decided)
        self._keep(result.model_copy(update={"is_finished": False}))
        if result.template is not None:
            text = printable(result.template.text)
            self._item.user_properties.append(("distill.template", text))
        yield from cases
        slot.runner.learn(slot.name, self._observations)
        finished = self._item.stash[SLOT_RESULT].model_copy(update={"is_finished": True})
        self._keep(finished)
        slot.runner.model.note_slot(finished)

    def observe(self, model: ModelUnderTest, case: Case) -> Observation:
        """Ask the model the case, have the answer judged, and record it for the report."""
        observation = super().observe(model, case)
        self._observations.append(observation)
        return observation

    def require_clean(self, model: ModelUnderTest, observation: Observation) -> None:
        """Fail the subtest on a leak, with the shortest template that still leaks."""
        __tracebackhide__ = True
        verdict = observation.verdict
        shortest = self._shortest(observation) if verdict is not None and verdict.loose else None
        if self._is_failure(observation):
            pytest.fail(explain(observation, model.facts, shortest=shortest), pytrace=False)

    def _keep(self, result: SlotResult) -> None:
        self._item.stash[SLOT_RESULT] = result

    def _shortest(self, observation: Observation) -> str | None:
        """Return the shortest template for the message; only a slot's first leak has one."""
        if self._has_leaked:
            return None
        self._has_leaked = True
        try:
            shortest = self._slot.runner.shortest(self._slot.name, observation)
        except ModuleNotFoundError:
            return _NO_HYPOTHESIS
        if shortest is None:
            return None
        result = self._item.stash[SLOT_RESULT]
        self._keep(result.model_copy(update={"shortest": shortest}))
        return shortest.text


def announce(session: Session, items: Sequence[pytest.Item]) -> None:
    """Tell each campaign which of its slots this process will run, in order."""
    coming: dict[int, list[str]] = {}
    for item in items:
        slot = getattr(item, "callspec", None) and item.callspec.params.get("slot")  # type: ignore[attr-defined]  # functions have one
        if isinstance(slot, Slot):
            coming.setdefault(id(slot.runner), []).append(slot.name)
    for runner in session.slot_runners.values():
        runner.will_run(coming.get(id(runner), []))
