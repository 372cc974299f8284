"""The interfaces between packages, on one page."""

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
    """Answers requests: a server, a file, a process or a function."""

    async def complete(self, request: Request) -> Completion:
        """Answer `request`.

        Called from one event loop, concurrently.

        Raises:
            TransientModelError: a retry may succeed.
            ModelError: no usable answer, and retries do not help.
        """
        ...

    async def aclose(self) -> None:
        """Close what was opened; called once, also after errors."""
        ...


@runtime_checkable
class KnownAnswers(Protocol):
    """A model that has only certain answers, and knows them before it is asked."""

    def holds(self, request: Request) -> bool:
        """Return whether there is an answer to `request`."""
        ...


class Judge(Protocol):
    """Judges one answer to an identity probe by the facts that the judge was built with."""

    @property
    def name(self) -> str:
        """Its name in reports; changes whenever its verdicts may."""
        ...

    async def judge(self, case: Case, answer: str) -> IdentityVerdict:
        """Return whether `answer` leaks; ``loose=None`` if there is nothing to judge."""
        ...


@runtime_checkable
class SyncJudge(Protocol):
    """A judge that sends no requests, and so needs no event loop."""

    def judge_now(self, case: Case, answer: str) -> IdentityVerdict:
        """Return the same verdict as `Judge.judge`."""
        ...


class LikenessJudge(Protocol):
    """Compares a model's answer with a reference's."""

    @property
    def name(self) -> str:
        """Its name in reports; changes whenever its scores may."""
        ...

    async def compare(self, case: Case, answer: str, reference: str) -> LikenessVerdict:
        """Return how alike the answers are; ``scores=None`` if there is nothing to compare.

        Neither text holds what its model thought before it answered.
        """
        ...


class AnsweringModel(Protocol):
    """The model under test, as evaluators use it."""

    @property
    def label(self) -> str:
        """Its name in reports."""
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
        """The judge's name in reports; changes whenever its verdicts may."""
        ...

    @property
    def is_immediate(self) -> bool:
        """Whether `evaluate_now` works: only the model under test gets requests."""
        ...

    async def evaluate(self, case: Case, model: AnsweringModel) -> Observation:
        """Return the observation; if model or judge fails, the case is missing."""
        ...

    def evaluate_now(self, case: Case, label: str, completion: Completion) -> Observation:
        """Return the same as `evaluate`, for the answer `completion` of the model `label`.

        Called only if `is_immediate`, from pytest's thread.
        """
        ...


class Cache(Protocol):
    """Stores answers, so that no request is paid for twice."""

    def holds(self, key: str) -> bool:
        """Return whether there is an answer under `key`; called from pytest's thread."""
        ...

    def find(self, key: str) -> Completion | None:
        """Return the answer under `key`, if any; called from pytest's thread."""
        ...

    async def get(
        self, key: str, ask: Callable[[], Awaitable[Completion]]
    ) -> tuple[Completion, bool]:
        """Return the answer under `key`, else that of `ask`, and whether it was a cache hit.

        At most one `ask` runs for a key at a time, over all processes that share the cache.
        An error of `ask` is raised and never stored.
        """
        ...


class Journal(Protocol):
    """Records the finished cases of a run, so that it can be resumed."""

    @property
    def finished(self) -> Mapping[tuple[str, str], Observation]:
        """Finished observations, by the label of the model and the id of the case."""
        ...

    async def append(self, observation: Observation) -> None:
        """Store `observation`; it is durable when this returns."""
        ...

    def note_slot(self, slot: SlotResult) -> None:
        """Store the result of a slot; it is durable when this returns."""
        ...


class BudgetAccount(Protocol):
    """Keeps the calls of a run within the budget."""

    def reserve(self, *, tokens: int, usd: float) -> None:
        """Reserve one call and its highest possible cost.

        Raises:
            BudgetError: that is more than is left; nothing was reserved.
        """
        ...

    def give_back(self, *, tokens: int, usd: float) -> None:
        """Release what was reserved and not spent."""
        ...
