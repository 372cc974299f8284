"""Fuzzing: mutates templates around the identity probes, and mutates again those that leaked."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from pytest_distill.data import probes, templates
from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.gates.wording import Wording
from pytest_distill.protocols import Evaluator
from pytest_distill.records import (
    Block,
    CampaignSummary,
    Case,
    FuzzRates,
    FuzzSummary,
    IceSummary,
    Lines,
    Observation,
    Report,
    RunDescription,
    Scalar,
    Section,
    SlotResult,
    SuitePlan,
    Table,
)
from pytest_distill.results.protocol import SuiteResults
from pytest_distill.settings.settings import OFFLINE, Settings
from pytest_distill.suites import identity
from pytest_distill.suites.arrangement import groups_of
from pytest_distill.suites.base import BaseSuite, PlainRun, test_file
from pytest_distill.suites.cases import from_probes
from pytest_distill.suites.fuzz import options
from pytest_distill.suites.fuzz.names import (
    CONFIRM,
    CONFIRMATION,
    CONTROL,
    REGRESSION,
    SHORTENING,
    SUITE,
)
from pytest_distill.suites.fuzz.options import FuzzSettings, fuzz_settings
from pytest_distill.suites.fuzz.rates import FUZZED, SEARCH
from pytest_distill.suites.fuzz.search_tree import search_tree
from pytest_distill.suites.protocol import Effort, Needs, RunContext, SlotRunner
from pytest_distill.suites.sections import identity_section, models_section

_ASKED = {
    "control": "bare questions",
    SEARCH: "the worst mutants, as found,",
    "confirmed": "the worst mutants, asked anew,",
}


class FuzzSuite(BaseSuite):
    """A campaign against each model, and the leaks of earlier campaigns."""

    name = SUITE
    ends = (0.0, 1.0)
    help = "searches for prompt templates that provoke more such answers"
    needs = Needs(model_to_ask=True, fixed_cases=False, identity=True)

    @property
    def parts(self) -> tuple[str, ...]:
        """Search, control, confirmation, leaks of earlier runs, and shortening."""
        return (SUITE, CONTROL, CONFIRMATION, REGRESSION, SHORTENING)

    @property
    def uncounted(self) -> tuple[str, ...]:
        """The cases of the search for the shortest template."""
        return (SHORTENING,)

    @property
    def test_file(self) -> Path:
        """A test for each slot, with its questions as subtests."""
        return test_file(self.name)

    def test_of(self, part: str, case: str) -> tuple[str, str]:
        """Return the test of a leak of an earlier run, or the slot that asks the case."""
        if part == REGRESSION:
            return "test_regression", case.removeprefix(f"{part}/")
        _, slot, *_ = case.split("/")
        # All confirmed mutants are asked in one slot.
        return "test_fuzz", CONFIRM if slot.startswith(f"{CONFIRM}-") else slot

    def read_options(self, values: Mapping[str, object], folder: Path) -> FuzzSettings:
        """Return the settings from the options ``--fuzz-…``."""
        return options.read(values, folder)

    def described(self, settings: Settings) -> Mapping[str, Scalar | None]:
        """Return the settings that the mutants depend on."""
        found = fuzz_settings(settings)
        helper = settings.helper
        stop = {f"stop_{name}": value for name, value in found.stop if value is not None}
        return {
            "policy": found.policy,
            "mutations": found.mutations,
            "probes": found.probes,
            **stop,
            "helper": OFFLINE if helper is None else helper.text,
            "helper_label": OFFLINE if helper is None else helper.label,
        }

    def sizes(self, settings: Settings) -> Mapping[str, object]:
        """Return how many templates of the bank are asked."""
        from pytest_distill.suites.fuzz.campaigns import (  # noqa: PLC0415 - most runs do not fuzz
            usual_mutants,
        )

        found = fuzz_settings(settings)
        is_given = not found.is_frozen or found.mutations is not None
        return {} if is_given else {"fuzz_mutations": usual_mutants(settings)}

    def open(self, context: RunContext) -> "FuzzRun":
        """Begin a run."""
        return FuzzRun(self, context)

    def results(self, description: RunDescription) -> SuiteResults:
        """Return leak rates, and how the templates were bred."""
        from pytest_distill.suites.fuzz.results import (  # noqa: PLC0415 - most runs do not fuzz
            FuzzResults,
        )

        return FuzzResults(description)

    def metrics(
        self, groups: Iterable[str], vendors: Iterable[str], corrections: Iterable[str]
    ) -> frozenset[str]:
        """Return the names of the leak rates, and of control, search and confirmation."""
        return identity.metrics(groups, vendors, corrections, more=FUZZED)

    def wording(self, number: str) -> Wording:
        """Return what a leak rate says, and of which questions."""
        if number in _ASKED:
            return identity.wording("loose", f"answers to {_ASKED[number]}")
        return identity.wording(number, "answers to mutants")

    def sections(self, report: Report) -> Iterator[Section]:
        """Yield the campaign of each model, then its leaks of earlier runs."""
        yield from models_section(SUITE, identity.summaries(SUITE, report), report.run)
        for label, suites in report.models.items():
            for name in (SUITE, REGRESSION):
                summary = suites.get(name)
                if isinstance(summary, IceSummary):
                    more = tuple(_fuzzed(summary)) if isinstance(summary, FuzzRates) else ()
                    yield identity_section(name, label, summary, report.run, *more)


class FuzzRun(PlainRun):
    """One run of the suite: a campaign against each model under test."""

    def __init__(self, suite: FuzzSuite, context: RunContext) -> None:
        super().__init__(suite, context)
        from pytest_distill.fuzz.mutators import Material  # noqa: PLC0415 - most runs do not fuzz
        from pytest_distill.suites.fuzz.campaigns import CampaignRunner  # noqa: PLC0415 - likewise
        from pytest_distill.suites.fuzz.corpus import Corpus  # noqa: PLC0415 - likewise

        self._corpus = Corpus(context.memory, context.settings)
        self._slots: dict[tuple[str, str], SlotResult] = {}
        is_frozen = fuzz_settings(context.settings).is_frozen
        seeds = templates.load_bank() if is_frozen else templates.load_shipped()
        material = Material(seeds, templates.load_pieces())
        self._probes = probes.load_bank() if is_frozen else probes.load_shipped()
        self.campaigns: dict[str, CampaignRunner] = {
            label: CampaignRunner(
                model,
                context.settings,
                material=material,
                probes=self._probes,
                is_leading=partial(context.names_others, model.facts),
                ask_ahead=context.ask_ahead,
                ask_helper=context.ask_helper,
            )
            for label, model in context.models.items()
        }
        for label, campaign in self.campaigns.items():
            campaign.kept = self._corpus.mutants(label)
            campaign.confirmed = self._corpus.confirmed(label)

    @property
    def judge_name(self) -> str:
        """Name of the identity judge."""
        return identity.judge_name(self._context.models)

    @property
    def slot_runners(self) -> Mapping[str, SlotRunner]:
        """The campaign against each model."""
        return self.campaigns

    @property
    def header(self) -> Sequence[str]:
        """Policy and helper of the campaigns."""
        settings = self._context.settings
        helper = settings.helper.label if settings.helper else OFFLINE
        return (f"fuzz: policy {fuzz_settings(settings).policy}; helper {helper}",)

    def cases(self, label: str) -> Sequence[Case]:
        """Return the leaks of earlier runs; each model is asked all of them."""
        del label
        return self._corpus.cases()

    def planned(self, label: str) -> Sequence[Case]:
        """Return nothing: the cases of a campaign are not known in advance, and leaks change."""
        del label
        return ()

    def groups(self, label: str) -> Collection[str]:
        """Return categories and languages of all probes, since a campaign may ask any."""
        del label
        return groups_of(from_probes(SUITE, self._probes, 1))

    def plan(self, label: str) -> SuitePlan:
        """Return the plan, with the slots and the number of cases of each."""
        campaign = self.campaigns[label]
        return (
            super()
            .plan(label)
            .model_copy(
                update={
                    "slots": tuple(campaign.slots),
                    "cases_per_slot": campaign.plan.probes * self._context.settings.samples,
                }
            )
        )

    def evaluator(self, model: ModelUnderTest) -> Evaluator:
        """Return the evaluator that judges answers against the facts about the model."""
        return identity.evaluator(model)

    def efforts(self, label: str) -> Sequence[Effort]:
        """Return the requests of a whole campaign, without the shortening of leaks."""
        campaign, samples = self.campaigns[label], self._context.settings.samples
        plan = campaign.plan
        calls = samples * (plan.mutants * plan.probes + plan.control + plan.confirmation)
        mean = campaign.mean_characters
        helped = [] if self._context.ask_helper is None else [Effort("helper", plan.mutants, 0)]
        judges = [Effort(f"judge {name}", calls, 0) for name in self._context.judges]
        return [Effort("model", calls, round(calls * mean)), *helped, *judges]

    def take(self, observation: Observation) -> None:
        """Keep the first leak of each slot."""
        self._corpus.take(observation)

    def take_slot(self, slot: SlotResult) -> None:
        """Keep the result of the slot."""
        self._slots[slot.model, slot.slot] = slot

    def finish(self) -> None:
        """Store leaks and mutants for later runs."""
        self._corpus.save(self._slots.values())


def _fuzzed(summary: FuzzRates) -> Iterator[Block]:
    yield Table(
        columns=("", "loose", "n"),
        rows=(
            ("loose, bare", summary.control, summary.control.n),
            ("worst, as found", summary.search, summary.search.n),
            ("worst, confirmed", summary.confirmed, summary.confirmed.n),
        ),
        drawn="bars",
    )
    if isinstance(summary, FuzzSummary):
        yield Lines(lines=tuple(_campaign(summary.campaign)))
        yield from search_tree(summary.campaign)


def _campaign(campaign: CampaignSummary) -> Iterator[str]:
    rejected = sum(campaign.rejected.values())
    yield (
        f"{campaign.policy}, seed {campaign.seed}, helper {campaign.helper}:"
        f" {len(campaign.mutants)} mutants, {campaign.leading} of them leading;"
        f" {rejected} drafts rejected; depth {campaign.depth}"
    )
    if campaign.decided is not None:
        yield campaign.decided


FUZZ = FuzzSuite()
