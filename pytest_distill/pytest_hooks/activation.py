"""Set-up of the plugin for a run that uses it; called from `pytest_configure`."""

import atexit
import gc
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from pytest_distill.engine.limits import Share
from pytest_distill.errors import StoreError, UsageError
from pytest_distill.pytest_hooks import given, memory, options, single_cases
from pytest_distill.pytest_hooks.collection import Suites, suite_of
from pytest_distill.pytest_hooks.declared import Option
from pytest_distill.pytest_hooks.expected import Expected
from pytest_distill.pytest_hooks.gating import Gating
from pytest_distill.pytest_hooks.keys import PROBLEM, SESSION
from pytest_distill.pytest_hooks.lookahead import LookaheadHooks
from pytest_distill.pytest_hooks.progress import Progress, WorkerWaiting
from pytest_distill.pytest_hooks.reporting import Reporting, WorkerReporting
from pytest_distill.pytest_hooks.slots import campaigns
from pytest_distill.pytest_hooks.xdist import Xdist, share_of
from pytest_distill.run.extensions import Extensions, import_errors
from pytest_distill.run.session import Session
from pytest_distill.settings import pyproject
from pytest_distill.suites.protocol import Suite
from pytest_distill.text import message


def activate(
    config: pytest.Config,
    declared: Sequence[Option],
    *,
    is_given: bool,
    is_named: bool = False,
    notes: Sequence[str] = (),
    plain_flags: Collection[str] = (),
) -> None:
    """Activate the plugin where something asks for it; called once per process.

    Args:
        config: of the run.
        declared: all options.
        is_given: an option or the ini file asks for it; else only a table or a node id can.
        is_named: a word on the command line may be the node id of one of our cases.
        notes: which names of options are not ours here, for who meant ours.
        plain_flags: flags without the prefix that are ours here.

    Raises:
        pytest.UsageError: a setting is invalid; pytest prints the message and exits with 4.
    """
    with usage_errors(notes):
        table = table_of(config)
        is_ours = is_given or table.has_settings
        if not is_ours and not is_named:
            return
        try:
            _activate(config, declared, table, is_ours=is_ours, plain_flags=plain_flags)
        except (UsageError, StoreError) as error:
            is_asked = any(config.getoption(option.dest) is not None for option in declared)
            if is_asked or is_named or not given.is_narrowed(config):
                raise
            # Somebody runs some tests of the project, of which perhaps none needs a model.
            config.stash[PROBLEM] = str(error)


def _activate(
    config: pytest.Config,
    declared: Sequence[Option],
    table: pyproject.Table,
    *,
    is_ours: bool,
    plain_flags: Collection[str],
) -> None:
    import_plugins(config, table)
    extensions = Extensions.of(config.hook, config)
    registry = extensions.suites
    nodes = {node: suite for node in config.args if (suite := suite_of(node, registry))}
    single_cases.refuse_gates(config)
    if not is_ours and not nodes:
        # A path that only looks like a node id of ours: pytest says that it is not there.
        return
    found = given.read(
        config,
        declared,
        table,
        suites_named=nodes.values(),
        cases=single_cases.only(nodes, config.args),
        plain_flags=plain_flags,
    )
    with table.naming_errors(found.from_table):
        settings = options.read(
            config, found, declared, suites_named=nodes.values(), extensions=extensions
        )
        share = share_of(config, has_folder=settings.budget is not None or settings.stop)
        session = Session(
            settings,
            must_answer=not config.option.collectonly,
            share=share,
            extensions=extensions,
            memory=memory.of(config),
        )
        # Registered at once: the code below may raise, and the session may have a run log open.
        config.add_cleanup(session.close)
        # `LookaheadHooks` freezes objects; a process that outlives the run collects them again.
        config.add_cleanup(gc.unfreeze)
        atexit.register(gc.freeze)
        register_markers(config, registry)
        suites = Suites(config, session)
        # Checks the gates before the first request.
        _ = session.evaluator
    _register(config, session, share, suites)


def _register(config: pytest.Config, session: Session, share: Share, suites: Suites) -> None:
    config.stash[SESSION] = session
    config.pluginmanager.register(suites, "distill-suites")
    store = session.new_store()
    if session.settings.stop:
        from pytest_distill.pytest_hooks import stopping  # noqa: PLC0415 - most runs do not

        stopping.register(config, session, share, store)
    else:
        config.pluginmanager.register(LookaheadHooks(session, share), "distill-ahead")
    # Workers only measure; the controller, or the process of a run without xdist, reports.
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(WorkerReporting(session), "distill-sending")
        if share.index == 0:
            # All of them wait for the same servers.
            waiting = WorkerWaiting(config, session, clock=time.monotonic)
            config.pluginmanager.register(waiting, "distill-waiting")
    else:
        expected = Expected(session, store)
        config.pluginmanager.register(expected, "distill-expected")
        gating = Gating(config, session, store, expected)
        config.pluginmanager.register(gating, "distill-gating")
        reporting = Reporting(config, session, store, gating)
        config.pluginmanager.register(reporting, "distill-reporting")
        xdist = Xdist(config, share.folder, campaigns(session, config))
        config.pluginmanager.register(xdist, "distill-xdist")
        single_cases.remember(config, session.settings.replay)
        progress = Progress(config, session, clock=time.monotonic)
        config.pluginmanager.register(progress, "distill-progress")


def table_of(config: pytest.Config) -> pyproject.Table:
    """Return the table of the run: from where it was started, whatever its arguments are.

    Raises:
        UsageError: there are several, or a file cannot be read.
    """
    named = config.inipath if config.option.inifilename else None
    near = [] if named is None else [named.parent]
    return pyproject.find([config.invocation_params.dir, config.rootpath, *near], named=named)


def import_plugins(config: pytest.Config, table: pyproject.Table) -> None:
    """Import the modules of ``[tool.pytest-distill] plugins``, also from the project's folder.

    Raises:
        UsageError: a module cannot be imported.
    """
    names = pyproject.plugins(table)
    folder = str(config.rootpath if table.path is None else table.path.parent)
    if names and folder not in sys.path:
        # Last: it must not hide anything that the project's own tests import.
        sys.path.append(folder)
    for name in names:
        with import_errors(name):
            config.pluginmanager.import_plugin(name)


def register_markers(config: pytest.Config, suites: Iterable[Suite]) -> None:
    """Register a marker for each suite whose marker is not known yet."""
    known = {line.partition(":")[0] for line in config.getini("markers")}
    for suite in suites:
        if suite.name not in known:
            config.addinivalue_line("markers", f"{suite.name}: {suite.help}")


@contextmanager
def usage_errors(notes: Iterable[str] = ()) -> Iterator[None]:
    """Re-raise our usage errors as pytest's: one message, exit status 4, no traceback.

    Args:
        notes: further lines of the message.
    """
    try:
        yield
    except (UsageError, StoreError) as error:
        lines = [str(error), *(f"  note: {note}" for note in notes)]
        raise pytest.UsageError(message("\n".join(lines))) from None
