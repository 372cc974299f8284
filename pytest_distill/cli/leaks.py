"""``pytest-distill leaks``: lists the leaks of a run, each with the command that replays it."""

import argparse
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_distill.cli import logs
from pytest_distill.cli.writing import check, write
from pytest_distill.errors import UsageError, did_you_mean
from pytest_distill.records import Leak, Lines, RunDescription, Section
from pytest_distill.report import tidy, to_markdown
from pytest_distill.report.leaks import KINDS, lines
from pytest_distill.run import replay
from pytest_distill.run.replay_commands import ReplayCommands
from pytest_distill.stats.identity import UNSPECIFIED
from pytest_distill.suites.registry import SuiteRegistry
from pytest_distill.text import json_text

if TYPE_CHECKING:
    from pytest_distill.cli.judge import Commands

_FORMAT = "pytest-distill-leaks/1"


def declare(commands: "Commands") -> None:
    """Add the command to the command line."""
    text = "list the leaks of a run, each with the command that replays it"
    command = commands.add_parser("leaks", help=text, description=f"{text[0].upper()}{text[1:]}.")
    logs.declare(command)
    command.add_argument("--suite", metavar="NAME", help="only those of this suite")
    command.add_argument("--vendor", metavar="NAME", help="only those that claim this vendor")
    command.add_argument("--language", metavar="CODE", help="only those in this language")
    command.add_argument("--limit", type=_positive, metavar="N", help="at most N, the worst first")
    command.add_argument(
        "--format",
        choices=("text", "md", "json", *tidy.TEXTS),
        default="text",
        help="text, md, json, or a row a leak as jsonl or csv (default: text)",
    )
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="OUT",
        help="output file (default, or -: standard output)",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the leaks, the worst first; exit status 0 with and without any.

    Raises:
        UsageError: a log cannot be used, or a filter names what the run does not have.
    """
    check(options.output, options.logs)
    registry = options.extensions.suites
    found = logs.read(options.logs)
    store = replay.stored(found, registry)
    every = sorted(store.leaks(), key=lambda leak: KINDS.index(leak.kind))
    languages = {each.case.language or UNSPECIFIED for each in found.observations}
    chosen = list(_filtered(every, options, found.description, registry, languages))
    commands = ReplayCommands(registry, found.status)
    shown = [commands.with_command(leak) for leak in chosen[: options.limit]]
    missing = sum(each.cases for each in store.missing())
    counts = (
        f"{_count(len(chosen), len(every), options.limit)}\n{len(store)} cases, {missing} missing\n"
    )
    write(_text(shown, options.format, counts), options.output)
    if options.format in {"json", *tidy.TEXTS}:
        sys.stderr.write(counts)
    return 0


def _text(shown: Sequence[Leak], name: str, counts: str) -> str:
    if name in tidy.TEXTS:
        return tidy.TEXTS[name](map(_row, shown))
    if name == "json":
        return f"{json_text({'format': _FORMAT, 'leaks': list(map(_row, shown))})}\n"
    if name == "md":
        blocks = tuple(Lines(lines=tuple(lines(leak))) for leak in shown)
        text = to_markdown.blocks(Section(title="", blocks=blocks))
        head = ", ".join(counts.splitlines())
        return "".join(f"{line}\n" for line in (f"## {head}", *text))
    return "".join([*("\n".join([*lines(leak), "", ""]) for leak in shown), counts])


def _row(leak: Leak) -> dict[str, object]:
    return leak.model_dump(mode="json", exclude={"gates"})


def _filtered(
    leaks: Iterable[Leak],
    options: argparse.Namespace,
    description: RunDescription,
    registry: SuiteRegistry,
    languages: Collection[str],
) -> Iterator[Leak]:
    """Yield the leaks that the filters select.

    Raises:
        UsageError: no case of the run could be selected by a filter.
    """
    every = list(leaks)
    suites = {*description.suites, *(leak.suite for leak in every)}
    parts = [part for name in description.suites for part in _parts(registry, name)]
    _check("--suite", options.suite, {*suites, *parts})
    _check("--vendor", options.vendor, description.vendors)
    _check("--language", options.language, languages)
    wanted = _parts(registry, options.suite) if options.suite else ()
    for leak in every:
        if (
            (not options.suite or leak.suite in {options.suite, *wanted})
            and (not options.vendor or options.vendor in leak.vendors)
            and (not options.language or options.language == (leak.language or UNSPECIFIED))
        ):
            yield leak


def _parts(registry: SuiteRegistry, name: str) -> Sequence[str]:
    return registry[name].parts if name in registry else ()


def _check(flag: str, given: str | None, known: Collection[str]) -> None:
    if given is not None and given not in known:
        message = (
            f"{flag} {given}: the run has none of that name.{did_you_mean(given, known)}\n"
            f"  there are: {', '.join(sorted(known)) or 'none'}"
        )
        raise UsageError(message)


def _count(chosen: int, every: int, limit: int | None) -> str:
    shown = chosen if limit is None else min(limit, chosen)
    leaks = "leak" if shown == 1 else "leaks"
    hidden = f" of {chosen}" if shown < chosen else ""
    return f"{shown} {leaks}{hidden}{f' (of {every} in all)' if chosen < every else ''}"


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        message = f"{text!r} is not a number of leaks: 1 or more"
        raise argparse.ArgumentTypeError(message)
    return int(text)
