"""Hooks that decide the gates after the last test and report each gate as a test."""

from collections.abc import Generator
from typing import Literal

import pytest

from pytest_distill.gates.setup import is_first_run
from pytest_distill.pytest_hooks.cases import by_test_id, test_of
from pytest_distill.records import ModelSuite, Report, RunStatus, Verdict
from pytest_distill.results.store import ResultStore
from pytest_distill.run.session import Session

NODE = "distill/gates"
"""Prefix of the gates' node ids."""

# `when` of xdist's report of a test in which a worker crashed.
_CRASHED = "???"


ORDERED = ("no", "load")
"""Values of ``--dist`` with which one process runs the slots of a campaign in order."""


class Gating:
    """Registered on the controller only, since each worker sees only a part of the run."""

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
        """The report of the run; built on first access, after the last test."""
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
        """Decide the gates when the tests end, for whatever reason."""
        if not self._config.option.collectonly:
            # Replaces the final status that an earlier session of a resumed run recorded.
            self._session.record_status(self._status)
        try:
            return (yield)
        except BaseException as error:
            self._ended_early = True
            # After -x and similar options the absent cases alone make the run incomplete.
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
        """Count a case that was lost in the crash of its worker."""
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
        """Set the exit status last, also where another plugin reset a failure to success."""
        yield
        succeeded = session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
        if self._report is None or not succeeded:
            return
        if any(self._outcome(verdict) == "failed" for verdict in self._report.gates):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _log(self) -> None:
        """Pass the gates as test reports to all other plugins."""
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None and self.report.gates:
            # The progress line of the tests is complete: it ends with their percentage.
            reporter.ensure_newline()
        for verdict in self.report.gates:
            self._config.hook.pytest_runtest_logreport(report=self._test(verdict))
        self._remove_from_last_failed()

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
        settings = self._session.settings
        is_excused = settings.inconclusive == "pass" or is_first_run(verdict, settings)
        if verdict.verdict == "inconclusive" and is_excused:
            # Not "passed": the gate has not been shown to be met.
            return "skipped"
        return "passed" if verdict.verdict == "pass" else "failed"

    def _remove_from_last_failed(self) -> None:
        """Remove the gates from what ``--lf`` reruns, since they cannot be collected."""
        plugin = self._config.pluginmanager.get_plugin("lfplugin")
        if plugin is not None:
            gates = [key for key in plugin.lastfailed if str(key).startswith(f"{NODE}::")]
            for key in gates:
                del plugin.lastfailed[key]
