"""Stash keys, and names of user properties in test reports."""

import pytest

from pytest_distill.records import Observation, SlotResult
from pytest_distill.run.session import Session

SESSION = pytest.StashKey[Session]()

PROBLEM = pytest.StashKey[str]()
"""Why the plugin is not active although the project configures it."""

OBSERVED = pytest.StashKey[list[Observation]]()
"""On an item: observations of its test that are not yet reported."""

HAS_OBSERVATION = pytest.StashKey[bool]()
"""On an item: an observation of its test was reported."""

WHY_ENDED = pytest.StashKey[str]()
"""On an item: why its test ended before it was through."""

IS_UNNEEDED = pytest.StashKey[bool]()
"""On an item: no gate needs its case, which is skipped."""

MISSING = pytest.StashKey[str]()
"""On an item: why its test ended without a verdict."""

MISSING_ATTRIBUTE = "distill_missing"
"""Name of the attribute of a test report that carries the same to the controller."""

SLOT_RESULT = pytest.StashKey[SlotResult]()
"""On an item: the result of its slot."""

SLOT_PROPERTY = "distill-slot"
"""Name of the user property that carries the result of a slot, as JSON, to the controller."""

OBSERVATION_PROPERTY = "distill"
"""Name of the user property that carries a test's observation, as JSON, to the controller."""

TALLY_PROPERTY = "distill-tally"
"""Name of the user property that carries a worker's request counts so far, as JSON."""
