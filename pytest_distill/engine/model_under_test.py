"""A model under test, as tests see it: asked and observed without knowing of the event loop."""

from collections.abc import Hashable, Mapping, Sequence
from functools import partial

from pytest_distill.engine.bridge import Bridge
from pytest_distill.engine.client import ModelClient
from pytest_distill.engine.evaluate import IdentityEvaluator, request
from pytest_distill.engine.lookahead import LookAhead, Work
from pytest_distill.errors import UsageError
from pytest_distill.protocols import Evaluator, Journal, Judge
from pytest_distill.records import (
    Case,
    Completion,
    FactSet,
    IdentityVerdict,
    Message,
    Observation,
    Request,
    SlotResult,
)


class ModelUnderTest:
    """A model under test: what the `model` fixture gives."""

    def __init__(
        self,
        label: str,
        *,
        facts: FactSet,
        judge: Judge,
        client: ModelClient | None,
        bridge: Bridge,
        ahead: LookAhead,
        seed: int,
    ) -> None:
        """Make it answer to tests.

        Args:
            label: what reports call it.
            facts: what is true of it.
            judge: reads its answers to identity probes.
            client: who answers; None where cases bring their answers along.
            bridge: where questions are asked.
            ahead: what asks them before the tests come.
            seed: of the run.
        """
        self.label = label
        self.facts = facts
        self.client = client
        self.judge = judge
        self._bridge = bridge
        self._ahead = ahead
        self._journal: Journal | None = None
        self._identity = IdentityEvaluator(judge)
        self._evaluators: dict[str, Evaluator] = {}
        self._seed = seed

    def __repr__(self) -> str:
        return f"<model {self.label}>"

    def ask(self, prompt: str | Sequence[Message], *, sample: int = 0) -> Completion:
        """Ask one question, or go on with a conversation, and wait for the answer.

        Raises:
            ModelError: no usable answer came.
            UsageError: the answers are transcripts, so there is nobody to ask.
        """
        if self.client is None:
            message = f"{self.label} is a file of transcripts: it cannot be asked anything new"
            raise UsageError(message)
        messages = (
            (Message(role="user", content=prompt),) if isinstance(prompt, str) else tuple(prompt)
        )
        request = Request(messages=messages, sample=sample, seed=self._seed + sample)
        return self._bridge.run(self.client.complete(request))

    async def answer(self, case: Case) -> Completion:
        """Return the recorded answer of `case`, else ask.

        Raises:
            ModelError: no usable answer came.
        """
        if case.response is not None:
            return Completion(text=case.response)
        if self.client is None:
            message = f"case {case.id!r} has no recorded answer, and there is no model to ask"
            raise ValueError(message)
        return await self.client.complete(request(case, seed=self._seed))

    def observe(self, case: Case) -> Observation:
        """Put `case` to the model and have its answer judged, or wait until that is done."""
        key, work = self.work(case)
        if not self._ahead.expects(key):
            observation = self._observe_now(case)
            if observation is not None:
                return observation
        return self._ahead.result(key, work)

    def needs_no_request(self, case: Case) -> bool:
        """Return whether nobody has to be asked for `case`.

        Its test observes it then, with no work done ahead: the event loop would be no faster,
        and two threads that compute fight for the interpreter.
        """
        if self._journal is not None:
            return self._finished(case) is not None
        if not self._evaluator(case).is_immediate:
            return False
        if case.response is not None:
            return True
        return self.client is not None and self.client.remembers(request(case, seed=self._seed))

    def work(self, case: Case) -> tuple[Hashable, Work]:
        """Return the evaluation of `case` for the look-ahead, under the key of `observe`."""
        return (self.label, case.id), partial(self._evaluate, case)

    def read(self, answer: str, *, query: str = "", template: str | None = None) -> IdentityVerdict:
        """Judge an answer that the caller has."""
        case = Case(
            id="fixture/judge", suite="fixture", query=query, template=template, probe_key=query
        )
        return self._bridge.run(self.judge.judge(case, answer))

    @property
    def judge_name(self) -> str:
        """What the report calls the judge of identity."""
        return self.judge.name

    def keep_in(self, journal: Journal) -> None:
        """Write what is observed to `journal`, and take from there what is finished."""
        self._journal = journal

    def note_slot(self, slot: SlotResult) -> None:
        """Write what became of a slot to the journal, where there is one."""
        if self._journal is not None:
            self._journal.note_slot(slot)

    def evaluate_with(self, evaluators: Mapping[str, Evaluator]) -> None:
        """Have the cases of each suite evaluated by its own evaluator; others by identity."""
        self._evaluators.update(evaluators)

    async def aclose(self) -> None:
        """Give back what the client opened."""
        if self.client is not None:
            await self.client.aclose()

    def _evaluator(self, case: Case) -> Evaluator:
        return self._evaluators.get(case.suite, self._identity)

    def _finished(self, case: Case) -> Observation | None:
        if self._journal is None:
            return None
        before = self._journal.finished.get((self.label, case.id))
        # What is missing was not finished: whatever was in the way may be gone.
        if before is None or before.outcome != "judged" or before.case != case:
            return None
        return before

    def _observe_now(self, case: Case) -> Observation | None:
        if self._journal is not None:
            # What is new is written to the journal, on the loop.
            return self._finished(case)
        evaluator = self._evaluator(case)
        if not evaluator.is_immediate:
            return None
        completion = None if case.response is None else Completion(text=case.response)
        if completion is None and self.client is not None:
            completion = self.client.recall(request(case, seed=self._seed))
        if completion is None:
            return None
        return evaluator.evaluate_now(case, self.label, completion)

    async def _evaluate(self, case: Case) -> Observation:
        before = self._finished(case)
        if before is not None:
            return before
        observation = await self._evaluator(case).evaluate(case, self)
        if self._journal:
            await self._journal.append(observation)
        return observation
