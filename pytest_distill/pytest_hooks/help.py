"""What ``pytest --help`` and ``pytest --markers`` say of suites that plugins add.

Options are declared before conftest files are loaded, so the text of ``--suite`` cannot know them.
"""

import textwrap
from collections.abc import Sequence

import pytest

from pytest_distill.pytest_hooks.activation import (
    import_plugins,
    register_markers,
    table_of,
    usage_errors,
)
from pytest_distill.run.extensions import added_suites
from pytest_distill.suites.protocol import Suite
from pytest_distill.suites.registry import SuiteRegistry

# As wide as the column of flags in pytest's own help.
_FLAGS = 24


def show_suites(config: pytest.Config) -> None:
    """Print the suites that plugins add, below pytest's own help; nothing where there are none.

    Raises:
        pytest.UsageError: a plugin cannot be asked.
    """
    writer = config.get_terminal_writer()
    suites = _added(config)
    if not suites:
        return
    writer.line()
    writer.line("suites that plugins add, for --suite:")
    for suite in suites:
        indent, first = " " * _FLAGS, f"  {suite.name:<{_FLAGS - 3}} "
        text = textwrap.fill(
            suite.help,
            max(writer.fullwidth, 2 * _FLAGS),
            initial_indent=first,
            subsequent_indent=indent,
            break_on_hyphens=False,
        )
        writer.line(text or first.rstrip())


def show_markers(config: pytest.Config) -> None:
    """Make the markers of suites known that plugins add, so that they are listed.

    Raises:
        pytest.UsageError: a plugin cannot be asked.
    """
    register_markers(config, _added(config))


def _added(config: pytest.Config) -> Sequence[Suite]:
    with usage_errors():
        import_plugins(config, table_of(config))
        suites = added_suites(config.hook, config)
        # Refuses what a run would refuse.
        SuiteRegistry(suites)
        return suites
