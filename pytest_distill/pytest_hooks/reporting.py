"""Hooks that send observations to the reporting process, collect them, and write the reports."""

import os
from collections import Counter
from collections.abc import Generator, Iterator, Sequence

import pytest

from pytest_distill.engine.client import Tally
from pytest_distill.errors import NOT_ASKED, DistillError, UsageError, failure
from pytest_distill.files import reason
from pytest_distill.pytest_hooks.gating import Gating
from pytest_distill.pytest_hooks.keys import (
    MISSING,
    MISSING_ATTRIBUTE,
    OBSERVATION_PROPERTY,
    SLOT_PROPERTY,
    TALLY_PROPERTY,
)
from pytest_distill.pytest_hooks.observations import slot_result, taken
from pytest_distill.pytest_hooks.progress import counts
from pytest_distill.pytest_hooks.xdist import ORDERED
from pytest_distill.records import Observation, Report, Section, SlotResult
from pytest_distill.report import step_summary, terminal
from pytest_distill.report.judge_quality import has_broken_judge
from pytest_distill.report.targets import Target, write
from pytest_distill.results.store import ResultStore
from pytest_distill.run.replay_commands import shell_word
from pytest_distill.run.session import Session
from pytest_distill.suites.protocol import SuiteRun
from pytest_distill.text import laid_out, message, one_line, without_quotations

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
        _note_missing(report, item)
        _summarise(report, call)
        for observation in taken(item, call, report):
            report.user_properties.append((OBSERVATION_PROPERTY, observation.model_dump_json()))
        if (result := slot_result(item, call)) is not None:
            report.user_properties.append((SLOT_PROPERTY, result.model_dump_json()))
        if call.when == "teardown":
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
        self._summary_problem: str | None = None
        """Why the report is not in the summary of a job on GitHub, although there is one."""
        self._problems: Counter[str] = Counter()
        self._reasons: set[str] = set()
        """Why cases are missing, for which there is a failed test."""
        self._repeated: set[str] = set()
        """Node ids of further tests that failed for one of these reasons."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Store the observations of a test that ran in this process."""
        report = yield
        _note_missing(report, item)
        _summarise(report, call)
        for observation in taken(item, call, report):
            self._take(observation)
        if (result := slot_result(item, call)) is not None:
            self._take_slot(result)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Move the observations of a worker's test from its report into the store."""
        self._note_repeated(report)
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
        self._finish_suites()
        self._write(found)
        if self._has_results(found) and not self._session.settings.is_replay:
            self._summary_problem = step_summary.append(found, self._sections)
        tally = self._session.tally
        is_lost = bool(tally.cache_failures or tally.log_failure)
        is_broken = has_broken_judge(found.run)
        is_red = is_broken or is_lost or bool(self._problems)
        if is_red and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _finish_suites(self) -> None:
        """Let the suites keep what they found; one that cannot costs no report."""
        for name, suite in self._session.suites.items():
            try:
                suite.finish()
            except DistillError as error:
                self._note_problem(str(error))
            except Exception as error:  # noqa: BLE001 - a plugin's: what was measured is kept
                self._note_problem(f"suite {name} failed at its end: {failure(error)}")

    def _write(self, report: Report) -> None:
        """Write every file that was asked for; one that cannot be written costs no other."""
        for target in self._session.settings.reports:
            try:
                write(report, self._sections, target, self._session.extensions.formats)
            except (UsageError, OSError, ValueError) as error:
                why = reason(error) if isinstance(error, OSError) else error
                self._note_problem(f"{target.format} report not written to {target.path}: {why}")
            else:
                self._written.append(target)

    def _take(self, observation: Observation) -> None:
        if not self._store.add(observation) or observation.unobserved is not None:
            return
        suite = self._suite_of(observation.case.suite)
        if suite is not None:
            suite.take(observation)
        try:
            self._session.extensions.observed(observation)
        except pytest.exit.Exception:
            raise
        except Exception as error:  # noqa: BLE001 - a listener's: what was measured is kept
            self._note_problem(f"hook pytest_distill_observed of a plugin failed: {failure(error)}")

    def _note_problem(self, problem: str) -> None:
        self._problems[self._session.secrets.blot(problem)] += 1

    def _take_slot(self, result: SlotResult) -> None:
        self._store.add_slot(result)
        suite = self._suite_of(result.suite)
        if suite is not None:
            suite.take_slot(result)

    def _suite_of(self, part: str) -> SuiteRun | None:
        suite = self._session.extensions.suites.of_part(part)
        return None if suite is None else self._session.suites.get(suite.name)

    def _note_repeated(self, report: pytest.TestReport) -> None:
        """Keep the reports of missing cases for whose reason there is a report already."""
        why = getattr(report, MISSING_ATTRIBUTE, None)
        if why is None or not report.failed:
            return
        reason = without_quotations(str(why).replace(NOT_ASKED, ""))
        if reason in self._reasons:
            self._repeated.add(report.nodeid)
        self._reasons.add(reason)

    def pytest_report_header(self) -> list[str]:
        """Return the header lines: suites, models, judge and seed."""
        settings = self._session.settings
        suites = ", ".join(settings.suites) or "none"
        models = ", ".join(self._session.models) or "none"
        judge = self._session.description.judge
        lines = [f"distill: suite {suites}; model {models}; judge {judge}; seed {settings.seed}"]
        if settings.cache_problem is not None:
            lines.append(f"distill: answers are not cached: {settings.cache_problem}")
        if settings.table and settings.table.parent != self._config.invocation_params.dir:
            lines.append(f"distill: settings of {settings.table}")
        lines.extend(f"distill: {note}" for note in settings.notes)
        for suite in self._session.suites.values():
            lines.extend(suite.header)
        if settings.recalled:
            options = " ".join(settings.recalled)
            lines.append(f"distill: with the options of its last run: {options}")
        dist = str(self._config.getoption("dist", "no"))
        if dist not in ORDERED and self._session.slot_runners:
            lines.append(
                f"distill: with --dist={dist} the order of the slots, and so the mutants, are not"
                " reproducible; no case is lost. --dist=load keeps the order"
            )
        return list(map(laid_out, lines))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> Generator[None, None, None]:
        """Print the scorecard last, below the list of failures, which may be long.

        Of the cases that are missing for one reason the list shows the first only: a dead server
        would fill it with thousands of the same. The scorecard counts them.
        """
        failed = terminalreporter.stats.get("failed", [])
        if self._repeated:
            kept = [report for report in failed if report.nodeid not in self._repeated]
            terminalreporter.stats["failed"] = kept
        yield
        if self._repeated:
            terminalreporter.stats["failed"] = failed
        report = self._report
        if report is None or not self._has_results(report):
            self._write_notes(terminalreporter)
            return
        verbosity = self._config.get_verbosity()
        terminalreporter.ensure_newline()
        if verbosity > terminal.VERDICTS:
            terminalreporter.section("distillation")
        # Gates that failed show their leaks above, as failed tests do.
        above = self._gating.failed
        for line in terminal.scorecard(
            report,
            self._sections,
            verbosity=verbosity,
            shown_before=above,
            # Else each is a failed test.
            lists_leaks=not report.gates and self._session.settings.fail_on == "gate",
        ):
            terminalreporter.write_line(line)
        if verbosity >= 0:
            self._write_files_and_costs(terminalreporter)
        self._write_notes(terminalreporter)
        self._write_problems(terminalreporter)

    def _has_results(self, report: Report) -> bool:
        return bool(self._store or report.gates or report.run.cases_expected)

    def _write_files_and_costs(self, terminalreporter: pytest.TerminalReporter) -> None:
        log = self._session.settings.run
        if log is not None and self._gating.report.leaks:
            shown = os.path.relpath(log, self._config.invocation_params.dir)
            command = f"pytest-distill leaks {shell_word(shown)}"
            terminalreporter.write_line(f"all leaks: {command}")
        if texts := counts(self._session.tally):
            terminalreporter.write_line(", ".join(texts))
        for target in self._written:
            path = laid_out(str(target.path))
            terminalreporter.write_line(f"{target.format} report written to {path}")

    def _write_notes(self, terminalreporter: pytest.TerminalReporter) -> None:
        for note in self._session.settings.notes:
            terminalreporter.write_line(f"distill: {laid_out(note)}")

    @property
    def _is_unfinished(self) -> bool:
        """Whether the same command would ask further cases."""
        run, session = self._gating.report.run, self._session
        if run.shards is None:
            return run.cases_observed + run.cases_skipped_early < run.cases_expected
        observed = self._store.ids()
        return any(
            case.id not in observed.get(label, ())
            for suite in session.suites
            for label in session.models
            # A campaign has added to its own by now.
            if label not in session.suites[suite].slot_runners
            for case in session.part.cases(suite, label)
        ) or any(
            self._store.of(suite).shortcoming(label, session.suites[suite].plan(label))
            for suite, label in session.slot_runners
        )

    def _write_problems(self, terminalreporter: pytest.TerminalReporter) -> None:
        for line in _lost(self._session.tally):
            terminalreporter.write_line(f"ERROR: {one_line(line, _LINE)}", red=True)
        if self._summary_problem is not None:
            terminalreporter.write_line(one_line(self._summary_problem, _LINE))
        settings = self._session.settings
        if settings.run and self._is_unfinished:
            path = laid_out(str(settings.run))
            terminalreporter.write_line(f"the same command resumes the run from {path}")
        # Where a gate is red it has said why.
        if self._gating.has_decided and not self._gating.failed:
            for line in self._gating.too_many_missing():
                terminalreporter.write_line(f"ERROR: {one_line(line, _LINE)}", red=True)
        for problem, count in self._problems.items():
            times = f" ({count} times)" if count > 1 else ""
            terminalreporter.write_line(f"ERROR: {message(problem)}{times}", red=True)


def _lost(tally: Tally) -> Iterator[str]:
    """Yield what cache and run log could not keep, and why; the results themselves stand."""
    if tally.cache_failures:
        # The lines after the first say what to do before a run.
        why = tally.cache_failure.partition("\n")[0]
        yield f"{tally.cache_failures} answers could not be cached: {why}"
    if tally.log_failures:
        yield f"{tally.log_failures} results could not be written: {tally.log_failure}"
    elif tally.log_failure:
        yield f"the run log does not say how far the run came: {tally.log_failure}"


def _note_missing(report: pytest.TestReport, item: pytest.Item) -> None:
    """Put on a report, also on its way from a worker, why the test ended without a verdict."""
    if report.when == "call" and MISSING in item.stash:
        setattr(report, MISSING_ATTRIBUTE, item.stash[MISSING])
        # A plugin may run the test again.
        del item.stash[MISSING]


def _summarise(report: pytest.TestReport, call: pytest.CallInfo[None]) -> None:
    """Leave a failure its first line for the short summary, which CI logs show uncut."""
    error = None if call.excinfo is None else call.excinfo.value
    crash = getattr(report.longrepr, "reprcrash", None)
    if isinstance(error, pytest.fail.Exception) and not error.pytrace and crash is not None:
        crash.message = crash.message.partition("\n")[0]
