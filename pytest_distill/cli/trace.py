"""``pytest-distill trace``: attribution of a student from its recorded answers."""

import argparse
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_distill.cli.writing import write
from pytest_distill.data import facts as fact_sets
from pytest_distill.data import transcripts
from pytest_distill.errors import UsageError
from pytest_distill.report import terminal
from pytest_distill.report import trace as report
from pytest_distill.results import attribution
from pytest_distill.thinking import answer_of

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    Commands = _SubParsersAction[argparse.ArgumentParser]

_LEVEL = 0.95


def declare(commands: "Commands") -> None:
    """Add the command to the command line."""
    text = "find which of several candidates a student may have been distilled from, if any"
    command = commands.add_parser(
        "trace",
        help=text,
        description=f"{text[0].upper()}{text[1:]}. The answer is the set of candidates that"
        " the student is consistent with, which may be empty; it shows affinity, never proof.",
    )
    command.add_argument(
        "student", type=Path, metavar="STUDENT.jsonl", help='{"prompt", "response"} per line'
    )
    command.add_argument(
        "--teacher",
        metavar="NAME=FILE.jsonl",
        action="append",
        required=True,
        help="candidate and its answers to the same prompts. Repeatable",
    )
    command.add_argument(
        "--null",
        metavar="NAME=FILE.jsonl",
        action="append",
        default=[],
        help="model that is not a candidate, as a further decoy. Repeatable",
    )
    command.add_argument(
        "--confidence",
        type=_level,
        default=_LEVEL,
        metavar="P",
        help=f"confidence level of intervals and set, between 0 and 1 (default: {_LEVEL})",
    )
    command.add_argument(
        "--json",
        type=Path,
        metavar="PATH",
        help="also write the answer to this file (-: standard output)",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Trace one student.

    Raises:
        UsageError: a file cannot be used, or too few prompts are shared.
    """
    named = _named([*options.teacher, *options.null])
    teachers = [text.partition("=")[0] for text in options.teacher]
    student = _student_name(options.student, named)
    answers = {name: _answers(path) for name, path in named.items()}
    candidates = {name: answers[name] for name in teachers}
    known = fact_sets.families({name: name for name in teachers}, fact_sets.load_shipped())
    found = attribution.trace(
        student,
        _answers(options.student),
        candidates,
        nulls={name: given for name, given in answers.items() if name not in teachers},
        families=attribution.families_of(candidates, known),
        level=options.confidence,
    )
    if options.json is not None:
        write(found.model_dump_json(indent=2) + "\n", options.json)
    section = report.section(found, level=options.confidence)
    text = "\n".join(terminal.rendered(section)) + "\n"
    (sys.stderr if str(options.json) == "-" else sys.stdout).write(text)
    return 0


def _named(texts: Iterable[str]) -> dict[str, Path]:
    named: dict[str, Path] = {}
    for text in texts:
        name, equals, path = text.partition("=")
        if not (name and equals and path):
            message = f"{text!r}: NAME=FILE.jsonl is needed, as in gpt4=answers/gpt4.jsonl"
            raise UsageError(message)
        if name in named:
            message = f"two models are called {name!r}: give one of them another name"
            raise UsageError(message)
        named[name] = Path(path)
    return named


def _student_name(path: Path, named: Mapping[str, Path]) -> str:
    for name, other in named.items():
        if other.resolve() == path.resolve():
            message = f"{path} is the student and also {name!r}: no model is its own teacher"
            raise UsageError(message)
    return path.stem if path.stem not in named else f"{path.stem} (student)"


def _answers(path: Path) -> dict[str, str]:
    # Only the first of several answers to one prompt: further samples are no further prompts.
    answers: dict[str, str] = {}
    for transcript in transcripts.read(path):
        answers.setdefault(transcript.query, answer_of(transcript.response))
    return answers


def _level(text: str) -> float:
    level = float(text)
    if not 0 < level < 1:
        raise argparse.ArgumentTypeError(text)
    return level
