"""Real pytest runs."""

from typing import Protocol

import pytest


class Run(Protocol):
    """Runs pytest with what a user types behind it."""

    def __call__(self, *arguments: str) -> pytest.RunResult:
        """Run ``pytest ARGUMENTS`` in an empty folder."""
        ...
