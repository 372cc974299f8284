"""The hooks of the process that people look at: gathers observations, writes the report."""

from collections import Counter
from collections.abc import Generator, Sequence

import pytest

from pytest_distill.engine.client import Tally
from pytest_distill.errors import UsageError, failure
from pytest_distill.pytest_hooks.gating import ORDERED, Gating
from pytest_distill.pytest_hooks.keys import OBSERVED, PROPERTY, SLOT, SLOT_RESULT, TALLY
from pytest_distill.pytest_hooks.progress import in_words
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


class Sending:
    """On a worker: the report of a test is all that the worker and the controller share."""

    def __init__(self, session: Session) -> None:
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
            if (result := item.stash.get(SLOT_RESULT, None)) is not None:
                report.user_properties.append((SLOT, result.model_dump_json()))
            # A worker that crashes later has told at least this.
            report.user_properties.append((TALLY, self._session.tally.dumps()))
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
        """Take what a test of this process observed."""
        report = yield
        for observation in _taken(item, call):
            self._take(observation)
        if call.when == "teardown" and (result := item.stash.get(SLOT_RESULT, None)) is not None:
            self._take_slot(result)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what a worker's test observed out of its report, which other plugins keep."""
        if not hasattr(report, "node"):
            return
        # By now the workers have begun, and leave a core to this process.
        self._session.canaries.begin()
        kept: list[tuple[str, object]] = []
        for name, value in report.user_properties:
            if name == PROPERTY:
                self._take(Observation.model_validate_json(str(value)))
            elif name == SLOT:
                self._take_slot(SlotResult.model_validate_json(str(value)))
            elif name == TALLY:
                self._session.record_worker_tally(report.node, Tally.loads(str(value)))
            else:
                kept.append((name, value))
        report.user_properties = kept

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Sum up and write the reports, also after Ctrl-C."""
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
        """Say what is about to be measured."""
        settings = self._session.settings
        suites = ", ".join(settings.suites) or "none"
        models = ", ".join(self._session.models) or "none"
        judge = self._session.description.judge
        lines = [f"distill: suite {suites}; model {models}; judge {judge}; seed {settings.seed}"]
        if settings.cache_problem is not None:
            lines.append(f"distill: answers are not kept: {settings.cache_problem}")
        for suite in self._session.suites.values():
            lines.extend(suite.header)
        dist = str(self._config.getoption("dist", "no"))
        if dist not in ORDERED and self._session.slot_runners:
            lines.append(
                f"distill: under --dist={dist} the order of the slots is not reproducible, and so"
                " are the mutants; nothing is lost. --dist=load keeps the order"
            )
        return lines

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> Generator[None, None, None]:
        """Print the scorecard last: below the list of failures, which may be long."""
        yield
        if self._report is None or not (self._store or self._report.gates):
            return
        terminalreporter.ensure_newline()
        terminalreporter.section("distillation")
        for line in terminal.scorecard(self._report, self._sections):
            terminalreporter.write_line(line)
        if asked := in_words(tally := self._session.tally):
            terminalreporter.write_line(", ".join(asked))
        if tally.cache_failures:
            # What follows says what to do before a run.
            why = one_line(tally.cache_failure.partition("\n")[0], _LINE)
            line = f"{tally.cache_failures} answers could not be kept in the cache: {why}"
            terminalreporter.write_line(line)
        if self._session.log_problem is not None:
            terminalreporter.write_line(self._session.log_problem)
        settings, run = self._session.settings, self._report.run
        if settings.run and run.cases_observed + run.cases_skipped_early < run.cases_expected:
            terminalreporter.write_line(f"the same command goes on from here: {settings.run}")
        for target in self._written:
            terminalreporter.write_line(f"{target.format} report written to {target.path}")
        for problem, count in self._problems.items():
            times = f" ({count} times)" if count > 1 else ""
            terminalreporter.write_line(f"ERROR: {problem}{times}", red=True)


def _taken(item: pytest.Item, call: pytest.CallInfo[None]) -> Sequence[Observation]:
    """Return what a test observed, once, and leave words that JUnit readers know."""
    if call.when != "call" or OBSERVED not in item.stash:
        return ()
    observations = item.stash[OBSERVED]
    del item.stash[OBSERVED]
    # A slot observes many cases; its test says which template they were in.
    if SLOT_RESULT not in item.stash:
        for observation in observations:
            item.user_properties.extend(properties(observation))
    return observations
