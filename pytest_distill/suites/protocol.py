"""The protocol of a suite, and the context that a run gives it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from pytest_distill.data.transcripts import Transcript
from pytest_distill.engine.client import ModelClient
from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.gates.wording import Wording
from pytest_distill.protocols import Evaluator
from pytest_distill.records import (
    Axis,
    Case,
    Estimate,
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
    """What a suite requires."""

    reference: bool = False
    """A model to compare with: ``--reference``."""
    model_to_ask: bool = False
    """A model that can be asked: transcripts do not contain the answers."""
    fixed_cases: bool = True
    """Its cases are known in advance; False: it chooses them by earlier results, in slots."""
    identity: bool = False
    """The facts about the model, inferred from its name or given with ``--facts``."""


class Memory(Protocol):
    """Stores small values between runs, as pytest's cache does."""

    def get(self, key: str, default: object) -> object:
        """Return the value stored under `key`, else `default`."""
        ...

    def set(self, key: str, value: object) -> None:
        """Store `value`, which has to be serialisable as JSON."""
        ...


@dataclass(frozen=True)
class RunContext:
    """What a run provides to its suites."""

    settings: Settings
    models: Mapping[str, ModelUnderTest]
    """Models under test, by label."""
    references: Mapping[str, ModelUnderTest] = field(default_factory=dict)
    base: ModelUnderTest | None = None
    """The model under test before it was distilled; None if it is not known."""
    transcripts: Mapping[str, Sequence[Transcript]] = field(default_factory=dict)
    """Recorded answers of models that are not asked, by label."""
    judges: Mapping[str, ModelClient] = field(default_factory=dict)
    """Judging models, by label; empty for the offline judge."""
    names_others: Callable[[FactSet, str], bool] = lambda _, __: False
    """Returns whether a text names a vendor that is not the model's own."""
    ask_ahead: Callable[[ModelUnderTest, Iterable[Case]], None] = lambda _, __: None
    """Starts to evaluate cases before their tests run, in order."""
    ask_helper: Callable[[Sequence[str], int], Sequence[str | None]] | None = None
    """Returns the helper's replies to prompts, for the n-th attempt; None without a helper."""
    memory: Memory | None = None
    """Values kept from earlier runs; None if nothing is kept."""


class Effort(NamedTuple):
    """The requests to one role in a run."""

    role: str
    """``model``, ``base``, ``helper``, ``reference LABEL``, or ``judge LABEL``."""
    calls: int
    characters: int
    """Of all prompts together."""


class Headline(NamedTuple):
    """The number of a suite that figures about several suites show."""

    axis: Axis
    numbers: Mapping[str, Estimate]
    """By the label of the model."""


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
        """Set the slots that this process will run, in order."""
        ...

    def start(self, slot: str) -> tuple[SlotResult, Sequence[Case]]:
        """Return the cases of a slot; none if its result says why it is skipped."""
        ...

    def learn(self, slot: str, observations: Sequence[Observation]) -> None:
        """Use the observations of a slot, once all of its cases are observed."""
        ...

    def shortest(self, slot: str, observation: Observation) -> Template | None:
        """Return the shortest template with which a case still leaks; None if not searched for.

        Raises:
            ModuleNotFoundError: Hypothesis is not installed.
        """
        ...


class SuiteRun(Protocol):
    """One suite in one process of one run."""

    @property
    def judge_name(self) -> str:
        """Name of the judge in reports."""
        ...

    @property
    def slot_runners(self) -> Mapping[str, SlotRunner]:
        """The slot runner of each model, by label; empty for fixed cases."""
        ...

    @property
    def header(self) -> Sequence[str]:
        """Lines for the header of the run."""
        ...

    def cases(self, label: str) -> Sequence[Case]:
        """Return the cases for one model that are known in advance, in order."""
        ...

    def planned(self, label: str) -> Sequence[Case]:
        """Return the cases that count in the plan and in comparisons with a baseline."""
        ...

    def groups(self, label: str) -> Collection[str]:
        """Return categories and languages of the cases for one model."""
        ...

    def plan(self, label: str) -> SuitePlan:
        """Return the looks and slots for one model, as known in advance."""
        ...

    def evaluator(self, model: ModelUnderTest) -> Evaluator:
        """Return the evaluator, which turns cases into observations."""
        ...

    def efforts(self, label: str) -> Sequence[Effort]:
        """Return the requests that one model under test needs, by role."""
        ...

    def power(self, label: str) -> Sequence[str] | None:
        """Return what a run of one model is likely to show, in lines; None: as rates of leaks do.

        Known before anything is asked, with what it assumes.
        """
        ...

    def take(self, observation: Observation) -> None:
        """Receive an observation, in the process that reports."""
        ...

    def take_slot(self, slot: SlotResult) -> None:
        """Receive the result of a slot, in the process that reports."""
        ...

    def finish(self) -> None:
        """Store data for later runs; called once, in the process that reports."""
        ...


class Suite(Protocol):
    """One kind of measurement, without the state of a run, which `open` creates."""

    @property
    def name(self) -> str:
        """Name for ``--suite``; also its key in reports, gates and node ids."""
        ...

    @property
    def help(self) -> str:
        """What it measures, in a few words."""
        ...

    @property
    def needs(self) -> Needs:
        """What it requires."""
        ...

    @property
    def ends(self) -> tuple[float, float] | None:
        """Least and greatest value of its numbers; None: they can be anything."""
        ...

    def ends_of(self, number: str) -> tuple[float, float] | None:
        """Return the least and the greatest value of one of its numbers; None: it has none.

        A gate beyond them would decide nothing, and is refused.
        """
        ...

    @property
    def parts(self) -> tuple[str, ...]:
        """Values of `Case.suite`: its name, and names of cases that are counted separately."""
        ...

    @property
    def uncounted(self) -> tuple[str, ...]:
        """The parts whose cases are not counted, since they only serve the search."""
        ...

    @property
    def test_file(self) -> Path:
        """The module with its tests."""
        ...

    def test_of(self, part: str, case: str) -> tuple[str, str]:
        """Return the test function of a case, and what its parameter's id says besides the model.

        Args:
            part: of the suite.
            case: its id.
        """
        ...

    def read_options(self, values: Mapping[str, object], folder: Path) -> Record | None:
        """Return its own settings, kept in `Settings.options`; None if it has none.

        Args:
            values: of the given options, by their ini names.
            folder: base of relative paths.

        Raises:
            UsageError: names the invalid option.
        """
        ...

    def described(self, settings: Settings) -> Mapping[str, Scalar | None]:
        """Return its own settings that must not change when a run is resumed."""
        ...

    def sizes(self, settings: Settings) -> Mapping[str, object]:
        """Return the options, by key, that give it as many cases without the gates as with them."""
        ...

    def check(self, settings: Settings) -> None:
        """Reject settings that it cannot be run with, in addition to `needs`.

        Raises:
            UsageError: says what to give instead.
        """
        ...

    def settles(self, settings: Settings) -> bool:
        """Return whether ``--distill-stop`` can end a run of it without a gate.

        Then `SuiteResults.is_settled` says when.
        """
        ...

    def open(self, context: RunContext) -> SuiteRun:
        """Begin a run of the suite.

        Raises:
            UsageError: a file that it needs cannot be used.
        """
        ...

    def results(self, description: RunDescription) -> SuiteResults:
        """Return empty results, for a new run or one that is read from its log."""
        ...

    def metrics(
        self, groups: Iterable[str], vendors: Iterable[str], corrections: Iterable[str]
    ) -> frozenset[str]:
        """Return the names of its numbers, for gates.

        Args:
            groups: categories and languages of its cases.
            vendors: that an answer may claim.
            corrections: by which rates are corrected for the judge's errors.
        """
        ...

    def wording(self, number: str) -> Wording:
        """Return what one of its numbers says, in words, for the verdict of a gate."""
        ...

    def sections(self, report: Report) -> Iterator[Section]:
        """Yield the report's sections about the suite."""
        ...

    def headline(self, report: Report) -> Headline | None:
        """Return its main number for each model; None: figures about several suites lack it."""
        ...
