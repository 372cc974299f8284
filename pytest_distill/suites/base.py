"""The base class of suites, and the run of a suite whose cases are known in advance.

A suite of your own derives from `BaseSuite`, which implements what most suites have in common::

    class Loudness(BaseSuite):
        name = "loudness"
        help = "how many of its letters are capitals"
        numbers = ("capitals",)

        def cases(self, run, label):
            return [Case(id="loudness/hello", suite=self.name, query="Hello!", probe_key="hello")]

        async def evaluate(self, case, model):
            text = (await model.answer(case)).answer
            return self.observed(case, model, {"capitals": share_of_capitals(text)})

It is added by the hook ``pytest_distill_suites``; see `pytest_distill.hookspecs`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from pytest_distill.data import resources
from pytest_distill.engine.evaluate import missing, without_answer
from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.errors import ModelError
from pytest_distill.gates.wording import PLAIN, Wording
from pytest_distill.protocols import AnsweringModel, Evaluator
from pytest_distill.records import (
    Case,
    Completion,
    Observation,
    Record,
    Report,
    RunDescription,
    Scalar,
    Section,
    SlotResult,
    SuitePlan,
    SuiteSummary,
)
from pytest_distill.results.metrics import grouped
from pytest_distill.results.outcomes import ValueResults
from pytest_distill.results.protocol import SuiteResults
from pytest_distill.settings.settings import Settings
from pytest_distill.suites.arrangement import groups_of, looks_at
from pytest_distill.suites.protocol import Effort, Headline, Needs, RunContext, SlotRunner, SuiteRun
from pytest_distill.suites.sections import value_sections

_VALUES = "values"
"""The shipped suite whose tests are used for suites without their own test file."""

NO_JUDGE = "none"
"""Name in reports of the judge of a suite that computes its values."""


class BaseSuite:
    """A suite whose numbers are means of values that it computes per answer."""

    name: ClassVar[str]
    help: ClassVar[str] = ""
    needs: ClassVar[Needs] = Needs()
    numbers: ClassVar[tuple[str, ...]] = ()
    """Names of the values that `evaluate` measures."""
    ends: ClassVar[tuple[float, float] | None] = None
    """Least and greatest value of its numbers, which limits of gates are checked against."""
    test: ClassVar[str] = "test_case"
    """The function in `test_file` that tests a case."""
    digits: ClassVar[int] = 3
    """Decimal places of its numbers in tables."""

    def ends_of(self, number: str) -> tuple[float, float] | None:
        """Return `ends`, which are those of all its numbers."""
        del number
        return self.ends

    @property
    def parts(self) -> tuple[str, ...]:
        """Its name only."""
        return (self.name,)

    @property
    def uncounted(self) -> tuple[str, ...]:
        """None."""
        return ()

    @property
    def test_file(self) -> Path:
        """The test that evaluates each case."""
        return test_file(_VALUES)

    def test_of(self, part: str, case: str) -> tuple[str, str]:
        """Return the test function of a case, and its name there: its id without the suite."""
        return self.test, case.removeprefix(f"{part}/")

    def cases(self, run: RunContext, label: str) -> Sequence[Case]:
        """Return the cases for one model, in their order.

        Args:
            run: settings, models and transcripts of the run.
            label: of the model.
        """
        raise NotImplementedError

    async def evaluate(self, case: Case, model: AnsweringModel) -> Observation:
        """Ask and measure; see `observed`. A `ModelError` makes the case missing."""
        raise NotImplementedError

    def observed(
        self,
        case: Case,
        model: AnsweringModel,
        values: Mapping[str, float],
        *,
        completion: Completion | None = None,
    ) -> Observation:
        """Return the observation of a case with the measured `values`."""
        blank = missing(case, model.label, NO_JUDGE)
        return blank.model_copy(
            update={"outcome": "judged", "values": dict(values), "completion": completion}
        )

    def read_options(self, values: Mapping[str, object], folder: Path) -> Record | None:
        """Return None: it has no options."""
        del values, folder
        return None

    def described(self, settings: Settings) -> Mapping[str, Scalar | None]:
        """Return nothing: it has no options."""
        del settings
        return {}

    def sizes(self, settings: Settings) -> Mapping[str, object]:
        """Return nothing: its cases do not depend on the gates."""
        del settings
        return {}

    def check(self, settings: Settings) -> None:
        """Accept any settings."""

    def settles(self, settings: Settings) -> bool:
        """Return False: nothing is found beside the numbers."""
        del settings
        return False

    def open(self, context: RunContext) -> SuiteRun:
        """Begin a run."""
        return PlainRun(self, context)

    def results(self, description: RunDescription) -> SuiteResults:
        """Return means of the values."""
        del description
        return ValueResults(self.name)

    def metrics(
        self, groups: Iterable[str], vendors: Iterable[str], corrections: Iterable[str]
    ) -> frozenset[str]:
        """Return each number over all cases and over each group."""
        del vendors, corrections
        return frozenset(grouped(self.numbers, groups))

    def wording(self, number: str) -> Wording:
        """Return no words: the number's own name is shown."""
        del number
        return PLAIN

    def sections(self, report: Report) -> Iterator[Section]:
        """Yield a table for each model."""
        for label, suites in report.models.items():
            summary = suites.get(self.name)
            if isinstance(summary, SuiteSummary):
                yield from value_sections(self.name, label, summary, report.run, digits=self.digits)

    def headline(self, report: Report) -> Headline | None:
        """Return None: no number is more important than the others."""
        del report
        return None


class PlainRun:
    """A run of a suite whose cases are known in advance."""

    def __init__(self, suite: BaseSuite, context: RunContext) -> None:
        self._suite = suite
        self._context = context
        self._cases: dict[str, Sequence[Case]] = {}

    @property
    def judge_name(self) -> str:
        """``none``: values are computed."""
        return NO_JUDGE

    @property
    def slot_runners(self) -> Mapping[str, SlotRunner]:
        """None."""
        return {}

    @property
    def header(self) -> Sequence[str]:
        """None."""
        return ()

    def cases(self, label: str) -> Sequence[Case]:
        """Return the cases for one model; created on the first call, and kept."""
        if label not in self._cases:
            self._cases[label] = tuple(self._suite.cases(self._context, label))
        return self._cases[label]

    def planned(self, label: str) -> Sequence[Case]:
        """Return all cases."""
        return self.cases(label)

    def groups(self, label: str) -> Collection[str]:
        """Return categories and languages of the cases for one model."""
        return groups_of(self.planned(label))

    def plan(self, label: str) -> SuitePlan:
        """Return the looks at the numbers of one model."""
        settings = self._context.settings
        ids = (case.id for case in self.planned(label))
        return SuitePlan(looks=looks_at(ids, seed=settings.seed, is_stopping=settings.stop))

    def evaluator(self, model: ModelUnderTest) -> Evaluator:
        """Return the evaluator that calls the suite's `evaluate`."""
        del model
        return ValueEvaluator(self._suite)

    def efforts(self, label: str) -> Sequence[Effort]:
        """Return one request to the model for each case."""
        return [asked("model", self.cases(label))]

    def power(self, label: str) -> Sequence[str] | None:
        """Return None: the numbers are taken for rates."""
        del label
        return None

    def take(self, observation: Observation) -> None:
        """Do nothing."""

    def take_slot(self, slot: SlotResult) -> None:
        """Do nothing."""

    def finish(self) -> None:
        """Do nothing."""


class ValueEvaluator:
    """Evaluates the cases of a suite that computes values."""

    judge_name = NO_JUDGE
    is_immediate = False

    def __init__(self, suite: BaseSuite) -> None:
        self._suite = suite

    async def evaluate(self, case: Case, model: AnsweringModel) -> Observation:
        """Return the suite's observation; without an answer the case is missing."""
        try:
            return await self._suite.evaluate(case, model)
        except ModelError as error:
            return without_answer(missing(case, model.label, NO_JUDGE), error)

    def evaluate_now(self, case: Case, label: str, completion: Completion) -> Observation:
        """Raise: the evaluation of a suite may send requests."""
        del label, completion
        message = f"{case.id} is evaluated on the event loop only"
        raise TypeError(message)


def test_file(name: str) -> Path:
    """Return the module with the tests of a shipped suite."""
    return resources.suites() / name / f"test_{name}.py"


def asked(role: str, cases: Iterable[Case]) -> Effort:
    """Return the effort of asking each case once."""
    found = list(cases)
    return Effort(role, len(found), sum(len(case.prompt) for case in found))
