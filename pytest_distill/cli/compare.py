"""``pytest-distill compare``: which numbers rose or fell from one report to another."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_distill.errors import UsageError
from pytest_distill.report import to_json
from pytest_distill.results.diff import Change, compare
from pytest_distill.text import printable

if TYPE_CHECKING:
    from pytest_distill.cli.judge import Commands


def declare(commands: "Commands") -> None:
    """Add the command to the command line."""
    text = "show which numbers rose or fell from one report to another"
    command = commands.add_parser(
        "compare",
        help=text,
        description=f"{text[0].upper()}{text[1:]}. Exit status 1 if a number rose significantly.",
    )
    command.add_argument("before", type=Path, metavar="A.json", help="report of the earlier run")
    command.add_argument("now", type=Path, metavar="B.json", help="report of the later run")
    command.add_argument(
        "--confidence",
        type=float,
        default=0.95,
        metavar="P",
        help="confidence level (default: 0.95)",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the changes; exit status 1 if a number rose significantly.

    Raises:
        UsageError: a report cannot be read, or the two do not measure the same thing.
    """
    if not 0.5 < options.confidence < 1:  # noqa: PLR2004 - as likely wrong as right
        message = f"--confidence {options.confidence:g} is not between 0.5 and 1"
        raise UsageError(message)
    before, now = to_json.read(options.before), to_json.read(options.now)
    changes = compare(before, now, confidence=options.confidence)
    if not changes:
        message = f"{options.before} and {options.now} have no number in common"
        raise UsageError(message)
    sys.stdout.write("\n".join(_lines(changes, options.confidence)) + "\n")
    return int(any(change.has_risen for change in changes))


def _lines(changes: Sequence[Change], confidence: float) -> Iterator[str]:
    width = max(len(printable(change.number)) for change in changes)
    for model in dict.fromkeys(change.model for change in changes):
        own = [change for change in changes if change.model == model]
        yield f"{printable(model)} · {own[0].how} · interval of the rise: {100 * confidence:g} %"
        for change in own:
            word = "paired" if change.is_paired else "unpaired"
            apart = "" if change.is_paired == own[0].is_paired else f"  {word}"
            yield f"  {printable(change.number):<{width}}  {_number(change)}{apart}"
        yield ""
    if tests := {change.exact.test for change in changes if change.exact}:
        yield f"exact p: one-sided, if cases were independent ({' and '.join(sorted(tests))})"
    risen = sum(change.has_risen for change in changes)
    fallen = sum(change.has_fallen for change in changes)
    error = f"an error rate of {1 - confidence:.2g} over all of them"
    yield f"{risen} rose, {fallen} fell, of {len(changes)} numbers, with {error}"


def _number(change: Change) -> str:
    difference = change.difference
    low, high = difference.low or 0.0, difference.high or 0.0
    word = "  ROSE" if change.has_risen else "  fell" if change.has_fallen else ""
    values = f"{change.before or 0:.3f} -> {change.now or 0:.3f}"
    exact = f"  exact p {change.exact.p:.2g}" if change.exact else ""
    return f"{values}  {difference.value or 0:+.3f} [{low:+.3f}, {high:+.3f}]{exact}{word}"
