"""Every seam between the rooms on one page."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, runtime_checkable

from pytest_distill.records import (
    Case,
    Completion,
    IdentityVerdict,
    LikenessVerdict,
    Observation,
    Request,
    SlotResult,
)


class Model(Protocol):
    """Answers questions: a server, a file, a process or a function."""

    async def complete(self, request: Request) -> Completion:
        """Answer `request`.

        Called from one event loop, many times at once.

        Raises:
            TransientModelError: worth another try.
            ModelError: no usable answer, and none to be expected.
        """
        ...

    async def aclose(self) -> None:
        """Give back what was opened; called once, also after errors."""
        ...


class Judge(Protocol):
    """Reads one answer to an identity probe against the facts that it was made with."""

    @property
    def name(self) -> str:
        """What reports call it; changes whenever its verdicts may."""
        ...

    async def judge(self, case: Case, answer: str) -> IdentityVerdict:
        """Say whether `answer` leaks; ``loose=None`` where there is nothing to judge."""
        ...


@runtime_checkable
class SyncJudge(Protocol):
    """A judge that asks nobody, and so needs no event loop."""

    def judge_now(self, case: Case, answer: str) -> IdentityVerdict:
        """Give the verdict that `Judge.judge` would."""
        ...


class LikenessJudge(Protocol):
    """Compares a model's answer with a reference's."""

    @property
    def name(self) -> str:
        """What reports call it; changes whenever its scores may."""
        ...

    async def compare(self, case: Case, answer: str, reference: str) -> LikenessVerdict:
        """Say how alike the answers are; ``scores=None`` where there is nothing to compare."""
        ...


class AnsweringModel(Protocol):
    """The model under test, as the evaluation of one case sees it."""

    @property
    def label(self) -> str:
        """What reports call it."""
        ...

    async def answer(self, case: Case) -> Completion:
        """Return the recorded answer of `case`, else ask the model.

        Raises:
            ModelError: no usable answer came.
        """
        ...


class Evaluator(Protocol):
    """Turns the cases of a suite into observations."""

    @property
    def judge_name(self) -> str:
        """What reports call the judge; changes whenever its verdicts may."""
        ...

    @property
    def is_immediate(self) -> bool:
        """Whether `evaluate_now` works: nobody but the model under test is asked."""
        ...

    async def evaluate(self, case: Case, model: AnsweringModel) -> Observation:
        """Return what was observed; a failure of the model or of a judge is a missing case."""
        ...

    def evaluate_now(self, case: Case, label: str, completion: Completion) -> Observation:
        """Return what `evaluate` would, for the answer `completion` of the model `label`.

        Called only where `is_immediate`, from pytest's thread.
        """
        ...


class Cache(Protocol):
    """Keeps answers, so that no request is paid for twice."""

    def holds(self, key: str) -> bool:
        """Return whether there is an answer under `key`; called from pytest's thread."""
        ...

    def find(self, key: str) -> Completion | None:
        """Return the answer kept under `key`, if any; called from pytest's thread."""
        ...

    async def get(
        self, key: str, ask: Callable[[], Awaitable[Completion]]
    ) -> tuple[Completion, bool]:
        """Return the answer kept under `key`, else what `ask` gives, and whether it was kept.

        At most one `ask` runs for a key at a time, over all processes that share the cache.
        An error of `ask` is raised and never kept.
        """
        ...


class Journal(Protocol):
    """Remembers what a run has finished, so that it can be resumed."""

    @property
    def finished(self) -> Mapping[tuple[str, str], Observation]:
        """What was finished before, by the label of the model and the id of the case."""
        ...

    async def append(self, observation: Observation) -> None:
        """Keep `observation`; it is durable when this returns."""
        ...

    def note_slot(self, slot: SlotResult) -> None:
        """Keep what became of a slot; it is durable when this returns."""
        ...


class BudgetAccount(Protocol):
    """Pays for calls, as long as the budget bears them."""

    def reserve(self, *, tokens: int, usd: float) -> None:
        """Set aside one call and what it may cost at most.

        Raises:
            BudgetError: that is more than is left; nothing was set aside.
        """
        ...

    def give_back(self, *, tokens: int, usd: float) -> None:
        """Return what was set aside and not spent."""
        ...
