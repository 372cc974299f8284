"""Hooks that tell the engine which cases will run, so that it can send their requests early."""

import gc
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import cast

import pytest

from pytest_distill.engine.limits import Share
from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.pytest_hooks.collection import SuiteModule
from pytest_distill.pytest_hooks.slots import announce, campaigns
from pytest_distill.pytest_hooks.xdist import DIST, ORDERED, PARTITIONED, part_of
from pytest_distill.records import Case
from pytest_distill.run.session import Session


class LookaheadHooks:
    """Starts the evaluation of this process's cases before their tests run."""

    def __init__(self, session: Session, share: Share) -> None:
        self._session = session
        self._share = share

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Start before the first test, and send no more requests after the last."""
        # Imported and collected objects live to the end: garbage collections over them, and one
        # more at exit, take .1 s of a run of 500 cases.
        gc.freeze()
        # With --setup-only no test asks anything.
        options = session.config.option
        # Plugins of pytest itself can be turned off.
        if not (options.collectonly or getattr(options, "setuponly", False)):
            coming = self._coming(session)
            self.begin(_cases(coming), session.items)
            if self._session.slot_runners and (slots := coming or _whole_campaigns(session)):
                announce(self._session, slots)
            if session.items and not self._share.is_worker:
                self._session.canaries.begin()
        try:
            return (yield)
        finally:
            self._session.stop()

    def begin(
        self, coming: Iterable[tuple[ModelUnderTest, Case]], items: Sequence[pytest.Item]
    ) -> None:
        """Start to evaluate `coming`: the cases of `items` that this process runs, in order."""
        del items
        self._session.expect(coming)

    def _coming(self, session: pytest.Session) -> Sequence[pytest.Item]:
        """Return the tests that this process will run, as far as they are known."""
        worker = getattr(session.config, "workerinput", None)
        if worker is not None:
            ids = [item.nodeid for item in session.items]
            campaign_of = campaigns(self._session, session.config)
            is_partitioned = worker[DIST] == PARTITIONED
            part = part_of(ids, self._share, campaign_of) if is_partitioned else ()
            return [session.items[index] for index in part]
        is_controller = session.config.getoption("dist", "no") != "no"
        return () if is_controller else session.items


def _whole_campaigns(session: pytest.Session) -> Sequence[pytest.Item]:
    """Return all tests on a worker that runs the whole of a campaign, if it runs it at all."""
    dist = getattr(session.config, "workerinput", {}).get(DIST)
    return session.items if dist in ORDERED and dist != PARTITIONED else ()


def _cases(items: Sequence[pytest.Item]) -> Iterator[tuple[ModelUnderTest, Case]]:
    for item in items:
        # A skipped test needs no answer.
        if isinstance(item.parent, SuiteModule) and item.get_closest_marker("skip") is None:
            parameters = cast("pytest.Function", item).callspec.params
            # The cases of a slot are not known before it runs.
            if "case" in parameters:
                yield cast("ModelUnderTest", parameters["model"]), cast("Case", parameters["case"])
