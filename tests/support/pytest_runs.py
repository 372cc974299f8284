"""Real pytest runs."""

from typing import Protocol

import pytest


class Run(Protocol):
    """Runs pytest with what a user types behind it."""

    def __call__(self, *arguments: str) -> pytest.RunResult:
        """Run ``pytest ARGUMENTS`` in an empty folder."""
        ...


SHUFFLE = """
import random

import pytest


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items):
    random.Random(1).shuffle(items)
    return (yield)
"""
"""A plugin that changes the order of tests, as pytest-randomly does."""
