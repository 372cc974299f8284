"""What the run keeps on pytest's objects."""

import pytest

from pytest_distill.session import DistillSession

SESSION = pytest.StashKey[DistillSession]()

PROPERTY = "distill"
"""Name of the user property that carries a test's observations, as JSON, to the controller."""
