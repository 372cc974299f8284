"""A model under test: the synchronous interface that tests use."""

from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from pytest_distill.engine.bridge import Bridge
from pytest_distill.engine.client import ModelClient
from pytest_distill.engine.evaluate import IdentityEvaluator, missing, request
from pytest_distill.engine.guarded_model import shortened
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
    Record,
    Request,
    SlotResult,
)
from pytest_distill.redaction import Secrets

R = TypeVar("R", bound=Record)


class _Asking:
    """A model under test during one evaluation, with the answers that it gave."""

    def __init__(self, model: "ModelUnderTest") -> None:
        self._model = model
        self.label = model.label
        self.answers: list[Completion] = []

    async def answer(self, case: Case) -> Completion:
        completion = await self._model.answer(case)
        self.answers.append(completion)
        return completion


def _age_order(completion: Completion) -> float:
    """Order answers by their time, those of unknown age first."""
    return completion.answered_at or 0.0


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
        """Connect the model to judge and event loop.

        Args:
            label: its name in reports.
            facts: what is true of it.
            judge: reads its answers to identity probes.
            client: sends requests; None if the cases have recorded answers.
            bridge: where requests are sent.
            ahead: evaluates cases ahead of their tests.
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
        self._secrets = Secrets()

    def __repr__(self) -> str:
        return f"<model {self.label}>"

    def ask(self, prompt: str | Sequence[Message], *, sample: int = 0) -> Completion:
        """Send a prompt or a conversation and wait for the answer.

        Raises:
            ModelError: no usable answer came.
            UsageError: the answers are transcripts, so there is no model to ask.
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
        """Return the recorded answer of `case`, else ask the model.

        Raises:
            ModelError: no usable answer came.
        """
        if case.response is not None:
            return shortened(Completion(text=case.response))
        if self.client is None:
            message = f"case {case.id!r} has no recorded answer, and there is no model to ask"
            raise ValueError(message)
        return await self.client.complete(request(case, seed=self._seed))

    def observe(self, case: Case) -> Observation:
        """Return the observation of `case`: evaluate it, or wait for the look-ahead."""
        key, work = self.work(case)
        if not self._ahead.expects(key):
            observation = self._observe_now(case)
            if observation is not None:
                return observation
        return self._ahead.result(key, work)

    def needs_no_request(self, case: Case) -> bool:
        """Return whether `case` can be evaluated without sending a request.

        Such a case is evaluated in its test, not ahead: the event loop would be no faster, and
        would compete with the test for the interpreter.
        """
        if self._journal is not None:
            return self._finished(case) is not None
        if not self._evaluator(case).is_immediate:
            return False
        if case.response is not None:
            return True
        return self.client is not None and self.client.is_cached(request(case, seed=self._seed))

    def work(self, case: Case) -> tuple[Hashable, Work]:
        """Return key and evaluation of `case`, for the look-ahead."""
        return (self.label, case.id), partial(self._evaluate, case)

    def unobserved(self, case: Case, reason: str, *, is_crash: bool = False) -> Observation:
        """Return the missing observation of a case whose test ended without one."""
        how = "crashed" if is_crash else "ended"
        blank = missing(case, self.label, self._evaluator(case).judge_name)
        return self.without_secrets(
            blank.model_copy(update={"why_missing": reason, "unobserved": how})
        )

    def without_secrets(self, record: R) -> R:
        """Return a record with each secret of the run in its texts as ``***``."""
        return self._secrets.blotted(record)

    def judge_answer(
        self, answer: str, *, query: str = "", template: str | None = None
    ) -> IdentityVerdict:
        """Judge a given answer."""
        case = Case(
            id="fixture/judge", suite="fixture", query=query, template=template, probe_key=query
        )
        return self._bridge.run(self.judge.judge(case, answer))

    @property
    def judge_name(self) -> str:
        """The name of the identity judge in reports."""
        return self.judge.name

    def use_journal(self, journal: Journal) -> None:
        """Write observations to `journal`, and reuse those that it has."""
        self._journal = journal

    def note_slot(self, slot: SlotResult) -> None:
        """Write the result of a slot to the journal, if there is one."""
        if self._journal is not None:
            self._journal.note_slot(slot)

    def evaluate_with(self, evaluators: Mapping[str, Evaluator]) -> None:
        """Set the evaluator of each suite; other suites use the identity evaluator."""
        self._evaluators.update(evaluators)

    def leave_out(self, secrets: Secrets) -> None:
        """Keep `secrets` out of all observations; recorded answers and prompts may hold them."""
        self._secrets = secrets

    async def aclose(self) -> None:
        """Close the client."""
        if self.client is not None:
            await self.client.aclose()

    def _evaluator(self, case: Case) -> Evaluator:
        return self._evaluators.get(case.suite, self._identity)

    def _finished(self, case: Case) -> Observation | None:
        if self._journal is None:
            return None
        before = self._journal.finished.get((self.label, case.id))
        # Missing cases are evaluated again: the cause may be gone.
        if before is None or before.outcome != "judged" or before.case != case:
            return None
        return before

    def _observe_now(self, case: Case) -> Observation | None:
        if self._journal is not None:
            # New observations are written to the journal on the loop, not here.
            return self._finished(case)
        evaluator = self._evaluator(case)
        if not evaluator.is_immediate:
            return None
        recorded = case.response
        completion = None if recorded is None else shortened(Completion(text=recorded))
        if completion is None and self.client is not None:
            completion = self.client.cached(request(case, seed=self._seed))
        if completion is None:
            return None
        return self._secrets.blotted(evaluator.evaluate_now(case, self.label, completion))

    async def _evaluate(self, case: Case) -> Observation:
        before = self._finished(case)
        if before is not None:
            return before
        asking = _Asking(self)
        try:
            observation = await self._evaluator(case).evaluate(case, asking)
        except Exception as error:
            # A plugin's judge or suite may raise what it was sent; pytest shows and reports it.
            self._secrets.blot_error(error)
            raise
        if observation.completion is None and asking.answers:
            # A suite may measure an answer without returning it; its age is needed all the same.
            update = {"completion": min(asking.answers, key=_age_order)}
            observation = observation.model_copy(update=update)
        observation = self._secrets.blotted(observation)
        if self._journal:
            await self._journal.append(observation)
        return observation
