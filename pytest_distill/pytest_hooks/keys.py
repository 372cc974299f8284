"""Stash keys, and names of user properties in test reports."""

import pytest

from pytest_distill.records import Observation, SlotResult
from pytest_distill.run.session import Session

SESSION = pytest.StashKey[Session]()

OBSERVED = pytest.StashKey[list[Observation]]()
"""On an item: observations of its test that are not yet reported."""

SLOT_RESULT = pytest.StashKey[SlotResult]()
"""On an item: the result of its slot."""

SLOT_PROPERTY = "distill-slot"
"""Name of the user property that carries the result of a slot, as JSON, to the controller."""

OBSERVATION_PROPERTY = "distill"
"""Name of the user property that carries a test's observation, as JSON, to the controller."""

TALLY_PROPERTY = "distill-tally"
"""Name of the user property that carries a worker's request counts so far, as JSON."""
