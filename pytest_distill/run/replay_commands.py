"""Commands that ask one case again, alone, from the settings of its run."""

import re
import shlex
from collections.abc import Iterable
from typing import TypeVar

from pytest_distill.records import Leak, NearAnswer, Report, RunStatus
from pytest_distill.suites.node_ids import node_id, parameter_id
from pytest_distill.suites.registry import SuiteRegistry
from pytest_distill.text import laid_out

_PLAIN = re.compile(r"[A-Za-z0-9 ./_=,-]")

Shown = TypeVar("Shown", Leak, NearAnswer)


class ReplayCommands:
    """Returns the command for each case of a run."""

    def __init__(self, registry: SuiteRegistry, status: RunStatus) -> None:
        self._registry = registry
        self._arguments = status.replay

    def added_to(self, report: Report) -> Report:
        """Return the report with the command of each answer that it shows."""
        answers = {
            "leaks": tuple(map(self.with_command, report.leaks)),
            "every_leak": tuple(map(self.with_command, report.every_leak)),
            "nearest": tuple(map(self.with_command, report.nearest)),
        }
        return report.model_copy(update=answers)

    def with_command(self, found: Shown) -> Shown:
        """Return an answer with its command."""
        return found.model_copy(update={"replay": self.of(found)})

    def of(self, found: Leak | NearAnswer) -> str | None:
        """Return the command; None if the run did not note its options, or for a user's test."""
        suite, arguments = self._registry.of_part(found.suite), self._arguments.get(found.model)
        if suite is None or arguments is None:
            return None
        test, name = suite.test_of(found.suite, found.case)
        return command(node_id(suite.name, test, parameter_id(found.model, name)), arguments)


def command(node: str, arguments: Iterable[str]) -> str:
    """Return the command line, as a shell takes it."""
    return " ".join(["pytest", shlex.quote(node), *map(_quoted, arguments)])


def _quoted(argument: str) -> str:
    flag, equals, value = argument.partition("=")
    if equals and flag.startswith("--"):
        return f"{flag}={shell_word(value)}"
    return shell_word(argument)


def shell_word(text: str) -> str:
    """Return a word as a shell takes it; one that could do harm where it is shown, escaped."""
    if laid_out(text) == text:
        return shlex.quote(text)
    return f"$'{''.join(map(_escaped, text))}'"


def _escaped(character: str) -> str:
    if _PLAIN.fullmatch(character):
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "replace"))
