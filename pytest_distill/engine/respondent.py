"""A model under test, as tests see it: asked and observed without knowing of the event loop."""

from collections.abc import Hashable, Sequence
from functools import partial

from pytest_distill.engine.bridge import Bridge
from pytest_distill.engine.evaluate import evaluate
from pytest_distill.engine.lookahead import LookAhead, Work
from pytest_distill.errors import UsageError
from pytest_distill.protocols import Journal, Judge, Model
from pytest_distill.records import (
    Case,
    Completion,
    FactSet,
    IdentityVerdict,
    Message,
    Observation,
    Request,
)


class Respondent:
    """A model under test: what the `model` fixture gives."""

    def __init__(
        self,
        label: str,
        *,
        facts: FactSet,
        judge: Judge,
        model: Model | None,
        bridge: Bridge,
        ahead: LookAhead,
        seed: int,
    ) -> None:
        self.label = label
        self.facts = facts
        self._judge = judge
        self._model = model
        self._bridge = bridge
        self._ahead = ahead
        self._journal: Journal | None = None
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
        return self._ahead.result(*self.work(case))

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

    async def aclose(self) -> None:
        """Give back what the model opened."""
        if self._model is not None:
            await self._model.aclose()

    async def _evaluate(self, case: Case) -> Observation:
        before = self._journal and self._journal.finished.get((self.label, case.id))
        # What is missing was not finished: whatever was in the way may be gone.
        if before and before.outcome == "judged" and before.case == case:
            return before
        observation = await evaluate(
            case, label=self.label, model=self._model, judge=self._judge, seed=self._seed
        )
        if self._journal:
            await self._journal.append(observation)
        return observation
