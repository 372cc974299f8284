"""``pytest-distill report``: writes the report of a run from its logs."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_distill.cli import gate_options, logs
from pytest_distill.cli.writing import check, write
from pytest_distill.errors import UsageError, did_you_mean
from pytest_distill.report import targets
from pytest_distill.run import replay
from pytest_distill.text import laid_out

if TYPE_CHECKING:
    from pytest_distill.cli.judge import Commands


def declare(commands: "Commands") -> None:
    """Add the command to the command line."""
    text = "write the report of a run from its logs, without asking a model"
    command = commands.add_parser(
        "report",
        help=text,
        description=f"{text[0].upper()}{text[1:]}. Several runs, of different suites or models,"
        " make one report if their settings are equal.",
    )
    logs.declare(command, "run logs of one run, of its shards, or of several runs")
    command.add_argument(
        "--format",
        metavar="FORMAT",
        default="json",
        help=f"{', '.join(targets.FORMATS)}, or a format of a plugin (default: json)",
    )
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="OUT",
        help="output file, or folder for svg (default, or -: standard output)",
    )
    gate_options.declare(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the report; unlike in ``gate``, verdicts do not change the exit status.

    Raises:
        UsageError: log, gate, baseline or output cannot be used.
    """
    policy, settings = gate_options.read(options)
    formats, registry = options.extensions.formats, options.extensions.suites
    if options.format not in formats:
        message = (
            f"no format is called {options.format!r}.{did_you_mean(options.format, formats)}\n"
            f"  there are: {', '.join(sorted(formats))}"
        )
        raise UsageError(message)
    targets.check(options.format, formats)
    is_folder = targets.writes_folder(options.format, formats)
    check(options.output, options.logs, is_folder=is_folder)
    report = replay.report(
        logs.read(options.logs, are_several=True),
        policy,
        registry=registry,
        calibration=settings.calibration,
        keeps_rows=targets.needs_rows(options.format),
    )
    sections = tuple(registry.sections(report))
    write(targets.rendered(report, sections, options.format, formats), options.output)
    if options.output is not None:
        sys.stderr.write(f"{options.format} report written to {laid_out(str(options.output))}\n")
    return 0
