"""The option of commands that read files with keys of their own."""

import argparse
from pathlib import Path

from pytest_distill import columns
from pytest_distill.errors import UsageError
from pytest_distill.settings import pyproject


def declare(command: argparse.ArgumentParser) -> None:
    """Add the option."""
    command.add_argument(
        "--map",
        metavar="THEIRS=OURS",
        action="append",
        help="key of the files that goes by another name here, as in question=query or"
        " answer=response. Repeatable",
    )


def read(options: argparse.Namespace) -> columns.Columns:
    """Return the columns from the option, else from ``[tool.pytest-distill]``.

    Raises:
        UsageError: one is wrong.
    """
    table = pyproject.load(Path.cwd())
    configured = pyproject.value_of(table, "map", is_repeatable=True)
    listed = configured if isinstance(configured, list) else [configured] if configured else []
    given = options.map if options.map is not None else map(str, listed)
    try:
        return columns.read(given)
    except ValueError as error:
        message = f"--map {error}"
        raise UsageError(message) from error
