"""What a run asks of a suite, and what it gives it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from pytest_distill.data.transcripts import Transcript
from pytest_distill.engine.client import ModelClient
from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.protocols import Evaluator
from pytest_distill.records import (
    Case,
    FactSet,
    Observation,
    Record,
    Report,
    RunDescription,
    Scalar,
    Section,
    SlotResult,
    SuitePlan,
    Template,
)
from pytest_distill.results.protocol import SuiteResults
from pytest_distill.settings.settings import Settings


@dataclass(frozen=True)
class Needs:
    """What a suite cannot do without."""

    reference: bool = False
    """A model to compare with: ``--reference``."""
    model_to_ask: bool = False
    """A model that can be asked anything: transcripts do not hold the answers."""
    fixed_cases: bool = True
    """Its cases are known before the run; False: it chooses each by those before, in slots."""
    identity: bool = False
    """The facts about who the model is: its name has to tell them, or ``--facts``."""


class Memory(Protocol):
    """Keeps small values from run to run, as pytest's cache does."""

    def get(self, key: str, default: object) -> object:
        """Return what was kept under `key`."""
        ...

    def set(self, key: str, value: object) -> None:
        """Keep `value`, which JSON can hold."""
        ...


@dataclass(frozen=True)
class RunContext:
    """What a run has for its suites."""

    settings: Settings
    models: Mapping[str, ModelUnderTest]
    """Models under test, by label."""
    references: Mapping[str, ModelUnderTest] = field(default_factory=dict)
    transcripts: Mapping[str, Sequence[Transcript]] = field(default_factory=dict)
    """Recorded answers of models that are not asked, by label."""
    judges: Mapping[str, ModelClient] = field(default_factory=dict)
    """Models that judge, by label; none where the judge is offline."""
    names_others: Callable[[FactSet, str], bool] = lambda _, __: False
    """Says whether a text names a vendor that is not the model's own."""
    ask_ahead: Callable[[ModelUnderTest, Iterable[Case]], None] = lambda _, __: None
    """Begins to evaluate cases that will be observed in their order."""
    ask_helper: Callable[[Sequence[str], int], Sequence[str | None]] | None = None
    """Has prompts answered by the helper, for the n-th attempt; None where there is no helper."""
    memory: Memory | None = None
    """What earlier runs kept; None where nothing is kept."""


class Effort(NamedTuple):
    """What one role is asked in a run."""

    role: str
    """``model``, ``judge``, ``helper``, or the label of a reference."""
    calls: int
    characters: int
    """Of all prompts together."""


class SlotRunner(Protocol):
    """Chooses the cases of an adaptive suite against one model, slot by slot."""

    @property
    def model(self) -> ModelUnderTest:
        """The model under test."""
        ...

    @property
    def slots(self) -> Sequence[str]:
        """The names of all slots, in order."""
        ...

    def will_run(self, slots: Collection[str]) -> None:
        """Learn which slots this process is going to run, all of them in order."""
        ...

    def start(self, slot: str) -> tuple[SlotResult, Sequence[Case]]:
        """Return what a slot asks; nothing where its result says why it is skipped."""
        ...

    def learn(self, slot: str, observations: Sequence[Observation]) -> None:
        """Take in what came of a slot, once all of its cases are observed."""
        ...

    def shortest(self, slot: str, observation: Observation) -> Template | None:
        """Return the template of a leaking case cut down to what still leaks, if it is worth it.

        Raises:
            ModuleNotFoundError: Hypothesis is not installed.
        """
        ...


class SuiteRun(Protocol):
    """One suite in one process of one run."""

    @property
    def judge_name(self) -> str:
        """What reports call the judge."""
        ...

    @property
    def slot_runners(self) -> Mapping[str, SlotRunner]:
        """What chooses the cases against each model, by label; none for fixed cases."""
        ...

    @property
    def header(self) -> Sequence[str]:
        """Lines for the head of the run."""
        ...

    def cases(self, label: str) -> Sequence[Case]:
        """Return the cases for one model that are known before the run, in their order."""
        ...

    def planned(self, label: str) -> Sequence[Case]:
        """Return those of the cases that the plan counts, and a baseline can be compared on."""
        ...

    def groups(self, label: str) -> Collection[str]:
        """Return categories and languages of the cases for one model."""
        ...

    def plan(self, label: str) -> SuitePlan:
        """Return what is known of the cases for one model before the run."""
        ...

    def evaluator(self, model: ModelUnderTest) -> Evaluator:
        """Return what turns cases into observations."""
        ...

    def efforts(self, label: str) -> Sequence[Effort]:
        """Return what would be asked for one model."""
        ...

    def take(self, observation: Observation) -> None:
        """Hear of an observation, in the process that reports."""
        ...

    def take_slot(self, slot: SlotResult) -> None:
        """Hear of a slot, in the process that reports."""
        ...

    def finish(self) -> None:
        """Keep for later runs what is worth it; called once, in the process that reports."""
        ...


class Suite(Protocol):
    """One kind of measurement. It holds no state of a run: `open` makes that."""

    @property
    def name(self) -> str:
        """What ``--suite`` calls it; also its key in reports, gates and node ids."""
        ...

    @property
    def help(self) -> str:
        """What it measures, in a few words for ``--help``."""
        ...

    @property
    def needs(self) -> Needs:
        """What it cannot do without."""
        ...

    @property
    def parts(self) -> tuple[str, ...]:
        """What its cases may be of: its name, and others that count apart from the rest."""
        ...

    @property
    def uncounted(self) -> tuple[str, ...]:
        """Those of the parts whose cases count nowhere: they serve the search itself."""
        ...

    @property
    def test_file(self) -> Path:
        """The module with its tests."""
        ...

    def read_options(self, values: Mapping[str, object], folder: Path) -> Record | None:
        """Return its own settings, kept in `Settings.options`; None where it has none.

        Args:
            values: of all options, by their ini names; those that were not given are not there.
            folder: that relative paths are relative to.

        Raises:
            UsageError: names the option that is wrong.
        """
        ...

    def described(self, settings: Settings) -> Mapping[str, Scalar | None]:
        """Return those of its own settings that must not change when a run is resumed."""
        ...

    def check(self, settings: Settings) -> None:
        """Refuse settings that it cannot be run with, beyond what `needs` says.

        Raises:
            UsageError: says what to give instead.
        """
        ...

    def open(self, context: RunContext) -> SuiteRun:
        """Begin a run of the suite.

        Raises:
            UsageError: a file that it needs cannot be used.
        """
        ...

    def results(self, description: RunDescription) -> SuiteResults:
        """Return empty results, of a run that is made or one that is read from its log."""
        ...

    def metrics(
        self, groups: Iterable[str], vendors: Iterable[str], corrections: Iterable[str]
    ) -> frozenset[str]:
        """Return the names of its numbers, which gates may be about.

        Args:
            groups: categories and languages of its cases.
            vendors: that an answer may claim.
            corrections: by which rates are corrected for the judge's errors.
        """
        ...

    def sections(self, report: Report) -> Iterator[Section]:
        """Yield what the report shows of the suite."""
        ...
