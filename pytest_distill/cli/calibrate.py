"""``pytest-distill calibrate``: how often a judge errs on answers with known verdicts."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_distill.cli.judge_options import add_judges, judges_of
from pytest_distill.cli.writing import check, write_file
from pytest_distill.data import gold
from pytest_distill.errors import UsageError
from pytest_distill.records import Calibration, GoldCase
from pytest_distill.report import to_json
from pytest_distill.report.judge_quality import calibration as calibration_lines
from pytest_distill.run.session import Session
from pytest_distill.settings.settings import Settings

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    Commands = _SubParsersAction[argparse.ArgumentParser]


def declare(commands: "Commands") -> None:
    """Add the command to the command line."""
    text = "measure how often a judge errs, on gold cases or labelled answers of your own"
    command = commands.add_parser(
        "calibrate", help=text, description=f"{text[0].upper()}{text[1:]}."
    )
    command.add_argument(
        "input",
        type=Path,
        nargs="*",
        metavar="LABELLED.jsonl",
        help="labelled cases in the format of fixtures/gold/identity (default: fixtures/gold/apart,"
        " which no rule was made with)",
    )
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="PATH",
        help="also write the result, for --distill-calibration",
    )
    add_judges(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Calibrate and print the result; exit status 1 if nothing could be judged.

    Raises:
        UsageError: cases, judge or output cannot be used.
    """
    check(options.output, options.input)
    cases = _cases(options.input)
    session = Session(
        Settings.model_validate(judges_of(options)),
        must_answer=True,
        extensions=options.extensions,
    )
    try:
        found = session.calibrate(cases, name=gold.name_of(cases, options.input))
    finally:
        session.close()
    if options.output is not None:
        write_file(to_json.laid_out(found.model_dump(mode="json")), options.output)
    sys.stdout.write("".join(f"{line}\n" for line in _lines(found)))
    return int(not (found.loose.sensitivity.n or found.loose.specificity.n))


def _cases(paths: list[Path]) -> tuple[GoldCase, ...]:
    if not paths:
        return gold.load_apart()
    cases = tuple(case for path in paths for case in gold.read_labelled(path))
    if not cases:
        message = f"{paths[0]} contains no case"
        raise UsageError(message)
    return cases


def _lines(found: Calibration) -> Iterator[str]:
    yield from calibration_lines(found)
    yield ""
    for trap, right in sorted(found.by_trap.items(), key=lambda item: item[1].value or 0.0):
        yield f"  {trap:<18}{right.value or 0.0:.2f} right of {right.n}"
