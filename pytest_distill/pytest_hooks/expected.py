"""Which cases a run is to observe, and which it lost in the crash of a worker."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pytest

from pytest_distill.pytest_hooks import slots
from pytest_distill.pytest_hooks.cases import by_test_id, find, key_of
from pytest_distill.pytest_hooks.collection import suite_of
from pytest_distill.pytest_hooks.endings import CRASHED
from pytest_distill.results.store import ResultStore
from pytest_distill.run.session import Session

# `when` of xdist's report of a test in which a worker crashed.
_CRASHED = "???"


class Expected:
    """Registered in the process that reports."""

    def __init__(self, session: Session, store: ResultStore) -> None:
        self._session = session
        self._store = store
        self.deselected: Mapping[str, Mapping[str, int]] = {}
        """Cases that are not to be run: by label, then by suite."""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Find out which cases were deselected, by whomever."""
        self._compare([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Find the same out from a worker: each collects all tests."""
        self._compare(ids)

    # Before the last tests of a look are counted.
    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Enter what was lost in the crash of a worker, unless it was observed before."""
        if str(report.when) != _CRASHED:
            return
        found = find(by_test_id(self._session), report.nodeid)
        if found is not None:
            label, case = found
            model = self._session.models[label]
            self._store.add(model.unobserved(case, CRASHED, is_crash=True))
        slot = find(slots.by_test_id(self._session), report.nodeid)
        if slot is not None:
            self._store.add_slot(slot.model_copy(update={"why_unfinished": CRASHED}))

    def _compare(self, ids: Sequence[str]) -> None:
        session = self._session
        planned = [
            *(
                session.part.cases(suite, label)
                for suite in session.suites
                for label in session.models
            ),
            *(runner.slots for runner in session.slot_runners.values()),
        ]
        ours = [node_id for node_id in ids if suite_of(node_id, session.suites) is not None]
        # To list all cases takes a while, and most runs leave none out.
        is_whole = len(ours) == sum(map(len, planned))
        known = {} if is_whole else by_test_id(session)
        run = {key for node_id in ours if (key := key_of(known, node_id)) is not None}
        left = Counter((label, suite) for (suite, _), (label, _) in known.items())
        left.subtract((known[key][0], key[0]) for key in run)
        self.deselected = {
            label: {suite: left[label, suite] for suite in session.suites if left[label, suite]}
            for label in session.models
        }
