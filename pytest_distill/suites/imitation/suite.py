"""Imitation: how much of the way to its teacher has a student gone, in style and in capability?"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.errors import GateError
from pytest_distill.gates.wording import PLAIN, Wording
from pytest_distill.protocols import Evaluator
from pytest_distill.records import (
    QUESTION_CATEGORIES,
    Case,
    Report,
    RunDescription,
    Section,
)
from pytest_distill.results.metrics import grouped
from pytest_distill.results.protocol import SuiteResults
from pytest_distill.settings.settings import Settings
from pytest_distill.similarity.shared_habits import HABITS
from pytest_distill.suites.arrangement import arranged
from pytest_distill.suites.base import BaseSuite, asked, test_file
from pytest_distill.suites.imitation import material
from pytest_distill.suites.imitation.evaluator import JUDGE, ImitationEvaluator, Peers
from pytest_distill.suites.imitation.numbers import CAPABILITY, GAP, STYLE
from pytest_distill.suites.imitation.results import ImitationResults
from pytest_distill.suites.imitation.sections import sections
from pytest_distill.suites.pairs import PairRun, answerable, left_out
from pytest_distill.suites.protocol import Effort, Needs, RunContext

_WORDS = {
    "style_closure": "the closed part of the distance in style",
    "capability_closure": "the closed part of the distance in capability",
    GAP: "the closure of style less that of capability",
    "style": "the share of the reference's habits of style",
    "style_base": "the base's share of the reference's habits of style",
    "style_ceiling": "the reference's share of its own habits of style",
}
_RIGHT = {
    "accuracy": "answers",
    "accuracy_base": "answers of the base",
    "accuracy_teacher": "answers of the reference",
}
_SHARES = frozenset({*_RIGHT, "style", "style_base", "style_ceiling"})
_OF_BASE = ("style_closure", "capability_closure", GAP, "style_base", "accuracy_base")
_NO_BASE = (
    "imitation: without --base SPEC, the model before it was distilled, closures are undefined"
)


class ImitationSuite(BaseSuite):
    """Compares a student with its teacher and its base, in style and in capability."""

    name = "imitation"
    help = "measures whether it has its teacher's ability, or only the style"
    needs = Needs(reference=True, model_to_ask=True)
    test = "test_imitation"

    def ends_of(self, number: str) -> tuple[float, float] | None:
        """Return those of a share; closures and their gap can be anything."""
        return (0.0, 1.0) if number.partition(".")[0] in _SHARES else None

    @property
    def test_file(self) -> Path:
        """A test for each case, which fails if an answer is missing."""
        return test_file(self.name)

    def check(self, settings: Settings) -> None:
        """Refuse gates on closures without a base: they could never be decided."""
        for gate in settings.gates if settings.base is None else ():
            number = gate.number.partition(".")[0]
            if gate.suite == self.name and number in _OF_BASE:
                message = (
                    f"gate {gate.expression!r} needs a base model: give --base SPEC, the model"
                    " under test as it was before it was distilled"
                )
                raise GateError(gate.expression, message)

    def open(self, context: RunContext) -> "ImitationRun":
        """Begin a run; reads the prompts now, so that an invalid file is an error at the start."""
        return ImitationRun(self, context)

    def results(self, description: RunDescription) -> SuiteResults:
        """Return closures and their parts."""
        return ImitationResults(self.name, base=next(iter(description.base), None))

    def metrics(
        self, groups: Iterable[str], vendors: Iterable[str], corrections: Iterable[str]
    ) -> frozenset[str]:
        """Return the numbers over all cases, by category, by language and by habit."""
        del vendors, corrections
        found = set(grouped(STYLE, [*HABITS]))
        for group in groups:
            found.update(grouped(_of_group(group), [group]))
        return frozenset({*found, *CAPABILITY, GAP})

    def wording(self, number: str) -> Wording:
        """Return what a number says."""
        kind, _, group = number.partition(".")
        where = f" ({group})" if group else ""
        if kind in _RIGHT:
            return Wording(f"{_RIGHT[kind]}{where}", "are right")
        return Wording(f"{_WORDS[kind]}{where}") if kind in _WORDS else PLAIN

    def sections(self, report: Report) -> Iterator[Section]:
        """Yield a section for each model."""
        yield from sections(self.name, report)


class ImitationRun(PairRun):
    """One run of the suite."""

    def __init__(self, suite: ImitationSuite, context: RunContext) -> None:
        super().__init__(suite, context)
        settings, base = context.settings, context.base
        others = [*context.references.values(), *([] if base is None else [base])]
        self._material = material.read(context)
        peers = Peers(
            {other.label: other.client for other in others if other.client is not None},
            base=None if base is None else base.label,
            samples=settings.samples,
            seed=settings.seed,
        )
        self._evaluator = ImitationEvaluator(peers, self._material.questions)

    @property
    def judge_name(self) -> str:
        """Name of the rules by which answers are compared."""
        return JUDGE

    @property
    def header(self) -> Sequence[str]:
        """What is left out, and what cannot be measured."""
        lines = left_out(self._suite.name, self._all, self._answerable)
        return [*lines, *([] if self._context.base else [_NO_BASE])]

    def arranged(self, file: str | None) -> Sequence[Case]:
        """Return the cases without references that the settings select, in their order."""
        del file
        # By what is behind the reference in the ids of pairs, too.
        return arranged(self._answerable, self._context.settings, [f"{self._suite.name}/"])

    def evaluator(self, model: ModelUnderTest) -> Evaluator:
        """Return the evaluator, shared by all models."""
        del model
        return self._evaluator

    def efforts(self, label: str) -> Sequence[Effort]:
        """Return a request for each prompt to the model, the references and the base."""
        names = [f"reference {name}" for name in self._context.references if name != label]
        base = [] if self._context.base is None else ["base"]
        return [asked(role, self.unpaired(label)) for role in ("model", *names, *base)]

    @cached_property
    def _all(self) -> Sequence[Case]:
        return self._material.cases(self._suite.name, self._context.settings.samples)

    @cached_property
    def _answerable(self) -> Sequence[Case]:
        return answerable(self._suite.name, self._all, self._context)


def _of_group(group: str) -> tuple[str, ...]:
    """Return the numbers that a category or language may have."""
    if group == material.OPEN:
        return STYLE
    return (*CAPABILITY, GAP) if group in QUESTION_CATEGORIES else (*STYLE, *CAPABILITY, GAP)


IMITATION = ImitationSuite()
