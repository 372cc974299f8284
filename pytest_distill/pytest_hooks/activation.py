"""Set-up of the plugin for a run that uses it; called from `pytest_configure`."""

import atexit
import gc
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from pytest_distill.errors import StoreError, UsageError
from pytest_distill.pytest_hooks import options
from pytest_distill.pytest_hooks.collection import Suites, suite_of
from pytest_distill.pytest_hooks.gating import Gating
from pytest_distill.pytest_hooks.keys import SESSION
from pytest_distill.pytest_hooks.lookahead import LookaheadHooks
from pytest_distill.pytest_hooks.progress import Progress
from pytest_distill.pytest_hooks.reporting import Reporting, WorkerReporting
from pytest_distill.pytest_hooks.slots import campaigns
from pytest_distill.pytest_hooks.xdist import Xdist, share_of
from pytest_distill.run.extensions import Extensions, import_errors
from pytest_distill.run.session import Session
from pytest_distill.settings import pyproject
from pytest_distill.suites.protocol import Suite


def activate(config: pytest.Config, declared: Sequence[options.Option]) -> None:
    """Read the settings, build the session and register the hooks; called once per process.

    Raises:
        pytest.UsageError: a setting is invalid; pytest prints the message and exits with 4.
    """
    with usage_errors():
        import_plugins(config)
        extensions = Extensions.of(config.hook, config)
        registry = extensions.suites
        implied = filter(None, (suite_of(argument, registry) for argument in config.args))
        settings = options.read(config, declared, implied_suites=implied, extensions=extensions)
        must_answer = not config.option.collectonly
        is_shared = settings.budget is not None or settings.stop
        share = share_of(config, has_folder=is_shared)
        session = Session(
            settings,
            must_answer=must_answer,
            share=share,
            extensions=extensions,
            # Without pytest's own cache (-p no:cacheprovider) nothing is kept between runs.
            memory=getattr(config, "cache", None),
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
    config.stash[SESSION] = session
    config.pluginmanager.register(suites, "distill-suites")
    store = session.new_store()
    if settings.stop:
        from pytest_distill.pytest_hooks import stopping  # noqa: PLC0415 - most runs do not

        stopping.register(config, session, share, store)
    else:
        config.pluginmanager.register(LookaheadHooks(session, share), "distill-ahead")
    # Workers only measure; the controller, or the process of a run without xdist, reports.
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(WorkerReporting(session), "distill-sending")
    else:
        gating = Gating(config, session, store)
        config.pluginmanager.register(gating, "distill-gating")
        reporting = Reporting(config, session, store, gating)
        config.pluginmanager.register(reporting, "distill-reporting")
        xdist = Xdist(config, share.folder, campaigns(session))
        config.pluginmanager.register(xdist, "distill-xdist")
        progress = Progress(config, session, clock=time.monotonic)
        config.pluginmanager.register(progress, "distill-progress")


def import_plugins(config: pytest.Config) -> None:
    """Import the modules of ``[tool.pytest-distill] plugins``, also from the project's folder.

    Raises:
        UsageError: a module cannot be imported.
    """
    names = pyproject.plugins(pyproject.load(config.rootpath))
    if names and str(config.rootpath) not in sys.path:
        # Last: it must not hide anything that the project's own tests import.
        sys.path.append(str(config.rootpath))
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
def usage_errors() -> Iterator[None]:
    """Re-raise our usage errors as pytest's: one message, exit status 4, no traceback."""
    try:
        yield
    except (UsageError, StoreError) as error:
        raise pytest.UsageError(str(error)) from None
