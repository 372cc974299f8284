"""``pytest-distill merge``: joins the shards of one run."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_distill.cli import logs
from pytest_distill.cli.writing import check, write
from pytest_distill.errors import UsageError
from pytest_distill.files import is_there
from pytest_distill.store import lines
from pytest_distill.text import laid_out

if TYPE_CHECKING:
    from pytest_distill.cli.judge import Commands


def declare(commands: "Commands") -> None:
    """Add the command to the command line."""
    text = "join the run logs of the shards of one run"
    command = commands.add_parser("merge", help=text, description=f"{text[0].upper()}{text[1:]}.")
    logs.declare(command)
    command.add_argument(
        "-o", "--output", type=Path, required=True, metavar="RUN", help="run log to write"
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the joined log, whole or not at all.

    Raises:
        UsageError: the settings differ, or a file cannot be used.
    """
    if is_there(options.output):
        message = f"{options.output} exists already: a run log is never overwritten"
        raise UsageError(message)
    check(options.output, options.logs)
    joined = logs.read(options.logs)
    records: list[lines.Line] = [
        *filter(None, [joined.canaries]),
        *joined.slots,
        *joined.observations,
        joined.status,
    ]
    text = b"".join([lines.header(joined.description), *map(lines.line_of, records)]).decode()
    write(text, options.output)
    shown = laid_out(str(options.output))
    sys.stderr.write(f"{len(joined.observations)} cases written to {shown}\n")
    return 0
