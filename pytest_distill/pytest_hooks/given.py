"""The values that the user gives: by options, else in the ini file, else in the TOML table."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest

from pytest_distill.errors import UsageError
from pytest_distill.models import spec
from pytest_distill.pytest_hooks import single_cases
from pytest_distill.pytest_hooks.declared import DECIDING, OF_WHOLE_RUNS, Option
from pytest_distill.settings import pyproject as tables
from pytest_distill.settings.settings import CASCADE
from pytest_distill.text import from_system, to_system


class Given(NamedTuple):
    """The given values, by the keys of the options."""

    values: Mapping[str, object]
    from_table: frozenset[str]
    """Keys of the values that come from the table."""
    table: tables.Table
    folder: Path
    """Base of relative paths on the command line."""
    not_meant: tuple[str, ...] = ()
    """Configured suites that do not run, because tests are named."""
    recalled: Mapping[str, object] = MappingProxyType({})
    """Those of the values that come from the last run of the single cases that are to run."""
    is_replay: bool = False
    """Whether only single cases run, which node ids on the command line select."""
    plain_flags: frozenset[str] = frozenset()
    """Flags without the prefix that are ours in this run."""

    def texts(self, key: str) -> list[str]:
        """Return the values of an option.

        Raises:
            UsageError: one in the table is no string.
        """
        values = listed(self.values.get(key))
        for index, value in enumerate(values):
            if not isinstance(value, str):
                name = tables.key_in(self.table, key, is_repeatable=True) or key
                place = self.table.place(name, index if len(values) > 1 else None)
                message = f"{place}: {value!r} has to be a string: put it in quotes"
                raise UsageError(message)
        return list(map(str, values))

    def paths(self, key: str) -> tuple[Path, ...]:
        """Return the values of an option that takes paths."""
        return tuple(self.folder / str(path) for path in listed(self.values.get(key)))

    def path(self, key: str) -> Path | None:
        """Return the value of an option that takes a path; None if it is not given."""
        return next(iter(self.paths(key)), None)

    def plain(self, names: Iterable[str]) -> dict[str, object]:
        """Return the given ones of the options ``--distill-NAME``, by `names`."""
        return {n: self.values[f"distill_{n}"] for n in names if f"distill_{n}" in self.values}


def read(
    config: pytest.Config,
    declared: Sequence[Option],
    table: tables.Table,
    *,
    suites_named: Collection[str] = (),
    cases: Sequence[str] = (),
    plain_flags: Iterable[str] = (),
) -> Given:
    """Return the values of all options.

    For single cases, what they have no use for is left out, and the options of their last run come
    before what is configured.

    Args:
        config: of the run.
        declared: all options.
        table: of the run.
        suites_named: suites whose node ids are on the command line.
        cases: node ids of the single cases that are to run; empty for any other run.
        plain_flags: flags without the prefix that are ours in this run.

    Raises:
        UsageError: the table has an unknown key, or nothing is known of a single case.
    """
    keys = {key for option in declared for key in tables.keys_of(option.key, option.is_repeatable)}
    tables.check_keys(table, {"models", "plugins", "prices", *keys})
    recalled = _recalled(config, declared, table, cases)
    values: dict[str, object] = {}
    from_table = set()
    not_meant: tuple[str, ...] = ()
    for option in declared:
        value = config.getoption(option.dest)
        if isinstance(value, list):
            # A replay repeats what addopts has too.
            value = list(dict.fromkeys(value))
        if value is None and cases and option.key in OF_WHOLE_RUNS:
            continue
        if value is None:
            value = recalled.get(option.key)
        if value is None:
            value = _configured(config, option, table)
            if value is not None and is_narrowed(config) and _is_left_out(option, suites_named):
                not_meant += tuple(map(str, listed(value))) if option.key == "suite" else ()
                continue
            if value is not None and not _is_in_ini(config, option):
                from_table.add(option.key)
        if value is not None:
            values[option.key] = _spelled(value, option)
    return Given(
        values,
        frozenset(from_table),
        table,
        folder=config.invocation_params.dir,
        not_meant=not_meant,
        recalled=recalled,
        is_replay=bool(cases),
        plain_flags=frozenset(plain_flags),
    )


def _recalled(
    config: pytest.Config, declared: Sequence[Option], table: tables.Table, cases: Sequence[str]
) -> Mapping[str, object]:
    """Return the options of the last run of single cases, if no model is given for them."""
    who = [option for option in declared if option.key in {"model", "transcripts"}]
    if not cases or any(config.getoption(option.dest) for option in who):
        return {}
    is_configured = any(_configured(config, option, table) is not None for option in who)
    return single_cases.recall(config, declared, cases, may_be_unknown=is_configured)


def _is_left_out(option: Option, suites_named: Collection[str]) -> bool:
    # The cases of a named test may be those of the transcripts.
    is_unread = option.key == "transcripts" and not suites_named
    return is_unread or option.key in DECIDING


def _configured(config: pytest.Config, option: Option, table: tables.Table) -> object:
    """Return the value of an option in the ini file, else in the table; None if it has none.

    Relative paths in the table are relative to the folder of its file.
    """
    if _is_in_ini(config, option):
        return config.getini(option.dest)
    value = tables.value_of(table, option.key, option.is_repeatable)
    if table.path is None or table.path.parent == config.invocation_params.dir:
        return value
    folder = table.path.parent
    if isinstance(value, list):
        return [_anchored(item, option.metavar, folder) for item in value]
    return _anchored(value, option.metavar, folder)


def is_narrowed(config: pytest.Config) -> bool:
    """Return whether the command line names tests or their paths, and no suite."""
    names_tests = config.args_source is config.ArgsSource.ARGS
    return names_tests and config.getoption("distill_suite") is None


def listed(value: object) -> list[object]:
    """Return one value or none as a list too."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _is_in_ini(config: pytest.Config, option: Option) -> bool:
    return config.getini(option.dest) not in (None, "", [])


def _spelled(value: object, option: Option) -> object:
    """Return paths as files are opened by them, and other texts as they are, in any locale."""
    if isinstance(value, list):
        return [_spelled(each, option) for each in value]
    if not isinstance(value, str):
        return value
    return to_system(value) if "PATH" in option.metavar else from_system(value)


def _anchored(value: object, metavar: str, folder: Path) -> object:
    """Return a value with its path, if it is or has one, below `folder`."""
    if isinstance(value, str) and metavar == "SPEC":
        model = value.removeprefix(CASCADE)
        return value.removesuffix(model) + spec.below(model, folder)
    if not isinstance(value, str) or "PATH" not in metavar:
        return value
    if metavar == "FORMAT:PATH":
        name, colon, path = value.partition(":")
        return f"{name}:{folder / path}" if colon and path else value
    # A name of a fact set is no file; 'off' and 'gold' stand in the metavar.
    is_name = metavar.startswith("NAME|") and not value.endswith(".toml")
    return value if is_name or value in metavar.split("|") else str(folder / value)
