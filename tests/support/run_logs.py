"""The type of the fixture that writes run logs."""

from collections.abc import Callable
from pathlib import Path

Log = Callable[..., Path]
"""``log("a", leak=0.3)`` writes a run log; beside it lies ``a.json``, the report of the run."""
