"""The hooks of the process that people look at: gathers observations, writes the report."""

from collections.abc import Generator

import pytest

from pytest_distill.collect.keys import OBSERVED, PROPERTY
from pytest_distill.collect.progress import told
from pytest_distill.records import Observation, Report
from pytest_distill.report import terminal, to_json
from pytest_distill.report.case import properties
from pytest_distill.session import DistillSession


class Sending:
    """Puts what a test observed into its report: all that a worker and the controller share."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Send each observation once, and leave words that JUnit readers know."""
        report = yield
        if call.when == "call" and OBSERVED in item.stash:
            for observation in item.stash[OBSERVED]:
                report.user_properties.append((PROPERTY, observation.model_dump_json()))
                item.user_properties.extend(properties(observation))
            del item.stash[OBSERVED]
        return report


class Reporting:
    """Registered on the controller, or on the one process of a run without xdist."""

    def __init__(self, config: pytest.Config, session: DistillSession) -> None:
        self._config = config
        self._session = session
        self._observations: dict[tuple[str, str], Observation] = {}
        self._report: Report | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the observations out of the report, which other plugins keep."""
        kept: list[tuple[str, object]] = []
        for name, value in report.user_properties:
            if name == PROPERTY:
                observation = Observation.model_validate_json(str(value))
                self._observations[observation.model, observation.case.id] = observation
            else:
                kept.append((name, value))
        report.user_properties = kept

    def pytest_sessionfinish(self) -> None:
        """Sum up and write the reports, also after Ctrl-C."""
        if self._config.option.collectonly:
            return
        self._report = self._session.report(self._observations.values())
        for target in self._session.settings.reports:
            to_json.write(self._report, target.path)

    def pytest_report_header(self) -> str:
        """Say what is about to be measured."""
        settings = self._session.settings
        suites = ", ".join(settings.suites) or "none"
        models = ", ".join(self._session.respondents) or "none"
        judge = self._session.judge_name
        return f"distill: suite {suites}; model {models}; judge {judge}; seed {settings.seed}"

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> Generator[None, None, None]:
        """Print the scorecard last: below the list of failures, which may be long."""
        yield
        if self._report is None or not self._observations:
            return
        terminalreporter.section("distillation")
        for line in terminal.scorecard(self._report):
            terminalreporter.write_line(line)
        if asked := told(self._session.tally):
            terminalreporter.write_line(", ".join(asked))
        for target in self._session.settings.reports:
            terminalreporter.write_line(f"{target.format} report written to {target.path}")
