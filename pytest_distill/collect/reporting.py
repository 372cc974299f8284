"""The hooks of the process that people look at: gathers observations, writes the report."""

from collections.abc import Generator

import pytest

from pytest_distill.collect.keys import PROPERTY
from pytest_distill.collect.progress import told
from pytest_distill.records import Observation, Report
from pytest_distill.report import terminal, to_json
from pytest_distill.report.case import properties
from pytest_distill.session import DistillSession


class Reporting:
    """Registered on the controller, or on the one process of a run without xdist."""

    def __init__(self, config: pytest.Config, session: DistillSession) -> None:
        self._config = config
        self._session = session
        self._observations: dict[tuple[str, str], Observation] = {}
        self._report: Report | None = None
        self._last: tuple[str, list[tuple[str, object]]] = ("", [])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the observations out of the report, and leave words that JUnit readers know."""
        kept: list[tuple[str, object]] = []
        for name, value in report.user_properties:
            kept.extend(self._take(str(value)) if name == PROPERTY else [(name, value)])
        report.user_properties = kept

    def _take(self, text: str) -> list[tuple[str, object]]:
        # The report of a test's teardown brings again what that of its call brought.
        if text != self._last[0]:
            observation = Observation.model_validate_json(text)
            self._observations[observation.model, observation.case.id] = observation
            self._last = (text, list(properties(observation)))
        return self._last[1]

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
