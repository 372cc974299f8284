"""The last word on the exit status: no run with gates is green that did not decide them."""

import sys
from collections.abc import Sequence

import pytest

from pytest_distill.pytest_hooks import given, options
from pytest_distill.pytest_hooks.activation import import_plugins, table_of, usage_errors
from pytest_distill.pytest_hooks.declared import Option
from pytest_distill.pytest_hooks.gating import Gating
from pytest_distill.pytest_hooks.keys import PROBLEM, SESSION
from pytest_distill.records import Gate
from pytest_distill.run.extensions import Extensions

_GREEN = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)

_RUNNING_NOTHING = {
    "collectonly": "--collect-only",
    "showfixtures": "--fixtures",
    "show_fixtures_per_test": "--fixtures-per-test",
    "markers": "--markers",
    "cacheshow": "--cache-show",
}
"""Options, by their names in ``config.option``, with which pytest runs no test."""


def checked(result: object, config: pytest.Config, declared: Sequence[Option]) -> object:
    """Return the exit status of a run: `result`, unless that is green where the gates are not.

    Called when all is over, so that no other plugin or conftest has a later word.

    Args:
        result: of all other plugins.
        config: of the run, which has ended.
        declared: all options.

    Raises:
        pytest.UsageError: pytest only showed something, and whether there are gates cannot be read.
    """
    gating = config.pluginmanager.get_plugin("distill-gating")
    if result not in _GREEN:
        return result
    if isinstance(gating, Gating) and gating.has_decided:
        return pytest.ExitCode.TESTS_FAILED if gating.is_red else result
    gates = _gates(config, declared)
    if not gates:
        return result
    names = ", ".join(gate.expression for gate in gates)
    flags = [flag for name, flag in _RUNNING_NOTHING.items() if getattr(config.option, name, None)]
    why = f"; {flags[0]} runs no test" if flags else ""
    if sys.stderr is not None:
        sys.stderr.write(f"ERROR: no gate was decided, so this is no pass: {names}{why}\n")
    return pytest.ExitCode.TESTS_FAILED


def _gates(config: pytest.Config, declared: Sequence[Option]) -> Sequence[Gate]:
    """Return the gates of the run, also where pytest ended before the plugin was active."""
    if SESSION in config.stash:
        return config.stash[SESSION].settings.gates
    is_asked = config.getoption("distill_gate") is not None
    if PROBLEM in config.stash or (given.is_narrowed(config) and not is_asked):
        return ()
    with usage_errors():
        table = table_of(config)
        import_plugins(config, table)
        found = given.read(config, declared, table)
        return options.read_gates(config, found, extensions=Extensions.of(config.hook, config))
