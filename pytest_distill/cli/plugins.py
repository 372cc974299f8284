"""Loading of the plugins that add suites, models, judges and formats to a command."""

import argparse
import importlib
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from pytest_distill import hookspecs
from pytest_distill.run.extensions import Extensions, import_errors
from pytest_distill.settings import pyproject


def take_names(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the modules that ``-p`` names, wherever it stands, and all other arguments."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-p", action="append", default=[], dest="plugins")
    found, rest = parser.parse_known_args(list(arguments))
    return found.plugins, rest


def load(names: Iterable[str]) -> Extensions:
    """Import plugins, those of ``[tool.pytest-distill] plugins`` first, and call their hooks.

    Raises:
        UsageError: a module cannot be imported, or adds a name that is taken.
    """
    folder = Path.cwd()
    wanted = list(dict.fromkeys([*pyproject.plugins(pyproject.load(folder)), *names]))
    if not wanted:
        return Extensions()
    # As `python -m` does: a project's plugin is found from its folder.
    sys.path.insert(0, str(folder))
    manager = pytest.PytestPluginManager()
    manager.add_hookspecs(hookspecs)
    for name in wanted:
        with import_errors(name):
            manager.register(importlib.import_module(name), name)
    return Extensions.of(manager.hook, None)
