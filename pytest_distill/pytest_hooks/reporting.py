"""The hooks of the process that people look at: gathers observations, writes the report."""

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

import pytest

from pytest_distill.engine.client import Tally
from pytest_distill.pytest_hooks.gating import Gating
from pytest_distill.pytest_hooks.keys import BRED, OBSERVED, PROPERTY, SLOT, TALLY
from pytest_distill.pytest_hooks.progress import told
from pytest_distill.records import Observation, Report, SlotResult
from pytest_distill.report import terminal
from pytest_distill.report.case import properties
from pytest_distill.report.targets import write
from pytest_distill.results.store import ResultStore
from pytest_distill.run.session import DistillSession

if TYPE_CHECKING:
    from pytest_distill.pytest_hooks.fuzzing import Fuzzing


class Sending:
    """On a worker: the report of a test is all that the worker and the controller share."""

    def __init__(self, session: DistillSession) -> None:
        self._session = session

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put what the test observed into its report, as JSON."""
        report = yield
        for observation in _taken(item, call):
            report.user_properties.append((PROPERTY, observation.model_dump_json()))
        if call.when == "teardown":
            if (bred := item.stash.get(BRED, None)) is not None:
                report.user_properties.append((SLOT, bred.model_dump_json()))
            # A worker that crashes later has told at least this.
            report.user_properties.append((TALLY, self._session.tally.dumps()))
        return report


class Reporting:
    """Registered on the controller, or on the one process of a run without xdist."""

    def __init__(
        self,
        config: pytest.Config,
        session: DistillSession,
        ledger: ResultStore,
        gating: Gating,
        *,
        fuzzing: "Fuzzing | None" = None,
    ) -> None:
        self._config = config
        self._session = session
        self._ledger = ledger
        self._gating = gating
        self._fuzzing = fuzzing
        self._report: Report | None = None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Take what a test of this process observed."""
        report = yield
        for observation in _taken(item, call):
            self._take(observation)
        if call.when == "teardown" and (bred := item.stash.get(BRED, None)) is not None:
            self._hear(bred)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what a worker's test observed out of its report, which other plugins keep."""
        if not hasattr(report, "node"):
            return
        # By now the workers have begun, and leave a core to this process.
        self._session.ask_canaries()
        kept: list[tuple[str, object]] = []
        for name, value in report.user_properties:
            if name == PROPERTY:
                self._take(Observation.model_validate_json(str(value)))
            elif name == SLOT:
                self._hear(SlotResult.model_validate_json(str(value)))
            elif name == TALLY:
                self._session.hear(report.node, Tally.loads(str(value)))
            else:
                kept.append((name, value))
        report.user_properties = kept

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Sum up and write the reports, also after Ctrl-C."""
        if self._config.option.collectonly:
            return
        self._report = self._gating.report
        if self._fuzzing:
            self._fuzzing.corpus.save(self._fuzzing.log.all)
        for target in self._session.settings.reports:
            write(self._report, target)
        if self._session.is_inconclusive and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _take(self, observation: Observation) -> None:
        self._ledger.add(observation)
        if self._fuzzing:
            self._fuzzing.corpus.take(observation)

    def _hear(self, bred: SlotResult) -> None:
        if self._fuzzing:
            self._fuzzing.log.add(bred)

    def pytest_report_header(self) -> list[str]:
        """Say what is about to be measured."""
        settings = self._session.settings
        suites = ", ".join(settings.suites) or "none"
        models = ", ".join(self._session.respondents) or "none"
        judge = self._session.judge_name
        lines = [f"distill: suite {suites}; model {models}; judge {judge}; seed {settings.seed}"]
        return lines if self._fuzzing is None else [*lines, *self._fuzzing.header(settings)]

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> Generator[None, None, None]:
        """Print the scorecard last: below the list of failures, which may be long."""
        yield
        if self._report is None or not (self._ledger or self._report.gates):
            return
        terminalreporter.ensure_newline()
        terminalreporter.section("distillation")
        for line in terminal.scorecard(self._report):
            terminalreporter.write_line(line)
        if asked := told(self._session.tally):
            terminalreporter.write_line(", ".join(asked))
        settings, run = self._session.settings, self._report.run
        if settings.run and run.cases_observed + run.cases_skipped_early < run.cases_expected:
            terminalreporter.write_line(f"the same command goes on from here: {settings.run}")
        for target in settings.reports:
            terminalreporter.write_line(f"{target.format} report written to {target.path}")


def _taken(item: pytest.Item, call: pytest.CallInfo[None]) -> Sequence[Observation]:
    """Return what a test observed, once, and leave words that JUnit readers know."""
    if call.when != "call" or OBSERVED not in item.stash:
        return ()
    observations = item.stash[OBSERVED]
    del item.stash[OBSERVED]
    # A slot observes many cases; its test says which template they were in.
    if BRED not in item.stash:
        for observation in observations:
            item.user_properties.extend(properties(observation))
    return observations
