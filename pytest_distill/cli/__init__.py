"""The command line ``pytest-distill``, which works on recorded data and run logs."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

from pytest_distill import __version__
from pytest_distill.cli import (
    acquire,
    calibrate,
    compare,
    gate,
    judge,
    leaks,
    merge,
    plan,
    plugins,
    report,
    schema,
    trace,
)
from pytest_distill.errors import StoreError, UsageError
from pytest_distill.text import message as shown

__all__ = ["main"]

USAGE_ERROR = 4
"""The same as pytest's exit status for usage errors."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    names, rest = plugins.take_names(sys.argv[1:] if arguments is None else arguments)
    parser = _parser()
    if sys.stdout is None:
        return _refuse(parser, "standard output is closed")
    if isinstance(sys.stdout, TextIOWrapper):
        # What the locale's encoding lacks, as under LC_ALL=C, is shown as an escape.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        extensions = plugins.load(names)
        options = parser.parse_args(rest)
        options.extensions = extensions
        status: int = options.run(options)
        sys.stdout.flush()
    except (UsageError, StoreError) as error:
        return _refuse(parser, shown(str(error)))
    except KeyboardInterrupt:
        sys.stderr.write(f"{parser.prog}: interrupted, nothing was written\n")
        return 130
    except BrokenPipeError:
        # The reader of standard output, such as `head`, has closed it.
        _drop_output()
        return 1
    except OSError as error:
        # As where the disk is full that standard output is sent to.
        _drop_output()
        return _refuse(parser, str(error))
    return status


def _refuse(parser: argparse.ArgumentParser, message: str) -> int:
    if sys.stderr is not None:
        sys.stderr.write(f"{parser.prog}: {message}\n")
    return USAGE_ERROR


def _drop_output() -> None:
    """Send what is left of the output nowhere: Python would complain of it at its end."""
    with Path(os.devnull).open("w") as nowhere, suppress(OSError):
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE_ERROR, f"{self.prog}: {shown(message)}\n")


def _parser() -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = _Parser(
        prog="pytest-distill",
        description="Measure how far a language model was distilled from another, as the pytest"
        " plugin does, but from recorded data and without pytest.",
    )
    parser.add_argument("--version", action="version", version=f"pytest-distill {__version__}")
    parser.add_argument(
        "-p",
        metavar="MODULE",
        help="plugin that adds suites, models, judges or formats, as for pytest; accepted at any"
        " position. [tool.pytest-distill] plugins = [...] loads it in every run. Repeatable",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (
        judge,
        calibrate,
        trace,
        gate,
        leaks,
        report,
        merge,
        compare,
        plan,
        acquire,
        schema,
    ):
        command.declare(commands)
    return parser
