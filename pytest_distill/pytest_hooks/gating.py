"""The hooks that decide the gates when the last test has ended, and make each a test of its own."""

from collections.abc import Generator
from typing import Literal

import pytest

from pytest_distill.pytest_hooks.cases import by_test_id, test_of
from pytest_distill.records import ModelSuite, Report, RunStatus, Verdict
from pytest_distill.results.store import ResultStore
from pytest_distill.run.session import Session

NODE = "distill/gates"
"""Where the gates stand among the node ids."""

# What xdist says of a test during which a worker crashed.
_CRASHED = "???"


ORDERED = ("no", "load")
"""The ways of distribution under which the slots of a campaign run in order in one process."""


class Gating:
    """Registered on the controller only: workers know a part of the run each."""

    def __init__(self, config: pytest.Config, session: Session, store: ResultStore) -> None:
        self._config = config
        self._session = session
        self._store = store
        self._blockers: tuple[str, ...] = ()
        self._lost: dict[ModelSuite, int] = {}
        self._ended_early = False
        self._report: Report | None = None

    @property
    def report(self) -> Report:
        """The report of the run; made when it is first asked for, which is at the end."""
        if self._report is None:
            self._report = self._session.report(self._store, self._status)
        return self._report

    @property
    def _status(self) -> RunStatus:
        lost: dict[str, dict[str, int]] = {}
        for group, count in self._lost.items():
            lost.setdefault(group.model, {})[group.suite] = count
        return RunStatus(
            blockers=self._blockers,
            lost=lost,
            extra_cases=self._session.extra_cases,
            is_ordered=str(self._config.getoption("dist", "no")) in ORDERED,
            reported=self._store.ids() if self._ended_early else None,
        )

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Decide when nothing is left to run, however that came about."""
        if not self._config.option.collectonly:
            # What an earlier session of the run said of its end is over.
            self._session.record_status(self._status)
        try:
            return (yield)
        except BaseException as error:
            self._ended_early = True
            # After -x and its like it is enough that cases are not there.
            if not session.shouldfail and not session.shouldstop:
                reason = str(error) or type(error).__name__
                self._blockers = (f"the run was interrupted: {reason}",)
                self._session.canaries.give_up()
            raise
        finally:
            if not self._config.option.collectonly:
                self._ended_early |= bool(self._lost) or self._session.settings.stop
                self._session.record_status(self._status)
                self._log()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a case that went down with its worker."""
        if str(report.when) != _CRASHED:
            return
        found = by_test_id(self._session).get(test_of(report.nodeid))
        if found is None:
            return
        label, case = found
        if (label, case.id) not in self._store:
            group = ModelSuite(label, case.suite)
            self._lost[group] = self._lost.get(group, 0) + 1

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Have the last word, also where another plugin calls a failed run a success."""
        yield
        succeeded = session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
        if self._report is None or not succeeded:
            return
        if any(self._outcome(verdict) == "failed" for verdict in self._report.gates):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _log(self) -> None:
        """Tell every other plugin of the gates in the words in which it hears of tests."""
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None and self.report.gates:
            # The line of the tests is full: it ends with how many of them have run.
            reporter.ensure_newline()
        for verdict in self.report.gates:
            self._config.hook.pytest_runtest_logreport(report=self._test(verdict))
        self._forget()

    def _test(self, verdict: Verdict) -> pytest.TestReport:
        outcome = self._outcome(verdict)
        name = f"{verdict.expression}[{verdict.model}]"
        why = f"{verdict.verdict}: {verdict.why}"
        return pytest.TestReport(
            nodeid=f"{NODE}::{name}",
            location=(NODE, None, name),
            keywords={},
            outcome=outcome,
            longrepr={"failed": why, "skipped": (NODE, 0, why), "passed": None}[outcome],
            when="call",
            user_properties=[("distill.gate", verdict.verdict), ("distill.why", verdict.why)],
        )

    def _outcome(self, verdict: Verdict) -> Literal["passed", "failed", "skipped"]:
        if verdict.verdict == "inconclusive" and self._session.settings.inconclusive == "pass":
            # Not a success: nobody has seen that the gate is met.
            return "skipped"
        return "passed" if verdict.verdict == "pass" else "failed"

    def _forget(self) -> None:
        """Take the gates out of what ``--lf`` would run again: they are no tests to be found."""
        plugin = self._config.pluginmanager.get_plugin("lfplugin")
        if plugin is not None:
            gates = [key for key in plugin.lastfailed if str(key).startswith(f"{NODE}::")]
            for key in gates:
                del plugin.lastfailed[key]
