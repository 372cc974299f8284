"""Real pytest runs."""

from typing import Protocol

import pytest


class Run(Protocol):
    """Starts pytest as a user does, in a process of its own."""

    def __call__(self, *arguments: str) -> pytest.RunResult:
        """Run ``pytest ARGUMENTS`` in an empty folder."""
        ...
