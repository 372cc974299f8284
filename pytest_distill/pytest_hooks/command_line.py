"""The command line: which names are ours in this run, and which words are paths of tests.

pytest guesses the project's folder before it knows any plugin's options. It then takes the value of
``--transcripts /data/answers.jsonl`` for a path of tests, moves the folder, and loses the project's
configuration and test ids. Where that happens pytest is started again, with ``=`` between option
and value, before any conftest is loaded.
"""

import copy
import os
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from pytest_distill.pytest_hooks.declared import Option

_ADDOPTS = "PYTEST_ADDOPTS"


class Restart(NamedTuple):
    """What pytest is started with again."""

    arguments: list[str]
    environment: dict[str, str]


class CommandLine:
    """The command line of one start of pytest, around the loading of the initial conftests."""

    def __init__(
        self,
        options: Sequence[Option],
        config: pytest.Config,
        parser: pytest.Parser,
        args: list[str],
        *,
        is_declared: Callable[[pytest.Parser, str], bool],
    ) -> None:
        """Keep what pytest hands to `pytest_load_initial_conftests`.

        Args:
            options: all of ours.
            config: its options are not known yet.
            parser: knows the options of plugins, and later those of conftests.
            args: the command line with ``addopts``; pytest reads what is left in it.
            is_declared: returns whether a flag is known to the parser.
        """
        self._is_declared = is_declared
        self._config = config
        self._parser = parser
        self._args = args
        self._twins = {o.flag: o.own_flag for o in options if o.flag != o.own_flag}
        valued = (option for option in options if option.ini_type != "bool")
        self._valued = frozenset(flag for o in valued for flag in (o.flag, o.own_flag))

    @property
    def free(self) -> dict[str, str]:
        """The plain names that nobody else has declared so far, with their twins."""
        return {
            flag: twin
            for flag, twin in self._twins.items()
            if not self._is_declared(self._parser, flag)
        }

    def read_paths(self) -> Sequence[str]:
        """Tell pytest which words are paths of tests: in their folders are the conftests.

        Returns:
            The paths; none where the command line cannot be read, which pytest then says.
        """
        try:
            known = self._parser.parse_known_args(_replaced(self._args, self.free))
        except pytest.UsageError:
            return ()
        self._config.known_args_namespace.file_or_dir = known.file_or_dir
        return tuple(known.file_or_dir)

    def restart(self, paths: Sequence[str], *, is_ours: bool) -> Restart | None:
        """Return with what to start pytest again; None where its guess of the folder is right.

        Args:
            paths: of tests, from `read_paths`.
            is_ours: the project has a table of ours. Without any such sign ``--model PATH`` may be
                an option of a conftest, and is left as it is.
        """
        arguments = list(map(os.fspath, self._config.invocation_params.args))
        environment = shlex.split(os.environ.get(_ADDOPTS, ""))
        signs = ("--distill-", "--suite")
        if not is_ours and not any(word.startswith(signs) for word in arguments + environment):
            return None
        joined, values = self._joined(arguments)
        joined_environment, more = self._joined(environment)
        here = self._config.invocation_params.dir
        if _common_folder(here, [*paths, *values, *more]) == _common_folder(here, paths):
            return None
        return Restart(joined, {_ADDOPTS: shlex.join(joined_environment)} if more else {})

    def empty(self) -> None:
        """Leave nothing to do to a start that another one follows: no conftest is loaded twice."""
        self._args[:] = ["--noconftest", "--capture=no", "."]
        defaults = copy.copy(self._config.option)
        self._config.known_args_namespace = self._parser.parse_known_args(self._args, defaults)

    def settle(self) -> list[str]:
        """Read the plain names as ours that no conftest has declared, and note the others."""
        free = self.free
        self._args[:] = _replaced(self._args, free)
        taken = {flag: twin for flag, twin in self._twins.items() if flag not in free}
        if not taken:
            return []
        are = "is an option" if len(taken) == 1 else "are options"
        theirs, ours = ", ".join(taken), ", ".join(taken.values())
        return [f"{theirs} {are} of a conftest or another plugin here; ours: {ours}"]

    def _joined(self, args: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return the arguments with ``=`` before each value that is a path, and these values."""
        joined: list[str] = []
        values: list[str] = []
        for word in args:
            is_value = bool(joined) and "--" not in joined and joined[-1] in self._valued
            if is_value and os.path.exists(_path(word)):  # noqa: PTH110 - of no name an error
                joined[-1] += f"={word}"
                values.append(word)
            else:
                joined.append(word)
        return joined, values


def _replaced(args: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """Return the arguments with other names for some options; behind ``--`` there are none."""
    replaced: list[str] = []
    for word in map(os.fspath, args):
        flag, equals, value = word.partition("=")
        is_option = "--" not in replaced and flag in names
        replaced.append(f"{names[flag]}{equals}{value}" if is_option else word)
    return replaced


def _path(word: str) -> str:
    """Return the path in a word that may be a node id, as pytest reads it."""
    return word.partition("::")[0]


def _common_folder(here: Path, words: Iterable[str]) -> str:
    paths = [os.path.abspath(here / _path(word)) for word in words]  # noqa: PTH100 - as pytest does: links stay
    there = [path for path in paths if os.path.exists(path)]  # noqa: PTH110 - as above
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in there]  # noqa: PTH112, PTH120 - as above
    return os.path.commonpath(folders or [str(here)])
