"""Hooks that send observations to the reporting process, collect them, and write the reports."""

from collections import Counter
from collections.abc import Generator, Sequence

import pytest

from pytest_distill.engine.client import Tally
from pytest_distill.errors import UsageError, failure
from pytest_distill.pytest_hooks.gating import ORDERED, Gating
from pytest_distill.pytest_hooks.keys import (
    OBSERVATION_PROPERTY,
    OBSERVED,
    SLOT_PROPERTY,
    SLOT_RESULT,
    TALLY_PROPERTY,
)
from pytest_distill.pytest_hooks.progress import counts
from pytest_distill.records import Observation, Report, Section, SlotResult
from pytest_distill.report import terminal
from pytest_distill.report.case import properties
from pytest_distill.report.targets import Target, write
from pytest_distill.results.store import ResultStore
from pytest_distill.run.session import Session
from pytest_distill.suites.protocol import SuiteRun
from pytest_distill.text import one_line

# Room for a path and a sentence.
_LINE = 600


class WorkerReporting:
    """On a worker: sends observations to the controller in the reports of tests."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add the test's observations to its report, as JSON."""
        report = yield
        for observation in _taken(item, call):
            report.user_properties.append((OBSERVATION_PROPERTY, observation.model_dump_json()))
        if call.when == "teardown":
            if (result := item.stash.get(SLOT_RESULT, None)) is not None:
                report.user_properties.append((SLOT_PROPERTY, result.model_dump_json()))
            # With every test, so that a later crash of the worker does not lose it.
            report.user_properties.append((TALLY_PROPERTY, self._session.tally.dumps()))
        return report


class Reporting:
    """Registered on the controller, or on the one process of a run without xdist."""

    def __init__(
        self,
        config: pytest.Config,
        session: Session,
        store: ResultStore,
        gating: Gating,
    ) -> None:
        self._config = config
        self._session = session
        self._store = store
        self._gating = gating
        self._report: Report | None = None
        self._sections: Sequence[Section] = ()
        self._written: list[Target] = []
        self._problems: Counter[str] = Counter()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Store the observations of a test that ran in this process."""
        report = yield
        for observation in _taken(item, call):
            self._take(observation)
        if call.when == "teardown" and (result := item.stash.get(SLOT_RESULT, None)) is not None:
            self._take_slot(result)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Move the observations of a worker's test from its report into the store."""
        if not hasattr(report, "node"):
            return
        # The workers have started up by now, and leave a core to this process.
        self._session.canaries.begin()
        kept: list[tuple[str, object]] = []
        for name, value in report.user_properties:
            if name == OBSERVATION_PROPERTY:
                self._take(Observation.model_validate_json(str(value)))
            elif name == SLOT_PROPERTY:
                self._take_slot(SlotResult.model_validate_json(str(value)))
            elif name == TALLY_PROPERTY:
                self._session.record_worker_tally(report.node, Tally.loads(str(value)))
            else:
                kept.append((name, value))
        report.user_properties = kept

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the reports, also after Ctrl-C."""
        if self._config.option.collectonly:
            return
        found = self._report = self._gating.report
        registry = self._session.extensions.suites
        self._sections = tuple(registry.sections(found))
        for suite in self._session.suites.values():
            suite.finish()
        self._write(found)
        canaries = found.run.canaries
        is_broken = canaries is not None and bool(canaries.failed)
        if (is_broken or self._problems) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _write(self, report: Report) -> None:
        """Write every file that was asked for; one that cannot be written costs no other."""
        for target in self._session.settings.reports:
            try:
                write(report, self._sections, target, self._session.extensions.formats)
            except (UsageError, OSError) as error:
                self._problems[f"{target.format} report not written to {target.path}: {error}"] += 1
            else:
                self._written.append(target)

    def _take(self, observation: Observation) -> None:
        self._store.add(observation)
        suite = self._suite_of(observation.case.suite)
        if suite is not None:
            suite.take(observation)
        try:
            self._session.extensions.observed(observation)
        except pytest.exit.Exception:
            raise
        except Exception as error:  # noqa: BLE001 - a listener's: what was measured is kept
            problem = f"hook pytest_distill_observed of a plugin failed: {failure(error)}"
            self._problems[problem] += 1

    def _take_slot(self, result: SlotResult) -> None:
        if result.is_finished:
            self._store.add_slot(result)
        suite = self._suite_of(result.suite)
        if suite is not None:
            suite.take_slot(result)

    def _suite_of(self, part: str) -> SuiteRun | None:
        suite = self._session.extensions.suites.of_part(part)
        return None if suite is None else self._session.suites.get(suite.name)

    def pytest_report_header(self) -> list[str]:
        """Return the header lines: suites, models, judge and seed."""
        settings = self._session.settings
        suites = ", ".join(settings.suites) or "none"
        models = ", ".join(self._session.models) or "none"
        judge = self._session.description.judge
        lines = [f"distill: suite {suites}; model {models}; judge {judge}; seed {settings.seed}"]
        if settings.cache_problem is not None:
            lines.append(f"distill: answers are not cached: {settings.cache_problem}")
        for suite in self._session.suites.values():
            lines.extend(suite.header)
        dist = str(self._config.getoption("dist", "no"))
        if dist not in ORDERED and self._session.slot_runners:
            lines.append(
                f"distill: with --dist={dist} the order of the slots, and so the mutants, are not"
                " reproducible; no case is lost. --dist=load keeps the order"
            )
        return lines

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> Generator[None, None, None]:
        """Print the scorecard last, below the list of failures, which may be long."""
        yield
        if self._report is None or not (self._store or self._report.gates):
            return
        terminalreporter.ensure_newline()
        terminalreporter.section("distillation")
        for line in terminal.scorecard(self._report, self._sections):
            terminalreporter.write_line(line)
        if texts := counts(tally := self._session.tally):
            terminalreporter.write_line(", ".join(texts))
        if tally.cache_failures:
            # The lines after the first say what to do before a run.
            why = one_line(tally.cache_failure.partition("\n")[0], _LINE)
            line = f"{tally.cache_failures} answers could not be cached: {why}"
            terminalreporter.write_line(line)
        if self._session.log_problem is not None:
            terminalreporter.write_line(self._session.log_problem)
        settings, run = self._session.settings, self._report.run
        if settings.run and run.cases_observed + run.cases_skipped_early < run.cases_expected:
            terminalreporter.write_line(f"the same command resumes the run from {settings.run}")
        for target in self._written:
            terminalreporter.write_line(f"{target.format} report written to {target.path}")
        for problem, count in self._problems.items():
            times = f" ({count} times)" if count > 1 else ""
            terminalreporter.write_line(f"ERROR: {problem}{times}", red=True)


def _taken(item: pytest.Item, call: pytest.CallInfo[None]) -> Sequence[Observation]:
    """Return a test's observations, once, and add their properties for JUnit readers."""
    if call.when != "call" or OBSERVED not in item.stash:
        return ()
    observations = item.stash[OBSERVED]
    del item.stash[OBSERVED]
    # A slot has many cases; the property of its test is their template.
    if SLOT_RESULT not in item.stash:
        for observation in observations:
            item.user_properties.extend(properties(observation))
    return observations
