"""One prompt, two models: their answers side by side before a judge."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import TypeVar

from pytest_distill.engine.client import ModelClient
from pytest_distill.engine.evaluate import missing, request, without_answer
from pytest_distill.errors import ModelError
from pytest_distill.protocols import AnsweringModel, LikenessJudge
from pytest_distill.records import Case, Completion, Likeness, LikenessVerdict, Observation

T = TypeVar("T")


class PairwiseEvaluator:
    """The references of a run, each asked once for each answer that somebody is held against."""

    def __init__(
        self,
        references: Mapping[str, ModelClient],
        *,
        judge: LikenessJudge,
        samples: int,
        seed: int,
        anchors: bool,
    ) -> None:
        """Ask nobody yet.

        Args:
            references: by label.
            judge: compares two answers.
            samples: answers per prompt; with two and more a reference's own are the ceiling.
            seed: of the run.
            anchors: compare the references with each other too, which costs judgements.
        """
        self._references = references
        self._judge = judge
        self._samples = samples
        self._seed = seed
        self._anchors = anchors
        self._answers: dict[Hashable, asyncio.Task[Completion]] = {}
        self._anchored: dict[Hashable, asyncio.Task[Likeness | None]] = {}

    @property
    def judge_name(self) -> str:
        """What the report calls the judge."""
        return self._judge.name

    @property
    def is_immediate(self) -> bool:
        """A reference is asked too, so an event loop is needed."""
        return False

    def evaluate_now(self, case: Case, label: str, completion: Completion) -> Observation:
        """Refuse: see `is_immediate`."""
        del label, completion
        message = f"{case.id}: to compare two answers needs an event loop"
        raise TypeError(message)

    async def evaluate(self, case: Case, model: AnsweringModel) -> Observation:
        """Compare the answer of `model` with the reference's; a failure is missing."""
        blank = missing(case, model.label, self._judge.name)
        try:
            own = await self._of_model(case, model)
        except ModelError as error:
            return without_answer(blank, error)
        blank = blank.model_copy(update={"completion": own})
        try:
            other = await self._answer(case, case.reference or "")
        except ModelError as error:
            why = f"the reference {case.reference} gave no answer: {error}"
            return without_answer(blank, error).model_copy(update={"why_missing": why})
        blank = blank.model_copy(update={"reference": other})
        try:
            verdict = await self._judge.compare(case, own.text, other.text)
        except ModelError as error:
            why = f"the judge gave no answer: {error}"
            return without_answer(blank, error).model_copy(update={"why_missing": why})
        if verdict.scores is None:
            return blank.model_copy(update={"why_missing": verdict.reason})
        verdict = await self._with_anchors(verdict, case, model.label)
        return blank.model_copy(update={"likeness": verdict, "outcome": "judged"})

    async def _of_model(self, case: Case, model: AnsweringModel) -> Completion:
        # The student of one case may be the reference of another.
        if model.label in self._references and case.response is None:
            return await self._answer(case, model.label)
        key = (model.label, _key(case), case.sample)
        return await self._once(key, lambda: model.answer(case), self._answers)

    async def _answer(self, case: Case, label: str, *, sample: int | None = None) -> Completion:
        number = case.sample if sample is None else sample

        async def ask() -> Completion:
            asked = case.model_copy(update={"sample": number})
            return await self._references[label].complete(request(asked, seed=self._seed))

        return await self._once((label, _key(case), number), ask, self._answers)

    async def _with_anchors(
        self, verdict: LikenessVerdict, case: Case, label: str
    ) -> LikenessVerdict:
        if not self._anchors:
            return verdict
        reference = case.reference or ""
        decoys = [other for other in self._references if other not in {reference, label}]
        found = [await self._between(case, reference, other) for other in decoys]
        ceiling = None
        if self._samples > 1:
            other = (case.sample + 1) % self._samples
            ceiling = await self._between(case, reference, reference, sample=other)
        floor = _mean([likeness for likeness in found if likeness is not None])
        return verdict.model_copy(update={"floor": floor, "ceiling": ceiling})

    async def _between(
        self, case: Case, one: str, other: str, *, sample: int | None = None
    ) -> Likeness | None:
        """Return how alike two references are; None where one of them gave no answer."""
        number = case.sample if sample is None else sample

        async def compare() -> Likeness | None:
            try:
                left = await self._answer(case, one)
                right = await self._answer(case, other, sample=number)
                return (await self._judge.compare(case, left.text, right.text)).scores
            except ModelError:
                return None

        pair = tuple(sorted(((one, case.sample), (other, number))))
        return await self._once((pair, _key(case)), compare, self._anchored)

    async def _once(
        self,
        key: Hashable,
        work: Callable[[], Awaitable[T]],
        kept: "dict[Hashable, asyncio.Task[T]]",
    ) -> T:
        task = kept.get(key)
        if task is None:
            task = kept[key] = asyncio.ensure_future(work())
        # In a matrix nearly all is there already, a dozen times for each case.
        if task.done():
            return task.result()
        # Shielded: who waits may be cancelled while others wait for the same answer.
        return await asyncio.shield(task)


def _key(case: Case) -> Hashable:
    return case.messages or case.prompt


def _mean(found: list[Likeness]) -> Likeness | None:
    if not found:
        return None
    names = Likeness.model_fields
    return Likeness(**{n: sum(getattr(x, n) for x in found) / len(found) for n in names})
