"""The composition root: builds what a run needs, wires it, closes it."""

import time
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from typing import Any

from pytest_distill.data import calibrations, transcripts
from pytest_distill.engine.bridge import Bridge
from pytest_distill.engine.client import Tally
from pytest_distill.engine.limits import WHOLE, Share
from pytest_distill.engine.lookahead import LookAhead
from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.gates import setup
from pytest_distill.gates.evaluator import GateEvaluator
from pytest_distill.records import (
    Calibration,
    Case,
    GoldCase,
    ModelSuite,
    Report,
    RunDescription,
    RunStatus,
)
from pytest_distill.report.targets import needs_rows
from pytest_distill.results.baseline import ComparabilityKey
from pytest_distill.results.store import ResultStore
from pytest_distill.run.calibration import calibrate
from pytest_distill.run.canaries import CanaryCheck
from pytest_distill.run.description import describe
from pytest_distill.run.extensions import Extensions
from pytest_distill.run.journal import RunJournal
from pytest_distill.run.participants import Participants, secrets_of
from pytest_distill.run.replay_commands import ReplayCommands
from pytest_distill.run.report import JudgeQuality, gate_evaluator, report_of
from pytest_distill.settings import validation
from pytest_distill.settings.settings import Settings
from pytest_distill.stats.looks import order_key
from pytest_distill.store.runlog import RunLog
from pytest_distill.suites.cases import check_cases
from pytest_distill.suites.protocol import Memory, RunContext, SlotRunner, SuiteRun
from pytest_distill.suites.shards import Part
from pytest_distill.text import digest, file_label

# A case needs two requests, one after the other: the answer and its judgement. Twice as many cases
# as slots keep every slot busy.
_EVALUATIONS_PER_SLOT = 2


class Session:
    """Everything that one process of a run needs; building it sends no request."""

    def __init__(
        self,
        settings: Settings,
        *,
        must_answer: bool,
        share: Share = WHOLE,
        extensions: Extensions | None = None,
        memory: Memory | None = None,
    ) -> None:
        """Check the settings, and build models and suites.

        Args:
            settings: of the run.
            must_answer: requests will be sent, so API keys are required.
            share: this process's part of the run.
            extensions: suites, providers and judges, with those of plugins; None: built-in ones.
            memory: values kept from earlier runs; None if nothing is kept.

        Raises:
            UsageError: a model, its facts, its key or a file is missing.
        """
        self.settings = settings
        self.extensions = extensions or Extensions()
        self._bridge = Bridge()
        slots = share.of(settings.concurrency)
        self._ahead = LookAhead(self._bridge, width=_EVALUATIONS_PER_SLOT * slots)
        self._worker_tallies: dict[Hashable, Tally] = {}
        # To the millisecond, as the times of answers.
        self._started_at = round(time.time(), 3)
        self._releases: dict[str, str] = {}
        self._log: RunJournal | None = None
        validation.check(settings)
        self.extensions.suites.check(settings)
        self.secrets = secrets_of(settings, self.extensions)
        """What nothing that the run writes may show."""
        recorded = {
            file_label(path): tuple(
                map(self._without_secrets, transcripts.read(path, settings.columns))
            )
            for path in settings.transcripts
        }
        self._participants = Participants(
            settings,
            self.extensions,
            recorded=recorded,
            bridge=self._bridge,
            ahead=self._ahead,
            share=share,
            must_answer=must_answer,
        )
        with ExitStack() as refused:
            refused.callback(self.close)
            self.models = self._participants.models
            """Models under test, by label."""
            self.references = self._participants.references
            """Reference models, by label."""
            self.base = self._participants.base
            """The model under test before it was distilled; None if it is not known."""
            self.canaries = CanaryCheck(
                self._bridge,
                self._participants.single_judges,
                seed=settings.seed,
                secrets=self.secrets,
                must_speak=self._participants.are_judged,
            )
            self.suites: Mapping[str, SuiteRun] = self._open_suites(recorded, memory)
            """The suites of the run, by name."""
            self.part = Part(self.suites, self.models, settings.shard)
            """What this machine runs of it."""
            if settings.calibration:
                # Now: a file that does not fit the judge is an error before the first request.
                _ = self._calibration
            if settings.run and must_answer:
                is_exclusive = not share.is_worker
                log = RunLog.open(settings.run, self.description, exclusive=is_exclusive)
                self._log = RunJournal(log)
                for model in self.models.values():
                    model.use_journal(self._log)
            refused.pop_all()

    @cached_property
    def description(self) -> RunDescription:
        """The description of the run, which all its shards have in common."""
        description = describe(
            self.settings,
            self.extensions,
            self.suites,
            facts={label: model.facts for label, model in self.models.items()},
            vendors=self._participants.vendors,
            judge=next((model.judge_name for model in self.models.values()), ""),
            warnings=self._participants.warnings,
        )
        return self.secrets.blotted(description)

    @cached_property
    def evaluator(self) -> GateEvaluator:
        """The evaluator of the gates.

        Raises:
            UsageError: a gate or the baseline cannot be used.
        """
        settings = self.settings
        calibration = self._calibration if settings.calibration else None
        policy = setup.policy_of(settings, calibration=calibration)
        return gate_evaluator(self.description, self.extensions.suites, policy, self._key_of)

    def new_store(self) -> ResultStore:
        """Return an empty store for the observations of the run."""
        keeps_rows = any(needs_rows(target.format) for target in self.settings.reports)
        results = self.extensions.suites.results(self.description)
        return ResultStore(results, keeps_rows=keeps_rows)

    def report(self, store: ResultStore, status: RunStatus | None = None) -> Report:
        """Return the report, with its gates decided."""
        quality = JudgeQuality(
            canaries=self.canaries.result(self._log),
            calibration=self._calibration,
            is_corrected=bool(self.settings.calibration),
        )
        known = status or self.status(extra_cases=self.extra_cases)
        report = report_of(
            self.description,
            store,
            self.evaluator,
            known,
            quality=quality,
            level=self.settings.confidence,
            # They are compared with those of the baseline, too.
            lists_cases=self.evaluator.baseline is not None
            or any(target.format == "json" for target in self.settings.reports),
        )
        return ReplayCommands(self.extensions.suites, known).added_to(report)

    def tolerates_missing(self, part: str) -> bool:
        """Return whether a gate decides how many cases of a suite may be missing.

        Args:
            part: of the suite.
        """
        suite = self.extensions.suites.of_part(part)
        gated = {gate.suite for gate in self.settings.gates}
        is_gated = suite is not None and suite.name in gated
        return is_gated and self.settings.fail_on == "gate"

    def status(self, **more: Any) -> RunStatus:  # noqa: ANN401 - fields of a record
        """Return the status of the run, with the times of this session, and how to ask again."""
        status = RunStatus(
            started_at=self._started_at,
            releases=self._releases,
            replay=self.settings.replay,
            **more,
        )
        return self.secrets.blotted(status)

    def compare_releases(self, store: ResultStore) -> None:
        """Ask each model once whose earlier answers have a release, if a gate rests on them."""
        asked = {**self.references, **self.models}
        if self.base is not None:
            asked.setdefault(self.base.label, self.base)
        for label in sorted(self.evaluator.to_compare(store, self._started_at)):
            model = asked[label]
            release = None if model.client is None else self._bridge.run(model.client.release())
            if release is not None:
                self._releases[label] = release

    @property
    def extra_cases(self) -> Mapping[str, int]:
        """By suite, the number of cases per model that are not part of the plan."""
        extra = {}
        for name, suite in self.suites.items():
            for label in self.models:
                extra[name] = len(suite.cases(label)) - len(suite.planned(label))
        return {name: count for name, count in extra.items() if count}

    def unplanned(self, store: ResultStore) -> Mapping[str, tuple[str, ...]]:
        """Return by label the ids of observed cases of the run's suites that are not of the plan.

        A user's own tests may observe such cases. A campaign plans slots, not cases.
        """
        found: dict[str, tuple[str, ...]] = {}
        for label in self.models:
            own: list[str] = []
            for name, suite in self.suites.items():
                if label not in suite.slot_runners:
                    planned = {case.id for case in suite.cases(label)}
                    counted = store.ids_of(ModelSuite(label, name))
                    own += (case for case in counted if case not in planned)
            if own:
                found[label] = tuple(own)
        return found

    @property
    def slot_runners(self) -> Mapping[tuple[str, str], SlotRunner]:
        """The slot runners of adaptive suites, by suite and model label."""
        return {
            (name, label): runner
            for name, suite in self.suites.items()
            for label, runner in suite.slot_runners.items()
            if self.part.has_campaign(name, label)
        }

    def look_of(self, group: ModelSuite, case: Case) -> int:
        """Return the index, from 0, of the first look that includes the case."""
        plan = self.description.plan(group)
        place = order_key(self.settings.seed, case.id, plan.prefixes)
        return bisect_left(plan.looks, place, key=lambda look: look.last)

    @property
    def tally(self) -> Tally:
        """Request counts of this process and its workers so far."""
        total = Tally()
        if self._log is not None:
            total.log_failures, total.log_failure = self._log.lost, self._log.why
        for part in (self._participants.tally, *self._worker_tallies.values()):
            total.add(part)
        return total

    def record_worker_tally(self, worker: Hashable, tally: Tally) -> None:
        """Record the request counts of a worker so far."""
        self._worker_tallies[worker] = tally

    def record_status(self, status: RunStatus) -> None:
        """Write the status of the run to the run log, if there is one."""
        if self._log is not None:
            self._log.note_status(status)

    def calibrate(self, cases: Sequence[GoldCase], *, name: str | None = None) -> Calibration:
        """Return how often the run's judge is right on `cases`, which go by `name`."""
        return self._bridge.run(calibrate(cases, self._participants.judge_of, name=name))

    def while_waiting(self, callback: Callable[[], None]) -> None:
        """Have `callback` called about once a second while a test waits for its answer."""
        self._ahead.while_waiting = callback

    def expect(self, coming: Iterable[tuple[ModelUnderTest, Case]]) -> None:
        """Start to evaluate the cases of upcoming tests, in their order."""
        self._ahead.expect(
            (model.work(case) for model, case in coming if not model.needs_no_request(case)),
            on_first_wait=self._participants.warm_up,
        )

    def stop(self) -> None:
        """Send no more requests: the run ends early."""
        self._ahead.stop()

    def close(self) -> None:
        """Close everything that was opened."""
        self._ahead.stop()
        self._participants.close()
        if self._log is not None:
            self._log.close()

    def _open_suites(
        self, recorded: Mapping[str, Sequence[transcripts.Transcript]], memory: Memory | None
    ) -> Mapping[str, SuiteRun]:
        participants, helper = self._participants, self._participants.helper
        context = RunContext(
            settings=self.settings,
            models=self.models,
            references=self.references,
            base=self.base,
            transcripts=recorded,
            judges=participants.judges,
            names_others=participants.names_others,
            ask_ahead=self._ask_ahead,
            ask_helper=None if helper is None else helper.replies,
            memory=memory,
        )
        opened: dict[str, SuiteRun] = {}
        for name in self.settings.suites:
            suite = self.extensions.suites[name]
            run = opened[name] = suite.open(context)
            for label in self.models:
                if suite.needs.fixed_cases:
                    check_cases(suite, run.cases(label), label)
            for model in self.models.values():
                model.evaluate_with(dict.fromkeys(suite.parts, run.evaluator(model)))
        return opened

    def _without_secrets(self, transcript: transcripts.Transcript) -> transcripts.Transcript:
        """Return a transcript whose texts hold no secret; ids of tests are made of them."""
        texts = {key: text for key, text in transcript if isinstance(text, str)}
        blotted = {key: self.secrets.blot(text) for key, text in texts.items()}
        return transcript if texts == blotted else transcript.model_copy(update=blotted)

    @cached_property
    def _calibration(self) -> Calibration | None:
        return calibrations.find(self.settings.calibration, self.description.judge)

    def _key_of(self, group: ModelSuite) -> ComparabilityKey:
        cases = self.suites[group.suite].planned(group.model)
        return setup.comparability_key(
            self.description.judge,
            self.description.subjects[group.model],
            {case.id: digest(case.prompt) for case in cases},
            {digest(case.probe_key) for case in cases},
        )

    def _ask_ahead(self, model: ModelUnderTest, coming: Iterable[Case]) -> None:
        self._ahead.expect(model.work(case) for case in coming if not model.needs_no_request(case))
