"""A model under test, as tests see it: asked and observed without knowing of the event loop."""

from collections.abc import Hashable, Sequence
from functools import partial

from pytest_distill.engine.bridge import Bridge
from pytest_distill.engine.client import ModelClient
from pytest_distill.engine.evaluate import evaluate, observed, request
from pytest_distill.engine.lookahead import LookAhead, Work
from pytest_distill.engine.pairwise import PairwiseEvaluator
from pytest_distill.errors import UsageError
from pytest_distill.protocols import Journal, Judge, SyncJudge
from pytest_distill.records import (
    Case,
    Completion,
    FactSet,
    IdentityVerdict,
    Message,
    Observation,
    Request,
)


class ModelUnderTest:
    """A model under test: what the `model` fixture gives."""

    def __init__(
        self,
        label: str,
        *,
        facts: FactSet,
        judge: Judge,
        model: ModelClient | None,
        bridge: Bridge,
        ahead: LookAhead,
        seed: int,
    ) -> None:
        """Make it answer to tests.

        Args:
            label: what reports call it.
            facts: what is true of it.
            judge: reads its answers.
            model: who answers; None where cases bring their answers along.
            bridge: where questions are asked.
            ahead: what asks them before the tests come.
            seed: of the run.
        """
        self.label = label
        self.facts = facts
        self._judge = judge
        self._reader = judge if isinstance(judge, SyncJudge) else None
        self._model = model
        self._bridge = bridge
        self._ahead = ahead
        self._journal: Journal | None = None
        self._comparison: PairwiseEvaluator | None = None
        self._seed = seed

    def __repr__(self) -> str:
        return f"<model {self.label}>"

    def ask(self, prompt: str | Sequence[Message], *, sample: int = 0) -> Completion:
        """Ask one question, or go on with a conversation, and wait for the answer.

        Raises:
            ModelError: no usable answer came.
            UsageError: the answers are transcripts, so there is nobody to ask.
        """
        if self._model is None:
            message = f"{self.label} is a file of transcripts: it cannot be asked anything new"
            raise UsageError(message)
        messages = (
            (Message(role="user", content=prompt),) if isinstance(prompt, str) else tuple(prompt)
        )
        request = Request(messages=messages, sample=sample, seed=self._seed + sample)
        return self._bridge.run(self._model.complete(request))

    def observe(self, case: Case) -> Observation:
        """Put `case` to the model and have its answer judged, or wait until that is done."""
        key, work = self.work(case)
        if not self._ahead.expects(key):
            observation = self._at_hand(case)
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
        if self._reader is None or case.reference is not None:
            return False
        if case.response is not None:
            return True
        return self._model is not None and self._model.remembers(self._request(case))

    def work(self, case: Case) -> tuple[Hashable, Work]:
        """Return the evaluation of `case` for the look-ahead, under the key of `observe`."""
        return (self.label, case.id), partial(self._evaluate, case)

    def read(self, answer: str, *, query: str = "", template: str | None = None) -> IdentityVerdict:
        """Judge an answer that the caller has."""
        case = Case(
            id="fixture/judge", suite="fixture", query=query, template=template, probe_key=query
        )
        return self._bridge.run(self._judge.judge(case, answer))

    @property
    def judge_name(self) -> str:
        """What the report calls the judge."""
        return self._judge.name

    def keep_in(self, journal: Journal) -> None:
        """Write what is observed to `journal`, and take from there what is finished."""
        self._journal = journal

    def compare_in(self, comparison: PairwiseEvaluator) -> None:
        """Have cases that name a reference compared there."""
        self._comparison = comparison

    async def aclose(self) -> None:
        """Give back what the model opened."""
        if self._model is not None:
            await self._model.aclose()

    def _request(self, case: Case) -> Request:
        return request(case, seed=self._seed)

    def _finished(self, case: Case) -> Observation | None:
        if self._journal is None:
            return None
        before = self._journal.finished.get((self.label, case.id))
        # What is missing was not finished: whatever was in the way may be gone.
        if before is None or before.outcome != "judged" or before.case != case:
            return None
        return before

    def _at_hand(self, case: Case) -> Observation | None:
        if self._journal is not None:
            # What is new is written to the journal, on the loop.
            return self._finished(case)
        if self._reader is None or case.reference is not None:
            return None
        completion = None if case.response is None else Completion(text=case.response)
        if completion is None and self._model is not None:
            completion = self._model.recall(self._request(case))
        if completion is None:
            return None
        verdict = self._reader.judge_now(case, completion.text)
        return observed(case, completion, verdict, label=self.label, judge=self.judge_name)

    async def _evaluate(self, case: Case) -> Observation:
        before = self._finished(case)
        if before is not None:
            return before
        observation = await (self._judged(case) if case.reference is None else self._compared(case))
        if self._journal:
            await self._journal.append(observation)
        return observation

    async def _judged(self, case: Case) -> Observation:
        return await evaluate(
            case, label=self.label, model=self._model, judge=self._judge, seed=self._seed
        )

    async def _compared(self, case: Case) -> Observation:
        if self._comparison is None:
            message = f"case {case.id!r} needs a reference: give --reference SPEC"
            raise UsageError(message)
        return await self._comparison.observe(case, label=self.label, ask=partial(self._ask, case))

    async def _ask(self, case: Case) -> Completion:
        if case.response is not None:
            return Completion(text=case.response)
        if self._model is None:
            message = f"case {case.id!r} has no recorded answer, and there is no model to ask"
            raise ValueError(message)
        return await self._model.complete(self._request(case))
