"""``pytest-distill leaks``: lists the leaks of a run, each with the command that replays it."""

import argparse
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from pytest_distill.cli import logs
from pytest_distill.errors import UsageError, did_you_mean
from pytest_distill.records import Leak, RunDescription
from pytest_distill.report.leaks import KINDS, lines
from pytest_distill.run import replay
from pytest_distill.run.replay_commands import ReplayCommands
from pytest_distill.stats.identity import UNSPECIFIED
from pytest_distill.suites.registry import SuiteRegistry

if TYPE_CHECKING:
    from pytest_distill.cli.judge import Commands


def declare(commands: "Commands") -> None:
    """Add the command to the command line."""
    text = "list the leaks of a run, each with the command that replays it"
    command = commands.add_parser("leaks", help=text, description=f"{text[0].upper()}{text[1:]}.")
    logs.declare(command)
    command.add_argument("--suite", metavar="NAME", help="only those of this suite")
    command.add_argument("--vendor", metavar="NAME", help="only those that claim this vendor")
    command.add_argument("--language", metavar="CODE", help="only those in this language")
    command.add_argument("--limit", type=_positive, metavar="N", help="at most N, the worst first")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the leaks, the worst first; exit status 0 with and without any.

    Raises:
        UsageError: a log cannot be used, or a filter names what the run does not have.
    """
    registry = options.extensions.suites
    found = logs.read(options)
    store = replay.stored(found, registry)
    every = sorted(store.leaks(), key=lambda leak: KINDS.index(leak.kind))
    languages = {each.case.language or UNSPECIFIED for each in found.observations}
    chosen = list(_filtered(every, options, found.description, registry, languages))
    commands = ReplayCommands(registry, found.status)
    for leak in chosen[: options.limit]:
        sys.stdout.write("\n".join([*lines(commands.with_command(leak)), "", ""]))
    sys.stdout.write(f"{_count(len(chosen), len(every), options.limit)}\n")
    missing = sum(each.cases for each in store.missing())
    sys.stdout.write(f"{len(store)} cases, {missing} missing\n")
    return 0


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
