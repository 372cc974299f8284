"""What the run keeps on pytest's objects."""

import pytest

from pytest_distill.records import Observation, SlotResult
from pytest_distill.run.session import DistillSession

SESSION = pytest.StashKey[DistillSession]()

OBSERVED = pytest.StashKey[list[Observation]]()
"""On an item: what its test has observed and not yet reported."""

BRED = pytest.StashKey[SlotResult]()
"""On an item: what its slot has bred."""

SLOT = "distill-slot"
"""Name of the user property that carries what a slot has bred, as JSON, to the controller."""

PROPERTY = "distill"
"""Name of the user property that carries a test's observations, as JSON, to the controller."""

TALLY = "distill-tally"
"""Name of the user property that carries what a worker has asked for so far, as JSON."""
