"""The composition root: builds the rooms that a run needs, wires them, closes them."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from pytest_distill.data import calibrations, feature_scaling, gold, templates, transcripts
from pytest_distill.engine.bridge import Bridge
from pytest_distill.engine.client import ModelClient, Tally
from pytest_distill.engine.helper import Helper
from pytest_distill.engine.limits import WHOLE, Share
from pytest_distill.engine.lookahead import LookAhead
from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.engine.pairwise import PairwiseEvaluator
from pytest_distill.gates import setup
from pytest_distill.gates.evaluator import (
    GateEvaluator,
    GatePolicy,
    ModelSuite,
    Plan,
    RunStatus,
    plan,
    planned,
)
from pytest_distill.models import factory
from pytest_distill.models.registry import BUILT_IN, Providers
from pytest_distill.protocols import Judge, LikenessJudge
from pytest_distill.records import (
    Calibration,
    Canaries,
    Case,
    FactSet,
    GoldCase,
    ModelSpec,
    Report,
)
from pytest_distill.results.store import ResultStore
from pytest_distill.run.calibration import ask_canaries, calibrate
from pytest_distill.run.clients import ModelClients
from pytest_distill.run.fact_sets import Identities, subject
from pytest_distill.run.judges import JudgeFactory
from pytest_distill.run.report import Setup, report_of
from pytest_distill.settings import validation
from pytest_distill.settings.settings import OFFLINE, Settings
from pytest_distill.stats.looks import order_key
from pytest_distill.store.runlog import RunLog
from pytest_distill.suites.cases import Catalogue

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pytest_distill.suites.fuzz.campaigns import CampaignRunner
    from pytest_distill.suites.fuzz.slot_log import FuzzLog

# A case is answered, then judged: while one request of it is under way no other is, and
# between the two no slot should wait.
_EVALUATIONS_PER_SLOT = 2

_AS_USUAL = RunStatus()


class DistillSession:
    """Everything one pytest process needs; building it only validates."""

    def __init__(
        self,
        settings: Settings,
        *,
        must_answer: bool,
        share: Share = WHOLE,
        providers: Providers = BUILT_IN,
    ) -> None:
        """Check the settings against what exists.

        Args:
            settings: what to do.
            must_answer: models will be asked, so their keys have to be there.
            share: what part of the run this process does.
            providers: those that its models may be of.

        Raises:
            UsageError: a model, its facts, its key or a file is not there.
        """
        self.settings = settings
        self._bridge = Bridge()
        slots = share.of(settings.concurrency)
        self._ahead = LookAhead(self._bridge, width=_EVALUATIONS_PER_SLOT * slots)
        self._worker_tallies: dict[Hashable, Tally] = {}
        self._journal: RunLog | None = None
        self._comparison: PairwiseEvaluator | None = None
        self._identities = Identities(settings, providers=providers)
        self.fuzzlog: FuzzLog | None = None
        """What became of the slots of the fuzzer; None where this process does not report."""
        self._has_tried = False
        self._canaries: Canaries | None = None
        self._trying: Future[Canaries] | None = None
        validation.check(settings)
        judging = [judge.model for judge in settings.judges if judge.model is not None]
        helping = filter(None, [settings.helper])
        for spec in (*settings.models, *settings.references, *judging, *helping):
            factory.check(spec, providers=providers)
            if must_answer:
                factory.check_credentials(spec, providers=providers)
        self._recorded = {path.stem: transcripts.read(path) for path in settings.transcripts}
        # Opened last: a set-up that is refused leaves nothing behind.
        self._asking = ModelClients(settings, share, must_answer=must_answer, providers=providers)
        self.judging = JudgeFactory(settings, self._asked_to_judge)
        self._models: dict[str, ModelClient] = {}
        self.respondents = {r.label: r for r in self._respondents()}
        self.references = {r.label: r for r in self._references()}
        self.catalogue = Catalogue(settings, self._recorded, self.references)
        if self.references:
            self._compare()
        if "rse" in settings.suites:
            # Now, while a file that cannot be read is still a wrong set-up.
            _ = self.catalogue.prompts
        if settings.calibration:
            # At once: whether the file fits the judge should not be known only at the end.
            _ = self._calibration
        if settings.run and must_answer:
            self._journal = RunLog.open(settings.run, self._header(), exclusive=not share.is_worker)
            for respondent in self.respondents.values():
                respondent.keep_in(self._journal)

    @property
    def judge_name(self) -> str:
        """What the report calls the judge."""
        if self.settings.suites == ("rse",) and self._comparison is not None:
            return self._comparison.judge_name
        return next((r.judge_name for r in self.respondents.values()), OFFLINE)

    @cached_property
    def searches(self) -> "Mapping[str, CampaignRunner]":
        """The campaign against each model under test; none where nobody fuzzes."""
        if "fuzz" not in self.settings.suites:
            return {}
        from pytest_distill.fuzz.mutators import Material  # noqa: PLC0415 - likewise
        from pytest_distill.suites.fuzz.campaigns import CampaignRunner  # noqa: PLC0415 - most runs do not fuzz

        material = Material(templates.load_shipped(), templates.load_pieces())
        return {
            label: CampaignRunner(
                respondent,
                self.settings,
                material=material,
                probes=self.catalogue.probes,
                is_leading=partial(self._names_others, respondent.facts),
                ask_ahead=self._ask_ahead,
                ask_helper=self._helper.replies if self._helper else None,
            )
            for label, respondent in self.respondents.items()
        }

    def report(self, ledger: ResultStore, state: RunStatus = _AS_USUAL) -> Report:
        """Sum up what was observed, and decide the gates."""
        log = self.fuzzlog
        if log is None:
            return report_of(self._setup(ledger), ledger, self.decisions, state)
        slots = {label: search.slots for label, search in self.searches.items()}
        state = state._replace(parts=log.parts(slots))
        found = report_of(self._setup(ledger), ledger, self.decisions, state)
        return log.told(found, ledger, self.settings)

    @cached_property
    def decisions(self) -> GateEvaluator:
        """What decides the gates.

        Raises:
            UsageError: a gate or the baseline cannot be used.
        """
        settings = self.settings
        vendors = {facts.vendor for facts in self._identities.known.values()}
        cases = {
            group: () if group[1] == "fuzz" else self.catalogue.cases(group[1], group[0])
            for group in self.plans
        }
        calibration = self._calibration if settings.calibration else None
        is_cascade = self.judging.several.cascade is not None
        corrections = tuple(setup.corrections(calibration, is_cascade=is_cascade))
        known: dict[str, set[str]] = {suite: set() for suite in settings.suites}
        for (_, suite), found in cases.items():
            asked = self.catalogue.cases("ice", "") if suite == "fuzz" else found
            known[suite] |= setup.names(suite, asked, vendors, corrections)
        return setup.prepare(
            GatePolicy(
                gates=settings.gates,
                confidence=settings.confidence,
                max_missing=settings.max_missing,
                baseline=setup.baseline(settings.baseline),
                calibration=calibration,
            ),
            plans=self.plans,
            known=known,
            side_of=lambda group: setup.side(
                self.judge_name, subject(self.respondents[group[0]].facts), cases[group]
            ),
            seed=settings.seed,
        )

    @cached_property
    def plans(self) -> Mapping[ModelSuite, Plan]:
        """When the numbers of each suite of each model are looked at."""
        settings = self.settings
        return {
            (label, suite): plan(
                # What a campaign asks is not known before it does.
                () if suite == "fuzz" else (case.id for case in self.catalogue.cases(suite, label)),
                seed=settings.seed,
                is_stopping=settings.stop,
            )
            for label in (*(spec.label for spec in settings.models), *self._recorded)
            for suite in settings.suites
        }

    def look_of(self, group: ModelSuite, case: Case) -> int:
        """Return the first look, counted from 0, that a case is part of."""
        place = order_key(self.settings.seed, case.id)
        return bisect_left(self.plans[group], place, key=lambda look: look.last)

    def _setup(self, ledger: ResultStore) -> Setup:
        settings = self.settings
        return Setup(
            seed=settings.seed,
            samples=settings.samples,
            limit=settings.limit,
            confidence=settings.confidence,
            judge=self.judge_name,
            subjects={label: subject(r.facts) for label, r in self.respondents.items()},
            expected=self._expected(ledger),
            stops=settings.stop,
            lists_cases=any(target.format == "json" for target in settings.reports),
            calibration=self._calibration if self.settings.calibration else None,
            told={
                **self.judging.several.told(ledger, level=settings.confidence),
                "canaries": self.canaries,
                "calibration": self._calibration,
                "warnings": self._warnings,
            },
        )

    def _expected(self, ledger: ResultStore) -> int:
        """Return how many cases the run would have; what a campaign asks shows as it goes."""
        settings, log = self.settings, self.fuzzlog
        expected = sum(looks[-1].cases for looks in self.plans.values())
        if log is None:
            return expected
        for label, search in self.searches.items():
            not_run = log.not_run(label, search.slots)
            expected += len(self.catalogue.regressions) + log.asked(label, ledger)
            expected += not_run * search.plan.probes * settings.samples
        return expected

    @cached_property
    def _warnings(self) -> tuple[str, ...]:
        everybody = {**self.references, **self.respondents}
        vendors = {label: r.facts.vendor for label, r in everybody.items()}
        return self.judging.warnings(vendors, self._identities.vendor)

    @property
    def tally(self) -> Tally:
        """What this process, and those that it has heard of, have asked for so far."""
        total = Tally()
        for part in (self._asking.tally, *self._worker_tallies.values()):
            total.add(part)
        return total

    def hear(self, process: Hashable, tally: Tally) -> None:
        """Take down what another process of the run has asked for so far."""
        self._worker_tallies[process] = tally

    def ask_canaries(self) -> None:
        """Begin to give every model that judges some plain cases: once a run, beside its own."""
        if self._has_tried:
            return
        self._has_tried = True
        judges = {label: partial(self._judge_alone, label) for label in self.judging.models}
        if judges:
            drawn = ask_canaries(gold.load_shipped(), judges, seed=self.settings.seed)
            self._trying = self._bridge.begin(drawn)

    @property
    def canaries(self) -> Canaries | None:
        """What came of them, for which this waits; None where no model judges."""
        trying, self._trying = self._trying, None
        if trying is not None:
            found = trying.result()
            self._canaries = self._journal.note(found) if self._journal else found
        return self._canaries

    def give_up(self) -> None:
        """Wait for nothing any more: the run was interrupted."""
        if self._trying is not None and not self._trying.done():
            self._trying = None

    @property
    def is_inconclusive(self) -> bool:
        """Whether a judge was wrong on a case that none may be wrong on."""
        canaries = self.canaries
        return canaries is not None and bool(canaries.failed)

    def calibrate(self, cases: Sequence[GoldCase]) -> Calibration:
        """Return how often the run's judge is right on `cases`."""
        return self._bridge.run(calibrate(cases, self._judge_of))

    def while_waiting(self, tell: Callable[[], None]) -> None:
        """Have `tell` called about once a second while a test waits for its answer."""
        self._ahead.while_waiting = tell

    def expect(self, coming: Iterable[tuple[ModelUnderTest, Case]]) -> None:
        """Begin to evaluate what the tests are about to ask for, in their order."""
        self._ahead.expect(
            (
                respondent.work(case)
                for respondent, case in coming
                if not respondent.needs_no_request(case)
            ),
            on_first_wait=self._warm_up,
        )

    def _warm_up(self) -> None:
        for respondent in self.respondents.values():
            self._identities.registry.with_own(respondent.facts).warm_up()

    def _ask_ahead(self, respondent: ModelUnderTest, coming: Iterable[Case]) -> None:
        self._ahead.expect(
            respondent.work(case) for case in coming if not respondent.needs_no_request(case)
        )

    def _names_others(self, own: FactSet, text: str) -> bool:
        mentions = self._identities.registry.with_own(own).mentions(text)
        return any(mention.vendor != own.vendor for mention in mentions)

    def stop(self) -> None:
        """Ask for nothing more: the run ends early."""
        self._ahead.stop()

    def close(self) -> None:
        """Give back everything that was opened."""
        self._ahead.stop()
        everybody = {*self.references.values(), *self.respondents.values()}
        farewells = [respondent.aclose() for respondent in everybody]
        farewells.append(self.judging.aclose())
        if self._helper is not None:
            farewells.append(self._helper.aclose())
        self._bridge.close(*farewells)
        self._asking.close()
        if self._journal is not None:
            self._journal.close()

    def _respondents(self) -> Iterator[ModelUnderTest]:
        for spec in self.settings.models:
            yield self._respondent(spec.label, spec)
        for label in self._recorded:
            yield self._respondent(label, None)

    def _references(self) -> Iterator[ModelUnderTest]:
        for spec in self.settings.references:
            # A file of transcripts cannot be asked: a reference of its name can.
            known = self.respondents[spec.label] if spec.label in self._models else None
            yield known if known is not None else self._respondent(spec.label, spec)

    def _compare(self) -> None:
        comparison = PairwiseEvaluator(
            {label: self._models[label] for label in self.references},
            judge=self._likeness_judge,
            samples=self.settings.samples,
            seed=self.settings.seed,
            anchors=not self.judging.models,
        )
        self._comparison = comparison
        for respondent in self.respondents.values():
            respondent.compare_in(comparison)

    @cached_property
    def _likeness_judge(self) -> LikenessJudge:
        model = self.judging.comparing()
        if model is not None:
            return model
        from pytest_distill.similarity.feature_scaling import FeatureScaling  # noqa: PLC0415 - likewise
        from pytest_distill.similarity.judge import SimilarityJudge  # noqa: PLC0415 - likewise
        from pytest_distill.similarity.style_features import STYLE_FEATURES  # noqa: PLC0415 - for suite rse only

        numbers = feature_scaling.load_shipped(feature.name for feature in STYLE_FEATURES)
        centre, spread, weights = (tuple(column) for column in zip(*numbers, strict=True))
        return SimilarityJudge(FeatureScaling(centre, spread, weights))

    def _respondent(self, label: str, spec: ModelSpec | None) -> ModelUnderTest:
        facts = self._identities.facts(label, spec)
        model = None if spec is None else self._asked(spec, facts)
        if model is not None:
            self._models[label] = model
        return ModelUnderTest(
            label,
            facts=facts,
            judge=self.judging.judge(facts, self._identities.registry),
            model=model,
            bridge=self._bridge,
            ahead=self._ahead,
            seed=self.settings.seed,
        )

    def _judge_of(self, facts: str) -> Judge:
        return self.judging.judge(self._identities.named(facts), self._identities.registry)

    def _judge_alone(self, label: str, facts: str) -> Judge:
        return self.judging.model(label, self._identities.shipped[facts], self._identities.registry)

    @cached_property
    def _calibration(self) -> Calibration | None:
        return calibrations.find(self.settings.calibration, self.judge_name)

    def _asked_to_judge(self, spec: ModelSpec) -> ModelClient:
        return self._asked(spec, self._identities.default_facts)

    @cached_property
    def _helper(self) -> Helper | None:
        """The model that writes mutants, for all models under test."""
        spec = self.settings.helper
        if spec is None:
            return None
        asked = self._asked(spec, self._identities.default_facts)
        return Helper(asked, bridge=self._bridge, seed=self.settings.seed)

    def _asked(self, spec: ModelSpec, facts: FactSet) -> ModelClient:
        return self._asking.asked(spec, self._identities.personas(facts))

    def _header(self) -> dict[str, object]:
        """Return what must not change when a run is resumed."""
        settings = self.settings
        return {
            "suites": list(settings.suites),
            "models": {spec.label: spec.text for spec in settings.models},
            "references": {spec.label: spec.text for spec in settings.references},
            "prompts": [path.name for path in settings.prompts],
            "transcripts": list(self._recorded),
            "facts": {
                label: subject(r.facts).model_dump() for label, r in self.respondents.items()
            },
            "judge": [self.judge_name, *(judge.text for judge in settings.judges)],
            "several": self.judging.several._asdict(),
            "warnings": self._warnings,
            "seed": settings.seed,
            "samples": settings.samples,
            "limit": settings.limit,
            "planned": planned(self.plans),
            "stop": settings.stop,
            **({"fuzz": self._fuzz_header()} if "fuzz" in settings.suites else {}),
        }

    def _fuzz_header(self) -> dict[str, object]:
        settings = self.settings
        helper = settings.helper.text if settings.helper else OFFLINE
        return {**settings.fuzz.model_dump(mode="json", exclude={"corpus"}), "helper": helper}
