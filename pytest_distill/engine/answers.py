"""Answers that several cases of a suite have in common: each is requested once."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import TypeVar

from pytest_distill.engine.client import ModelClient
from pytest_distill.engine.evaluate import request
from pytest_distill.protocols import AnsweringModel
from pytest_distill.records import Case, Completion, Observation

T = TypeVar("T")

Tasks = dict[Hashable, asyncio.Task[T]]


class OnLoop:
    """The part of an evaluator that is the same wherever further models are asked."""

    @property
    def is_immediate(self) -> bool:
        """Never: requests to other models need an event loop."""
        return False

    def evaluate_now(self, case: Case, label: str, completion: Completion) -> Observation:
        """Raise TypeError: see `is_immediate`."""
        del label, completion
        message = f"{case.id}: comparing two answers needs an event loop"
        raise TypeError(message)


class SharedAnswers:
    """Asks references and other models that many cases are compared with."""

    def __init__(self, clients: Mapping[str, ModelClient], *, seed: int) -> None:
        """Send no request yet.

        Args:
            clients: of the models that are not under test, by label; a model under test may be one
                of them.
            seed: of the run.
        """
        self._clients = clients
        self._seed = seed
        self._answers: Tasks[Completion] = {}

    async def of_model(self, case: Case, model: AnsweringModel) -> Completion:
        """Return the answer of the model under test.

        Raises:
            ModelError: no usable answer came.
        """
        # A model under test may also be a reference: then they share the answer.
        if model.label in self._clients and case.response is None:
            return await self.of(case, model.label)
        key = (model.label, conversation(case), case.sample)
        return await once(key, lambda: model.answer(case), self._answers)

    async def of(self, case: Case, label: str, *, sample: int | None = None) -> Completion:
        """Return the answer of another model.

        Args:
            case: whose prompt is answered.
            label: of the model.
            sample: number of the answer, from 0; None: that of the case.

        Raises:
            ModelError: no usable answer came.
        """
        number = case.sample if sample is None else sample

        async def ask() -> Completion:
            asked = case.model_copy(update={"sample": number})
            return await self._clients[label].complete(request(asked, seed=self._seed))

        return await once((label, conversation(case), number), ask, self._answers)


async def once(key: Hashable, work: Callable[[], Awaitable[T]], tasks: Tasks[T]) -> T:
    """Return the result of `work`, which is done once for each `key`.

    Args:
        key: of the work.
        work: to do if nobody has begun it.
        tasks: begun so far; the new one is added.
    """
    task = tasks.get(key)
    if task is None:
        task = tasks[key] = asyncio.ensure_future(work())
    # With many references nearly all tasks are done already, a dozen for each case.
    if task.done():
        return task.result()
    # Shielded: cancelling one waiter must not cancel the task for the others.
    return await asyncio.shield(task)


def conversation(case: Case) -> Hashable:
    """Return what a model is sent, apart from the number of the answer."""
    return case.messages or case.prompt
