"""What the run keeps on pytest's objects."""

import pytest

from pytest_distill.records import Observation, SlotResult
from pytest_distill.run.session import Session

SESSION = pytest.StashKey[Session]()

OBSERVED = pytest.StashKey[list[Observation]]()
"""On an item: what its test has observed and not yet reported."""

SLOT_RESULT = pytest.StashKey[SlotResult]()
"""On an item: what became of its slot."""

SLOT = "distill-slot"
"""Name of the user property that carries what became of a slot, as JSON, to the controller."""

PROPERTY = "distill"
"""Name of the user property that carries a test's observations, as JSON, to the controller."""

TALLY = "distill-tally"
"""Name of the user property that carries what a worker has asked for so far, as JSON."""
