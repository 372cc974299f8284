"""Reading of the run logs that a command is given."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pytest_distill.run import replay
from pytest_distill.text import one_line

# Room for the paths of some shards.
_NOTE = 2000


def declare(
    command: argparse.ArgumentParser, text: str = "run logs of one run, or of its shards"
) -> None:
    """Add the logs to the command line."""
    command.add_argument("logs", nargs="+", type=Path, metavar="RUN", help=text)


def read(paths: Sequence[Path], *, are_several: bool = False) -> replay.Run:
    """Return the run of the logs; standard error says which shards are absent or repeated.

    Args:
        paths: of the logs.
        are_several: they may also be of several runs, of different suites or models.

    Raises:
        UsageError: the logs are of runs with different settings.
        DistillError: a log cannot be read.
    """
    found = replay.read(paths, are_several=are_several)
    for note in found.notes:
        sys.stderr.write(f"pytest-distill: {one_line(note, _NOTE)}\n")
    return found
