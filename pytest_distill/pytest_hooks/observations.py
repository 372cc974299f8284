"""What the report of a test carries: its observations, or why it has none."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import pytest

from pytest_distill.pytest_hooks import endings
from pytest_distill.pytest_hooks.collection import SuiteModule, parameters_of
from pytest_distill.pytest_hooks.junit import PROBE, of_probe
from pytest_distill.pytest_hooks.keys import HAS_OBSERVATION, IS_UNNEEDED, OBSERVED, SLOT_RESULT
from pytest_distill.pytest_hooks.slots import Slot
from pytest_distill.records import Case, Observation, SlotResult
from pytest_distill.report.case import properties

if TYPE_CHECKING:
    from pytest_distill.engine.model_under_test import ModelUnderTest


def taken(
    item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport
) -> Sequence[Observation]:
    """Return a test's observations, once, and add their properties for JUnit readers.

    A case whose test ended without an observation is missing.
    """
    endings.note(item, call)
    found: Sequence[Observation] = ()
    if OBSERVED in item.stash:
        found = [*item.stash[OBSERVED]]
        del item.stash[OBSERVED]
        item.stash[HAS_OBSERVATION] = True
    elif call.when == "teardown" and HAS_OBSERVATION not in item.stash:
        found = _unobserved(item)
    if found and SLOT_RESULT in item.stash:
        _note_probes(item, found)
    elif found:
        # Of a test that ran again only the last are shown.
        last = {(observation.model, observation.case.id): observation for observation in found}
        shown = [pair for observation in last.values() for pair in properties(observation)]
        kept = [pair for pair in item.user_properties if not pair[0].startswith("distill.")]
        item.user_properties[:] = [*kept, *shown]
        report.user_properties = list(item.user_properties)
    return found


def _note_probes(item: pytest.Item, found: Sequence[Observation]) -> None:
    """Give the test of a slot, which has its template, a property for each of its cases."""
    names = {str(value).partition(":")[0] for _, value in map(of_probe, found)}
    kept = [
        (name, value)
        for name, value in item.user_properties
        # Of a case that was asked again only the last result is shown.
        if name != PROBE or str(value).partition(":")[0] not in names
    ]
    item.user_properties[:] = [*kept, *map(of_probe, found)]


def slot_result(item: pytest.Item, call: pytest.CallInfo[None]) -> SlotResult | None:
    """Return the result of a slot's test when it ends, with the reason if that was early."""
    slot = parameters_of(item).get("slot")
    if call.when != "teardown" or not isinstance(slot, Slot):
        return None
    label, suite = slot.runner.model.label, cast("SuiteModule", item.parent).name
    result = item.stash.get(SLOT_RESULT, SlotResult(suite=suite, model=label, slot=slot.name))
    if SLOT_RESULT in item.stash and result.is_finished:
        return result
    reason = endings.reason_of(item)
    unfinished = result.model_copy(update={"is_finished": False, "why_unfinished": reason})
    return slot.runner.model.without_secrets(unfinished)


def _unobserved(item: pytest.Item) -> Sequence[Observation]:
    """Return the missing observation of a suite's test, unless no gate needs its case."""
    parameters = parameters_of(item)
    if IS_UNNEEDED in item.stash or "case" not in parameters:
        return ()
    model = cast("ModelUnderTest", parameters["model"])
    return (model.unobserved(cast("Case", parameters["case"]), endings.reason_of(item)),)
