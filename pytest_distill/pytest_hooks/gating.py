"""Hooks that decide the gates after the last test and report each gate as a test."""

from collections import Counter
from collections.abc import Collection, Generator, Iterator
from types import SimpleNamespace
from typing import Literal

import pytest

from pytest_distill.gates.setup import is_first_run
from pytest_distill.pytest_hooks import junit
from pytest_distill.pytest_hooks.expected import Expected
from pytest_distill.pytest_hooks.xdist import ORDERED
from pytest_distill.records import ModelSuite, Report, RunStatus, Verdict
from pytest_distill.report import terminal
from pytest_distill.results.store import ResultStore
from pytest_distill.run.session import Session
from pytest_distill.suites.node_ids import GATES

_NOT_ENDED = "the run has not ended: it is still going, or it was killed"


class Gating:
    """Registered on the controller only, since each worker sees only a part of the run."""

    def __init__(
        self, config: pytest.Config, session: Session, store: ResultStore, expected: Expected
    ) -> None:
        self._config = config
        self._session = session
        self._store = store
        self._expected = expected
        self._blockers: tuple[str, ...] = ()
        self._ended_early = False
        self._report: Report | None = None

    @property
    def report(self) -> Report:
        """The report of the run; built on first access, after the last test."""
        if self._report is None:
            self._report = self._session.report(self._store, self._status)
        return self._report

    @property
    def has_decided(self) -> bool:
        """Whether the gates were decided: not where no test was to run, as under ``--co``."""
        return self._report is not None

    @property
    def failed(self) -> Collection[Verdict]:
        """The verdicts that are failed tests."""
        return [gate for gate in self.report.gates if self._outcome(gate) == "failed"]

    @property
    def _status(self) -> RunStatus:
        store = self._store
        unobserved, unfinished = store.unobserved, store.unfinished
        # Then the log may have answers that no test reported.
        is_part = self._ended_early or bool(unobserved or unfinished)
        return self._session.status(
            blockers=self._blockers,
            unobserved=unobserved,
            unfinished=unfinished,
            deselected=self._expected.deselected,
            extra_cases=self._session.extra_cases,
            unplanned=self._session.unplanned(store),
            is_ordered=str(self._config.getoption("dist", "no")) in ORDERED,
            reported=store.ids() if is_part else None,
        )

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Decide the gates when the tests end, for whatever reason."""
        if not self._config.option.collectonly:
            # Replaces the final status that an earlier session of a resumed run recorded, and
            # is the last one if this process is killed.
            begun = self._status.model_copy(update={"blockers": (_NOT_ENDED,)})
            self._session.record_status(begun)
        try:
            result = yield
            if not self._config.option.collectonly:
                self._session.compare_releases(self._store)
            return result  # noqa: TRY300 - an interruption may come until here
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
                self._ended_early |= self._session.settings.stop
                self._session.record_status(self._status)
                self._log()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Set the exit status last, also where another plugin reset a failure to success."""
        yield
        succeeded = session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
        if self._report is None or not succeeded:
            return
        if self.is_red:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @property
    def is_red(self) -> bool:
        """Whether the run has failed, for all that the gates say."""
        return bool(self.failed) or any(self.too_many_missing())

    def too_many_missing(self) -> Iterator[str]:
        """Yield where more cases are missing than a gate tolerates, whose tests are skipped.

        A gate says so of its own number only: that of a language has others.
        """
        settings, registry = self._session.settings, self._session.extensions.suites
        missing: Counter[ModelSuite] = Counter()
        total: Counter[ModelSuite] = Counter()
        for each in self.report.missing:
            suite = registry.of_part(each.suite)
            if suite is not None and self._session.tolerates_missing(each.suite):
                missing[ModelSuite(each.model, suite.name)] += each.cases
        for group in missing:
            parts = registry[group.suite].parts
            total[group] = sum(self._store.count(ModelSuite(group.model, part)) for part in parts)
        for group, count in missing.items():
            share, most = count / total[group], settings.max_missing
            if share > most:
                yield (
                    f"{count} of {total[group]} cases of {group.suite} are missing for"
                    f" {group.model}: {100 * share:.0f} % > {100 * most:.0f} %"
                    " (--distill-max-missing)"
                )

    def _log(self) -> None:
        """Pass the gates as test reports to all other plugins, and the numbers to JUnit's."""
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None and self.report.gates:
            # The progress line of the tests is complete: it ends with their percentage.
            reporter.ensure_newline()
        for verdict in self.report.gates:
            report = self._test(verdict)
            self._config.hook.pytest_runtest_logreport(report=report)
            # JUnit's XML takes properties from the report of the teardown.
            self._config.hook.pytest_runtest_logreport(report=_teardown(report))
        # Now: when the session finishes pytest may write the file first.
        junit.add_numbers(self._config, self.report)
        self._remove_from_last_failed()

    def _test(self, verdict: Verdict) -> pytest.TestReport:
        outcome = self._outcome(verdict)
        name = f"{verdict.expression}[{verdict.model}]"
        why = "\n".join(terminal.gate(verdict, self.report))
        return pytest.TestReport(
            nodeid=f"{GATES}::{name}",
            location=(GATES, None, name),
            keywords={},
            outcome=outcome,
            longrepr={"failed": _Reason(why), "skipped": (GATES, 0, why.partition("\n")[0])}.get(  # type: ignore[arg-type]  # pytest asks for no more than `_Reason` has
                outcome
            ),
            when="call",
            user_properties=junit.of_gate(verdict),
        )

    def _outcome(self, verdict: Verdict) -> Literal["passed", "failed", "skipped"]:
        settings = self._session.settings
        is_first = is_first_run(verdict, settings, self._session.evaluator.baseline)
        is_excused = settings.inconclusive == "pass" or is_first
        if verdict.verdict == "inconclusive" and is_excused:
            # Not "passed": the gate has not been shown to be met.
            return "skipped"
        return "passed" if verdict.verdict == "pass" else "failed"

    def _remove_from_last_failed(self) -> None:
        """Remove the gates from what ``--lf`` reruns, since they cannot be collected."""
        plugin = self._config.pluginmanager.get_plugin("lfplugin")
        if plugin is not None:
            gates = [key for key in plugin.lastfailed if str(key).startswith(f"{GATES}::")]
            for key in gates:
                del plugin.lastfailed[key]


def _teardown(report: pytest.TestReport) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid=report.nodeid,
        location=report.location,
        keywords={},
        outcome="passed",
        longrepr=None,
        when="teardown",
        user_properties=report.user_properties,
    )


class _Reason:
    """Why a gate failed: whole in the list of failures, its first line in the short summary.

    CI logs show the whole of a plain text in both.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        # Plugins that write reports ask where it was, too.
        message = text.partition("\n")[0]
        self.reprcrash = SimpleNamespace(path="", lineno=0, message=message)

    def __str__(self) -> str:
        return self._text

    def toterminal(self, writer: pytest.TerminalReporter) -> None:
        """Write the text, as pytest asks of what it shows of a failure."""
        writer.line(self._text)
