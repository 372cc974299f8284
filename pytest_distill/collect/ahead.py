"""The hooks that tell the engine which cases are coming."""

from collections.abc import Generator, Iterator
from typing import cast

import pytest

from pytest_distill.collect.suites import SuiteModule
from pytest_distill.engine.limits import WHOLE, Share
from pytest_distill.engine.respondent import Respondent
from pytest_distill.records import Case
from pytest_distill.session import DistillSession


class Ahead:
    """Looks ahead on the cases that this process is going to run."""

    def __init__(self, session: DistillSession) -> None:
        self._session = session

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Begin before the first test, and ask for nothing more after the last."""
        if not session.config.option.collectonly and share_of(session.config) == WHOLE:
            self._session.expect(_cases(session.items))
        try:
            return (yield)
        finally:
            self._session.stop()


def share_of(config: pytest.Config) -> Share:
    """Return which part of the run this process does."""
    given = getattr(config, "workerinput", None)
    if given is None:
        return WHOLE
    return Share(int(given["workerid"].removeprefix("gw")), int(given["workercount"]))


def _cases(items: list[pytest.Item]) -> Iterator[tuple[Respondent, Case]]:
    for item in items:
        # A test that is skipped never asks, so nobody is to be asked for it.
        if isinstance(item.parent, SuiteModule) and item.get_closest_marker("skip") is None:
            parameters = cast("pytest.Function", item).callspec.params
            yield cast("Respondent", parameters["model"]), cast("Case", parameters["case"])
