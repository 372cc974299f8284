"""``pytest-distill trace``: attribution of a student from its recorded answers."""

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_distill.cli import columns
from pytest_distill.cli.writing import check, write
from pytest_distill.columns import Columns
from pytest_distill.data import facts as fact_sets
from pytest_distill.data import transcripts
from pytest_distill.errors import UsageError
from pytest_distill.files import real
from pytest_distill.report import terminal, to_json
from pytest_distill.report import trace as report
from pytest_distill.results import attribution
from pytest_distill.text import file_label, from_system, one_line
from pytest_distill.thinking import answer_of

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    Commands = _SubParsersAction[argparse.ArgumentParser]

_LEVEL = 0.95
_EVERY_S = 0.5


def declare(commands: "Commands") -> None:
    """Add the command to the command line."""
    text = "find which of several candidates a student may have been distilled from, if any"
    command = commands.add_parser(
        "trace",
        help=text,
        description=f"{text[0].upper()}{text[1:]}. A teacher is named only where the student leans"
        " towards a family more than unrelated models do; else the verdict is 'none', or"
        " 'undecided' where neither can be said. It shows affinity, never proof.",
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
        help="confidence level of intervals, detection and set, between 0 and 1"
        f" (default: {_LEVEL})",
    )
    command.add_argument(
        "--json",
        type=Path,
        metavar="PATH",
        help="also write the answer to this file (-: standard output)",
    )
    columns.declare(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Trace one student.

    Raises:
        UsageError: a file cannot be used, or too few prompts are shared.
    """
    named = _named([*options.teacher, *options.null])
    check(options.json, [options.student, *named.values()])
    teachers = [name for name in named if name in _named(options.teacher)]
    student = _student_name(options.student, named)
    mapped = columns.read(options)
    answers = {name: _answers(path, mapped) for name, path in named.items()}
    candidates = {name: answers[name] for name in teachers}
    own = _answers(options.student, mapped)
    known = fact_sets.families({name: name for name in teachers}, fact_sets.load_shipped())
    with _told(len(own) + sum(map(len, answers.values()))) as notify:
        portraits = attribution.Portraits(notify)
        found = attribution.trace(
            student,
            own,
            attribution.Lineup(
                candidates,
                attribution.families_of(candidates, known, portraits),
                nulls={name: given for name, given in answers.items() if name not in teachers},
            ),
            level=options.confidence,
            portraits=portraits,
        )
    if options.json is not None:
        write(to_json.laid_out(found.model_dump(mode="json")), options.json)
    section = report.section(found, level=options.confidence)
    text = "\n".join(terminal.rendered(section)) + "\n"
    (sys.stderr if str(options.json) == "-" else sys.stdout).write(text)
    return 0


@contextmanager
def _told(total: int) -> Iterator[Callable[[int], None]]:
    """Give a function that shows how many answers are read, on a terminal."""
    is_shown = sys.stderr.isatty()
    started = last = time.monotonic()

    def notify(made: int) -> None:
        nonlocal last
        now = time.monotonic()
        if is_shown and now - last > _EVERY_S:
            last = now
            sys.stderr.write(f"\rreading answers: {made} of {total} ")
            sys.stderr.flush()

    yield notify
    if is_shown and last > started:
        sys.stderr.write("\r\033[K")


def _named(texts: Iterable[str]) -> dict[str, Path]:
    named: dict[str, Path] = {}
    for text in texts:
        given, equals, path = text.partition("=")
        name = one_line(from_system(given))
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
        if real(other) == real(path):
            message = f"{path} is the student and also {name!r}: no model is its own teacher"
            raise UsageError(message)
    label = file_label(path)
    return label if label not in named else f"{label} (student)"


def _answers(path: Path, mapped: Columns) -> dict[str, str]:
    # Only the first of several answers to one prompt: further samples are no further prompts.
    answers: dict[str, str] = {}
    for transcript in transcripts.read(path, mapped):
        answers.setdefault(transcript.query, answer_of(transcript.response))
    return answers


def _level(text: str) -> float:
    level = float(text)
    if not 0 < level < 1:
        raise argparse.ArgumentTypeError(text)
    return level
