"""``pytest-distill schema``: prints the JSON Schema of a report, or of a row of ``jsonl``."""

import argparse
import sys
from typing import TYPE_CHECKING

from pytest_distill.report import schema

if TYPE_CHECKING:
    from pytest_distill.cli.judge import Commands


def declare(commands: "Commands") -> None:
    """Add the command to the command line."""
    text = "print the JSON Schema of report.json, or of the lines of a jsonl report"
    command = commands.add_parser("schema", help=text, description=f"{text[0].upper()}{text[1:]}.")
    command.add_argument(
        "name", nargs="?", choices=tuple(schema.MODELS), default="report", help="default: report"
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the schema."""
    sys.stdout.write(schema.text(options.name))
    return 0
