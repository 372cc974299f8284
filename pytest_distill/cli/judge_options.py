"""The options of commands that need judges."""

import argparse
from pathlib import Path

from pytest_distill.errors import UsageError
from pytest_distill.run.parsing import read_aliases, read_judges
from pytest_distill.settings import pyproject
from pytest_distill.settings.settings import OFFLINE, Settings


def add_judges(command: argparse.ArgumentParser) -> None:
    """Add the options that name the judges."""
    command.add_argument(
        "--judge",
        metavar="SPEC",
        action="append",
        default=[],
        help=f"judge of the answers: '{OFFLINE}' (default), a model such as openai:gpt-4o-mini, or"
        " cascade:SPEC; several form a panel",
    )
    command.add_argument(
        "--panel",
        choices=("majority", "unanimous"),
        default="majority",
        help="rule by which several judges reach a verdict (default: majority)",
    )
    command.add_argument(
        "--cascade",
        type=float,
        default=Settings().cascade,
        metavar="P",
        help="least confidence at which the rules decide in a cascade (default: %(default)s)",
    )


def judges_of(options: argparse.Namespace) -> dict[str, object]:
    """Return the settings from the options of `add_judges`.

    Raises:
        UsageError: a judge is unknown.
    """
    if not 0 <= options.cascade <= 1:
        message = f"--cascade {options.cascade:g}: give a confidence between 0 and 1"
        raise UsageError(message)
    providers = options.extensions.providers
    aliases = read_aliases(pyproject.load(Path.cwd()), providers)
    return {
        "judges": read_judges(options.judge, aliases, providers=providers),
        "panel": options.panel,
        "cascade": options.cascade,
    }
