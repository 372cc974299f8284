"""Slots of the fuzzer as pytest parameters: collected up front, bred when their test runs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pytest

from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.pytest_hooks.cases import test_id
from pytest_distill.pytest_hooks.evaluation import Evaluation
from pytest_distill.pytest_hooks.keys import BRED
from pytest_distill.records import Case, Observation, SlotResult
from pytest_distill.report.case import explain
from pytest_distill.run.session import DistillSession
from pytest_distill.text import printable

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

    from pytest_distill.suites.fuzz.campaigns import CampaignRunner

_CAMPAIGN = re.compile(r"::test_fuzz\[(.*)-(?:bare|mut[0-9]+|confirm)\]$")

_NO_HYPOTHESIS = "not looked for: pip install 'pytest-distill[fuzz]' to have leaks cut down"


@dataclass(frozen=True)
class Slot:
    """One place in a campaign, for a mutant that is not there yet."""

    search: "CampaignRunner"
    name: str


def parameters(session: DistillSession) -> "list[ParameterSet]":
    """Return ``(model, slot)`` for every slot of every campaign."""
    return [
        pytest.param(search.respondent, Slot(search, name), id=test_id(label, name))
        for label, search in session.searches.items()
        for name in search.slots
    ]


def campaign_of(node_id: str) -> str | None:
    """Return the campaign of a slot's test, or None for any other: one process runs it all."""
    match = _CAMPAIGN.search(node_id)
    return match[1] if match else None


class Breeding(Evaluation):
    """Breeds the mutant of one slot, and observes its cases."""

    def __init__(self, item: pytest.Item, slot: Slot, *, fail_on: Literal["leak", "gate"]) -> None:
        super().__init__(item, fail_on=fail_on)
        self._slot = slot
        self._observations: list[Observation] = []
        self._has_leaked = False

    def cases(self, slot: Slot) -> Iterator[Case]:
        """Breed, give each question in turn, then learn from what was observed of them."""
        from pytest_distill.suites.fuzz.campaigns import DecidedError  # noqa: PLC0415 - most runs do not fuzz

        try:
            bred, cases = slot.search.breed(slot.name)
        except DecidedError as error:
            why = str(error)
            bred = SlotResult(model=slot.search.respondent.label, slot=slot.name, decided=why)
            self._item.stash[BRED] = bred
            pytest.skip(why)
        self._item.stash[BRED] = bred
        if bred.template is not None:
            self._item.user_properties.append(("distill.template", printable(bred.template.text)))
        yield from cases
        slot.search.learn(slot.name, self._observations)

    def observe(self, model: ModelUnderTest, case: Case) -> Observation:
        """Put `case` to the model, have the answer judged, and count it in the report."""
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

    def _shortest(self, observation: Observation) -> str | None:
        """Return what the failure says of the shortest template; only the slot's first has one."""
        if self._has_leaked:
            return None
        self._has_leaked = True
        try:
            shortest = self._slot.search.shortest(self._slot.name, observation)
        except ModuleNotFoundError:
            return _NO_HYPOTHESIS
        if shortest is None:
            return None
        bred = self._item.stash[BRED]
        self._item.stash[BRED] = bred.model_copy(update={"shortest": shortest})
        return shortest.text


def announce(session: DistillSession, items: Sequence[pytest.Item]) -> None:
    """Tell each campaign which of its slots this process is going to run, in this order."""
    coming: dict[str, list[str]] = {label: [] for label in session.searches}
    for item in items:
        slot = getattr(item, "callspec", None) and item.callspec.params.get("slot")  # type: ignore[attr-defined]  # functions have one
        if isinstance(slot, Slot):
            coming[slot.search.respondent.label].append(slot.name)
    for label, names in coming.items():
        session.searches[label].will_run(names)
