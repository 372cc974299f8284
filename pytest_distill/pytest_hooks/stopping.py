"""``--distill-stop``: one interim look after another; cases that no gate needs are skipped."""

import time
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, cast

import pytest

from pytest_distill.engine.limits import Share
from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.pytest_hooks.cases import by_test_id, find
from pytest_distill.pytest_hooks.collection import SuiteModule
from pytest_distill.pytest_hooks.keys import IS_UNNEEDED
from pytest_distill.pytest_hooks.lookahead import LookaheadHooks
from pytest_distill.records import Case, ModelSuite
from pytest_distill.results.store import ResultStore
from pytest_distill.run.session import Session
from pytest_distill.text import digest

# Workers that have done their part of a look wait for the others, but not forever: after a crash
# or a reordering of tests, the waiting worker itself may have to run the case that it waits for.
_LONGEST_WAIT_S = 10.0
_POLL_S = 0.02


def register(config: pytest.Config, session: Session, share: Share, store: ResultStore) -> None:
    """Register the lookahead by looks and, in the process that gets reports, the decisions."""
    flags = SharedFlags(share.folder)
    config.pluginmanager.register(Stopping(session, share, flags), "distill-ahead")
    if not share.is_worker:
        deciding = Deciding(session, store, flags)
        config.pluginmanager.register(deciding, "distill-deciding")


class Batch(NamedTuple):
    """The cases of one suite of one model that one look adds to the previous look."""

    group: ModelSuite
    look: int


class SharedFlags:
    """Flags that the processes of a run share: which looks are over, and what is decided."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._known: set[str] = set()

    def set(self, flag: str, group: ModelSuite) -> None:
        """Set a flag for all processes."""
        self._known.add(_name(flag, group))
        if self._folder is not None:
            (self._folder / _name(flag, group)).touch()

    def has(self, flag: str, group: ModelSuite) -> bool:
        """Return whether any process has set the flag."""
        name = _name(flag, group)
        if name in self._known:
            return True
        if self._folder is not None and (self._folder / name).exists():
            self._known.add(name)
        return name in self._known


DECIDED = "decided"


class Stopping(LookaheadHooks):
    """In each process that runs tests: looks ahead within one look, and skips unneeded cases."""

    def __init__(self, session: Session, share: Share, flags: SharedFlags) -> None:
        super().__init__(session, share)
        self._share = share
        self._flags = flags
        self._coming_by_batch: dict[Batch, list[tuple[ModelUnderTest, Case]]] = {}
        self._begun: set[Batch] = set()
        self._is_whole = True

    def begin(
        self, coming: Iterable[tuple[ModelUnderTest, Case]], items: Sequence[pytest.Item]
    ) -> None:
        """Sort the cases into batches; the first test of a batch starts its requests."""
        for model, case in coming:
            batch = self._batch(model.label, case)
            self._coming_by_batch.setdefault(batch, []).append((model, case))
        suites = sum(isinstance(item.parent, SuiteModule) for item in items)
        description = self._session.description
        planned = sum(description.plan(group).looks[-1].cases for group in description.model_suites)
        # If tests were deselected, no look is ever over.
        self._is_whole = suites == planned

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip a case that no gate needs; start a batch with its first case."""
        if not isinstance(item.parent, SuiteModule):
            return
        parameters = cast("pytest.Function", item).callspec.params
        model = cast("ModelUnderTest", parameters["model"])
        batch = self._batch(model.label, cast("Case", parameters["case"]))
        if batch not in self._begun:
            self._begun.add(batch)
            self._wait(batch)
            if not self._flags.has(DECIDED, batch.group):
                self._session.expect(self._coming_by_batch.get(batch, ()))
        if self._flags.has(DECIDED, batch.group):
            item.stash[IS_UNNEEDED] = True
            pytest.skip("not asked: every gate is decided without it (--distill-stop)")

    def _batch(self, label: str, case: Case) -> Batch:
        group = ModelSuite(label, case.suite)
        return Batch(group, self._session.look_of(group, case))

    def _wait(self, batch: Batch) -> None:
        """Wait until the previous look is over, if other workers run parts of it."""
        if not self._share.is_worker or not batch.look or not self._is_whole:
            return
        end = time.monotonic() + _LONGEST_WAIT_S
        flags = (f"over-{batch.look - 1}", DECIDED)
        while time.monotonic() < end:
            if any(self._flags.has(flag, batch.group) for flag in flags):
                return
            time.sleep(_POLL_S)


class Deciding:
    """In the process that gets the reports: decides the gates when a look is over."""

    def __init__(self, session: Session, store: ResultStore, flags: SharedFlags) -> None:
        self._session = session
        self._store = store
        self._flags = flags
        self._left = {
            group: [look.cases for look in session.description.plan(group).looks[:-1]]
            for group in session.description.model_suites
        }
        """Number of cases still to come for each look but the last."""
        self._counted: set[tuple[str, str]] = set()

    # After the observation was stored.
    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a case when its test ends; after the last case of a look, decide."""
        if str(report.when) not in {"teardown", "???"}:
            return
        found = find(self._tests, report.nodeid)
        if found is None:
            return
        label, case = found
        # Not a case that no gate needed, nor one whose test ran again.
        if (label, case.id) not in self._store or (label, case.id) in self._counted:
            return
        self._counted.add((label, case.id))
        group = ModelSuite(label, case.suite)
        left = self._left[group]
        for look in range(self._session.look_of(group, case), len(left)):
            left[look] -= 1
            if left[look] == 0:
                self._decide(group, look)

    @cached_property
    def _tests(self) -> dict[tuple[str, str], tuple[str, Case]]:
        return by_test_id(self._session)

    def _decide(self, group: ModelSuite, look: int) -> None:
        status = self._session.status()
        for decided in self._session.evaluator.final_groups(self._store, status):
            self._flags.set(DECIDED, decided)
        self._flags.set(f"over-{look}", group)


def _name(flag: str, group: ModelSuite) -> str:
    # A label may contain characters that a file name cannot.
    return f"{flag}-{digest(repr(tuple(group)))}"
