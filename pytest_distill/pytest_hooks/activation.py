"""What pytest collects and runs: suites become cases, cases become observations."""

import atexit
import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pytest_distill.errors import StoreError, UsageError
from pytest_distill.pytest_hooks import options
from pytest_distill.pytest_hooks.collection import Suites, suite_of
from pytest_distill.pytest_hooks.gating import Gating
from pytest_distill.pytest_hooks.keys import SESSION
from pytest_distill.pytest_hooks.lookahead import Ahead
from pytest_distill.pytest_hooks.progress import Progress
from pytest_distill.pytest_hooks.reporting import Reporting, Sending
from pytest_distill.pytest_hooks.xdist import Xdist, share_of
from pytest_distill.results.store import ResultStore
from pytest_distill.run.session import DistillSession

if TYPE_CHECKING:
    from pytest_distill.pytest_hooks.fuzzing import Fuzzing


def activate(config: pytest.Config, declared: Sequence[options.Option]) -> None:
    """Open the house for this run: called once a process, from `pytest_configure`.

    Raises:
        pytest.UsageError: the set-up is wrong; pytest prints it and exits with 4.
    """
    with usage_errors():
        implied = filter(None, map(suite_of, config.args))
        settings = options.read(config, declared, implied_suites=implied)
        must_answer = not config.option.collectonly
        is_shared = settings.budget is not None or settings.stop
        share = share_of(config, has_folder=is_shared)
        session = DistillSession(settings, must_answer=must_answer, share=share)
        # At once: what follows may refuse the run, and the session may hold a run log.
        config.add_cleanup(session.close)
        # Frozen by `Ahead`. A process that goes on has its garbage collected again.
        config.add_cleanup(gc.unfreeze)
        atexit.register(gc.freeze)
        fuzzing = _fuzzing(config, session) if session.searches else None
        suites = Suites(config, session)
        # Gates are checked before anything is asked.
        _ = session.decisions
    config.stash[SESSION] = session
    config.pluginmanager.register(suites, "distill-suites")
    ledger = ResultStore()
    if settings.stop:
        from pytest_distill.pytest_hooks import stopping  # noqa: PLC0415 - most runs do not

        stopping.register(config, session, share, ledger)
    else:
        config.pluginmanager.register(Ahead(session, share), "distill-ahead")
    # A worker measures; only the process that people look at reports.
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(Sending(session), "distill-sending")
    else:
        gating = Gating(config, session, ledger)
        config.pluginmanager.register(gating, "distill-gating")
        reporting = Reporting(config, session, ledger, gating, fuzzing=fuzzing)
        config.pluginmanager.register(reporting, "distill-reporting")
        config.pluginmanager.register(Xdist(config, share.folder), "distill-xdist")
        progress = Progress(config, session, clock=time.monotonic)
        config.pluginmanager.register(progress, "distill-progress")


def _fuzzing(config: pytest.Config, session: DistillSession) -> "Fuzzing":
    """Read what earlier runs of the fuzzer have left."""
    from pytest_distill.pytest_hooks.fuzzing import Fuzzing  # noqa: PLC0415 - most runs do not fuzz

    fuzzing = Fuzzing.of(config, session.settings)
    session.fuzzlog = fuzzing.log
    session.catalogue.regressions = fuzzing.corpus.cases()
    for label, search in session.searches.items():
        search.kept = fuzzing.corpus.mutants(label)
    return fuzzing


@contextmanager
def usage_errors() -> Iterator[None]:
    """Hand our usage errors over as pytest's: one message, exit status 4, no traceback."""
    try:
        yield
    except (UsageError, StoreError) as error:
        raise pytest.UsageError(str(error)) from None
