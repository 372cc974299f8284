"""The pytest11 entry point: declares options, markers and fixtures, and activates the plugin.

Every pytest run on the machine imports this module, so it needs only the standard library
and pytest, and a run without one of the options below imports nothing further.

PYTEST_DONT_REWRITE: there is no assertion here, and rewriting would slow down every run.
"""

import os
import warnings
from argparse import Namespace
from collections.abc import Collection, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_distill import hookspecs
from pytest_distill.pytest_hooks.declared import FLAGS, OPTIONS, Option

if TYPE_CHECKING:
    from pytest_distill.engine.model_under_test import ModelUnderTest
    from pytest_distill.pytest_hooks.command_line import Restart
    from pytest_distill.pytest_hooks.evaluation import Evaluation, IdentityChecker

_SHOWING = ("help", "markers", "cacheshow", "showfixtures", "show_fixtures_per_test")
"""Options with which pytest shows something and runs nothing."""

HELP = frozenset({"-h", "--help"})

MARKERS = (
    "ice: a case of identity consistency evaluation: does the model know who it is?",
    "fuzz: a mutant of the fuzzer, or a leak that it found in an earlier run",
    "rse: a case of response similarity evaluation: how similar are the answers of two models?",
    "bbi: a pair of answers that adversaries are to tell apart",
)


RESTART: "pytest.StashKey[Restart]" = pytest.StashKey()
"""The arguments with which pytest has to start again; absent where it does not have to."""

NOTES = pytest.StashKey[list[str]]()
"""Lines for the header about plain names on the command line that are not ours here."""

PARSER: "pytest.StashKey[pytest.Parser]" = pytest.StashKey()
"""Knows the options of every plugin and conftest."""

FOREIGN_INI = pytest.StashKey[list[str]]()
"""Plain names in the ini file that are not ours here."""


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare the names that are always ours; `pytest_load_initial_conftests` adds plain ones."""
    for option in OPTIONS:
        parser.addini(option.dest, option.text, type=option.ini_type, default=None)  # type: ignore[arg-type]  # the names are pytest's own
    config = pluginmanager.get_plugin("pytestconfig")
    # The manual shows both names of an option, so it waits until all plain names are known.
    if config is None or not _asks_for_help(config):
        declare(parser)


def declare(parser: pytest.Parser, plain: Collection[str] = ()) -> None:
    """Declare each option; the defaults are in `Settings`.

    Args:
        parser: pytest's.
        plain: flags without prefix that nobody else has.
    """
    group = parser.getgroup("distill", "how far a language model was distilled from another")
    for option in OPTIONS:
        flags = [option.flag] if option.is_plain and option.flag in plain else []
        how: dict[str, Any] = {"metavar": option.metavar}
        if option.is_repeatable:
            how["action"] = "append"
        if option.ini_type == "bool":
            # None if not given, so that ini file and TOML table apply.
            how = {"action": "store_true", "default": None}
        if option.choices:
            how["choices"] = option.choices
        if option.ini_type in {"int", "float"}:
            how["type"] = {"int": int, "float": float}[option.ini_type]
        text = option.text.replace("%", "%%")
        group.addoption(*flags, option.own_flag, dest=option.dest, help=text, **how)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register our hooks; without this a conftest that implements one would fail every run."""
    pluginmanager.add_hookspecs(hookspecs)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None, object, object]:
    """Read plain names as ours, unless a conftest or another plugin has an option of that name."""
    words = {str(word).partition("=")[0] for word in args}
    early_config.stash[PARSER] = parser
    try:
        if _asks_for_help(early_config) or words.isdisjoint(FLAGS):
            return (yield)
        from pytest_distill.pytest_hooks.command_line import CommandLine  # noqa: PLC0415 - idle runs must not pay

        line = CommandLine(OPTIONS, early_config, parser, args, is_declared=is_declared)
        again = line.restart(line.read_paths(), is_ours=is_in_pyproject(early_config))
        if again is not None:
            early_config.stash[RESTART] = again
            line.empty()
            return (yield)
        result = yield
        early_config.stash[NOTES] = line.settle()
        return result
    finally:
        # Also where a conftest cannot be loaded: ``--help`` then goes on without it.
        if _asks_for_help(early_config):
            declare(parser, [o.flag for o in OPTIONS if not is_declared(parser, o.flag)])
        _adopt_ini_names(early_config, parser)


def is_declared(parser: pytest.Parser, flag: str) -> bool:
    """Return whether an option of this name has been declared so far."""
    try:
        _, unknown = parser.parse_known_and_unknown_args([flag], Namespace())
    except pytest.UsageError:
        # It lacks its value.
        return True
    return flag not in unknown


def _asks_for_help(config: pytest.Config) -> bool:
    return not HELP.isdisjoint(config.invocation_params.args)


def _adopt_ini_names(config: pytest.Config, parser: pytest.Parser) -> None:
    """Read plain names in the ini file as ours, unless another plugin has declared them."""
    with warnings.catch_warnings():
        # Declaring names that are not there could disturb a conftest that is loaded later.
        warnings.simplefilter("ignore")
        there = getattr(config, "inicfg", None)
    foreign = config.stash[FOREIGN_INI] = []
    for option in OPTIONS:
        if option.is_plain and (there is None or option.key in there):
            try:
                parser.addini(
                    option.dest,
                    option.text,
                    type=option.ini_type,  # type: ignore[arg-type]  # as above
                    default=None,
                    aliases=[option.key],
                )
            except ValueError:
                foreign.append(option.key)


def pytest_configure(config: pytest.Config) -> None:
    """Activate the plugin if an option, the ini file or the TOML table asks for it."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    if not (
        _shows_versions(config) or any(getattr(config.option, name, None) for name in _SHOWING)
    ):
        is_given = _is_given(config)
        is_named = any(_may_be_node_id(config, argument) for argument in config.args)
        if is_given or is_named or is_in_pyproject(config):
            from pytest_distill.pytest_hooks.activation import activate  # noqa: PLC0415 - idle runs must not pay

            activate(
                config,
                OPTIONS,
                is_given=is_given,
                is_named=is_named,
                notes=_notes(config),
                plain_flags=_plain_flags(config),
            )
    elif config.option.markers and _may_add_suites(config):
        from pytest_distill.pytest_hooks import help  # noqa: A004, PLC0415 - idle runs must not pay

        help.show_markers(config)


def _notes(config: pytest.Config) -> list[str]:
    """Return what the user of an active plugin should know, beside what every header says."""
    foreign = config.stash.get(FOREIGN_INI, [])
    names = ", ".join(foreign)
    ours = ", ".join(option.dest for option in OPTIONS if option.key in foreign)
    lines = [f"ini {names} belongs to a conftest or another plugin here; ours: {ours}"]
    return [*config.stash.get(NOTES, []), *(lines if foreign else [])]


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say which plain names are not ours here."""
    is_active = config.pluginmanager.has_plugin("distill-suites")
    notes = _notes(config) if is_active else config.stash.get(NOTES, [])
    return [f"distill: {note}" for note in notes]


@pytest.hookimpl(specname="pytest_cmdline_main", tryfirst=True)
def pytest_cmdline_main_again(config: pytest.Config) -> "int | pytest.ExitCode | None":
    """Start pytest again where it took the value of an option for a path of tests."""
    again = config.stash.get(RESTART, None)
    if again is None:
        return None
    before = {name: os.environ[name] for name in again.environment}
    os.environ.update(again.environment)
    try:
        return pytest.main(again.arguments, plugins=config.invocation_params.plugins)
    finally:
        os.environ.update(before)


def _plain_flags(config: pytest.Config) -> list[str]:
    """Return the flags without the prefix that nobody else has."""
    parser = config.stash.get(PARSER, None)
    plain = [option.flag for option in OPTIONS if option.is_plain]
    return [] if parser is None else [flag for flag in plain if not is_declared(parser, flag)]


def _may_be_node_id(config: pytest.Config, argument: str) -> bool:
    """Return whether an argument may be the node id of a suite's case, as a failure shows it."""
    path, colons, _ = argument.partition("::")
    is_ours = colons and path.startswith(("distill/", "../"))
    return bool(is_ours) and not os.path.exists(config.invocation_params.dir / path)  # noqa: PTH110 - never raises


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """End ``--help`` with the suites of plugins; no other run is green with an undecided gate.

    Options are declared before the suites of plugins are known.
    """
    try:
        result = yield
    except SystemExit as left:
        # A plugin may leave pytest after the last test.
        if left.code:
            raise
        result = pytest.ExitCode.OK
    if config.option.help:
        if _may_add_suites(config):
            from pytest_distill.pytest_hooks import help  # noqa: A004, PLC0415 - idle runs must not pay

            help.show_suites(config)
    elif _may_have_gates(config):
        from pytest_distill.pytest_hooks import exit_status  # noqa: PLC0415 - idle runs must not pay

        return exit_status.checked(result, config, OPTIONS)
    return result


def _may_have_gates(config: pytest.Config) -> bool:
    """Return whether the result is that of a run with gates, for all that is known by now."""
    if RESTART in config.stash or hasattr(config, "workerinput") or _shows_versions(config):
        return False
    return _is_given(config) or is_in_pyproject(config)


def _shows_versions(config: pytest.Config) -> bool:
    # A single ``--version`` in PYTEST_ADDOPTS or addopts shows nothing: the tests run.
    return int(config.option.version) > 1


def _is_given(config: pytest.Config) -> bool:
    return any(config.getoption(o.dest) is not None or _ini_value(config, o) for o in OPTIONS)


def _ini_value(config: pytest.Config, option: Option) -> object:
    try:
        return config.getini(option.dest)
    except (TypeError, ValueError, pytest.UsageError) as error:
        message = f"{config.inipath}: {option.dest}: {error}"
        raise pytest.UsageError(message) from error


def is_in_pyproject(config: pytest.Config) -> bool:
    """Return whether there may be a table of ours; imports nothing to find out."""
    starts = [config.invocation_params.dir, config.rootpath]
    if config.inipath is not None:
        starts.append(config.inipath.parent)
    folders = {folder for start in starts for folder in (start, *start.parents)}
    files = {folder / "pyproject.toml" for folder in folders} | {config.inipath}
    return any(_names_us(path) for path in files if path is not None)


def _names_us(path: Path) -> bool:
    try:
        content = path.read_bytes() if os.path.isfile(path) else b""  # noqa: PTH113 - never raises
    except OSError:
        return False
    # Also the spellings of which the user is told that they are not read.
    return b"pytest-distill" in content.lower().replace(b"_", b"-")


def _may_add_suites(config: pytest.Config) -> bool:
    """Return whether a plugin may add suites; imports nothing to find out."""
    return is_in_pyproject(config) or bool(config.hook.pytest_distill_suites.get_hookimpls())


# A user's fixture of the same name replaces ours. What is parametrized by the models of the run is
# therefore not `model` but what only ours requests: a test with a fixture of its own is left alone.


@pytest.fixture
def _distill_model(request: pytest.FixtureRequest) -> "ModelUnderTest":
    from pytest_distill.pytest_hooks import fixtures  # noqa: PLC0415 - idle runs must not pay

    return fixtures.model(request)


@pytest.fixture
def _distill_reference(request: pytest.FixtureRequest) -> "ModelUnderTest":
    from pytest_distill.pytest_hooks import fixtures  # noqa: PLC0415 - idle runs must not pay

    return fixtures.reference(request)


@pytest.fixture
def model(_distill_model: "ModelUnderTest") -> "ModelUnderTest":
    """Give each model under test in turn: ``model.ask("Who are you?").text``."""
    return _distill_model


@pytest.fixture
def reference(_distill_reference: "ModelUnderTest") -> "ModelUnderTest":
    """Give each reference model in turn: ``reference.ask("Who are you?").text``."""
    return _distill_reference


@pytest.fixture
def base(request: pytest.FixtureRequest) -> "ModelUnderTest":
    """Give the model under test before it was distilled: ``base.ask("Who are you?").text``."""
    from pytest_distill.pytest_hooks import fixtures  # noqa: PLC0415 - idle runs must not pay

    return fixtures.base(request)


@pytest.fixture
def judge(request: pytest.FixtureRequest, _distill_model: "ModelUnderTest") -> "IdentityChecker":
    """Give the judge of the model's identity: ``judge("I am ...").loose``."""
    from pytest_distill.pytest_hooks import fixtures  # noqa: PLC0415 - idle runs must not pay

    return fixtures.judge(request, _distill_model)


@pytest.fixture
def evaluation(request: pytest.FixtureRequest) -> "Evaluation":
    """Give the object that asks, judges and records cases, so that the scorecard counts them."""
    from pytest_distill.pytest_hooks import fixtures  # noqa: PLC0415 - idle runs must not pay

    return fixtures.evaluation(request)
