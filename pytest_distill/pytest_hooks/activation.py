"""Set-up of the plugin for a run that uses it; called from `pytest_configure`."""

import atexit
import gc
import time
from collections.abc import Iterator, Sequence
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
from pytest_distill.run.extensions import Extensions
from pytest_distill.run.session import Session
from pytest_distill.settings import pyproject


def activate(config: pytest.Config, declared: Sequence[options.Option]) -> None:
    """Read the settings, build the session and register the hooks; called once per process.

    Raises:
        pytest.UsageError: a setting is invalid; pytest prints the message and exits with 4.
    """
    with usage_errors():
        for name in pyproject.plugins(pyproject.load(config.rootpath)):
            config.pluginmanager.import_plugin(name)
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
        _register_markers(config, extensions)
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


def _register_markers(config: pytest.Config, extensions: Extensions) -> None:
    """Register a marker for each suite that a plugin adds; `plugin` registers the others."""
    known = {line.partition(":")[0] for line in config.getini("markers")}
    for suite in extensions.suites:
        if suite.name not in known:
            config.addinivalue_line("markers", f"{suite.name}: {suite.help}")


@contextmanager
def usage_errors() -> Iterator[None]:
    """Re-raise our usage errors as pytest's: one message, exit status 4, no traceback."""
    try:
        yield
    except (UsageError, StoreError) as error:
        raise pytest.UsageError(str(error)) from None
