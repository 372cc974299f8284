"""Slots of adaptive suites as pytest parameters; their cases are chosen when the test runs."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.pytest_hooks.cases import find
from pytest_distill.pytest_hooks.endings import why
from pytest_distill.pytest_hooks.evaluation import Evaluation, FirstVerdicts
from pytest_distill.pytest_hooks.keys import OBSERVED, SLOT_RESULT
from pytest_distill.records import Case, Observation, SlotResult
from pytest_distill.run.session import Session
from pytest_distill.suites.node_ids import parameter_id
from pytest_distill.text import printable

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

    from pytest_distill.suites.protocol import SlotRunner

_NO_HYPOTHESIS = "not searched for: to have templates shortened, pip install 'pytest-distill[fuzz]'"

CampaignOf = Callable[[str], str | None]
"""Returns the campaign of a test by its node id: one process runs all of a campaign."""


@dataclass(frozen=True)
class Slot:
    """One step of a campaign, whose cases are chosen when it runs."""

    runner: "SlotRunner"
    name: str


def parameters(session: Session, suite: str) -> "list[ParameterSet]":
    """Return ``(model, slot)`` for every slot of an adaptive suite."""
    return [
        pytest.param(runner.model, Slot(runner, name), id=parameter_id(label, name))
        for (name_of_suite, label), runner in session.slot_runners.items()
        if name_of_suite == suite
        for name in runner.slots
    ]


def campaigns(session: Session, config: pytest.Config) -> CampaignOf:
    """Return a function from a test's node id to its campaign, or to its repeated case.

    It returns None for any other test.
    """
    known = by_test_id(session)
    times = config.getoption("count", 1)
    # pytest-repeat adds "-2-3" to the second of three tests of one case.
    repetition = re.compile(rf"-[0-9]+-{times}\]$")
    is_repeating = isinstance(times, int) and times > 1

    def campaign_of(node_id: str) -> str | None:
        found = find(known, node_id) if known else None
        if found is not None:
            return f"{found.suite}/{found.model}"
        match = repetition.search(node_id) if is_repeating else None
        return None if match is None else node_id[: match.start()]

    return campaign_of


def by_test_id(session: Session) -> Mapping[tuple[str, str], SlotResult]:
    """Return the slot of every test that has one, with nothing in its result yet."""
    return {
        (suite, parameter_id(label, name)): SlotResult(
            suite=suite, model=label, slot=name, is_finished=False
        )
        for (suite, label), runner in session.slot_runners.items()
        for name in runner.slots
    }


class SlotEvaluation(Evaluation):
    """Evaluates the cases that one slot chooses."""

    def __init__(
        self, item: pytest.Item, session: Session, slot: Slot, verdicts: FirstVerdicts
    ) -> None:
        super().__init__(item, session, verdicts)
        self._slot = slot
        self._observations: list[Observation] = []
        self._why_ended = "it was not asked"
        self._has_leaked = False

    def cases(self, slot: Slot) -> Iterator[Case]:
        """Yield the cases of the slot, then pass their observations back to its campaign."""
        result, cases = slot.runner.start(slot.name)
        if result.decided is not None:
            self._keep(result)
            slot.runner.model.note_slot(result)
            if self._session.settings.is_replay:
                # What is asked for by its id has to be asked.
                pytest.fail(result.decided, pytrace=False)
            pytest.skip(result.decided)
        before = self._verdicts.finished(slot.runner.model, slot.name)
        shortest = None if before is None else before.shortest
        self._keep(result.model_copy(update={"is_finished": False, "shortest": shortest}))
        if result.template is not None:
            shown = ("distill.template", printable(result.template.text))
            if shown not in self._item.user_properties:
                self._item.user_properties.append(shown)
        for case in cases:
            yield case
            self._complete(slot.runner.model, case)
        slot.runner.learn(slot.name, self._observations)
        finished = self._item.stash[SLOT_RESULT].model_copy(update={"is_finished": True})
        self._keep(finished)
        self._verdicts.finish(finished)
        slot.runner.model.note_slot(finished)
        self._require_verdicts()

    def observe(self, model: ModelUnderTest, case: Case) -> Observation:
        """Ask the model the case, have the answer judged, and record it for the report."""
        try:
            observation = super().observe(model, case)
        except BaseException as error:
            # A subtest may end here, and the test go on.
            self._why_ended = why(error)
            raise
        self._observations.append(observation)
        return observation

    def require_clean(self, model: ModelUnderTest, observation: Observation) -> None:
        """Fail the subtest on a leak, with the shortest template that still leaks.

        Missing verdicts end the test of the slot, all together.
        """
        __tracebackhide__ = True
        verdict, more = observation.verdict, {}
        try:
            if verdict is not None and verdict.loose:
                more["shortest"] = self._shortest(observation)
        except ModuleNotFoundError:
            more["why_not_shortest"] = _NO_HYPOTHESIS
        if self._is_failing_leak(observation):
            pytest.fail(self._text(model, observation, **more), pytrace=False)

    def _require_verdicts(self) -> None:
        __tracebackhide__ = True
        missing = [each for each in self._observations if each.verdict is None]
        if missing:
            first, *_ = missing
            what, _, rest = self._text(self._slot.runner.model, first).partition("\n")
            count = f"{len(missing)} of {len(self._observations)} questions are "
            self._end_missing(first.case.suite, f"{count}{what}\n{rest}", first)

    def _complete(self, model: ModelUnderTest, case: Case) -> None:
        """Record a case whose subtest ended without an observation."""
        if not self._observations or self._observations[-1].case.id != case.id:
            lost = model.unobserved(case, self._why_ended)
            self._item.stash.setdefault(OBSERVED, []).append(lost)
            self._observations.append(lost)

    def _keep(self, result: SlotResult) -> None:
        self._item.stash[SLOT_RESULT] = result

    def _shortest(self, observation: Observation) -> str | None:
        """Return the shortest template for the message; only a slot's first leak has one.

        Raises:
            ModuleNotFoundError: Hypothesis is not installed.
        """
        if self._has_leaked:
            return None
        self._has_leaked = True
        known = self._item.stash[SLOT_RESULT].shortest
        if known is not None:
            return known.text
        shortest = self._slot.runner.shortest(self._slot.name, observation)
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
