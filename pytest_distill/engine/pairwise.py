"""Compares the answers of two models to one prompt."""

from collections.abc import Mapping

from pytest_distill.engine.answers import OnLoop, SharedAnswers, Tasks, conversation, once
from pytest_distill.engine.client import ModelClient
from pytest_distill.engine.evaluate import missing, without_answer
from pytest_distill.errors import ModelError
from pytest_distill.protocols import AnsweringModel, LikenessJudge
from pytest_distill.records import Case, Likeness, LikenessVerdict, Observation


class PairwiseEvaluator(OnLoop):
    """Compares models with the references; each answer of a reference is requested once."""

    def __init__(
        self,
        references: Mapping[str, ModelClient],
        *,
        judge: LikenessJudge,
        samples: int,
        seed: int,
        anchors: bool,
    ) -> None:
        """Send no request yet.

        Args:
            references: by label.
            judge: compares two answers.
            samples: answers per prompt; with two or more, the likeness of a reference's own
                answers is measured too.
            seed: of the run.
            anchors: also compare the references with each other and themselves, to report beside
                the scores; this takes more judge calls.
        """
        self._references = references
        self._judge = judge
        self._samples = samples
        self._anchors = anchors
        self._answers = SharedAnswers(references, seed=seed)
        self._reference_likeness: Tasks[Likeness | None] = {}

    @property
    def judge_name(self) -> str:
        """The judge's name in reports."""
        return self._judge.name

    async def evaluate(self, case: Case, model: AnsweringModel) -> Observation:
        """Compare the answer of `model` with the reference's; on failure the case is missing."""
        unjudged = missing(case, model.label, self._judge.name)
        try:
            own = await self._answers.of_model(case, model)
        except ModelError as error:
            return without_answer(unjudged, error)
        unjudged = unjudged.model_copy(update={"completion": own})
        try:
            other = await self._answers.of(case, case.reference or "")
        except ModelError as error:
            why = f"the reference {case.reference} gave no answer: {error}"
            return without_answer(unjudged, error).model_copy(update={"why_missing": why})
        unjudged = unjudged.model_copy(update={"reference": other})
        try:
            verdict = await self._judge.compare(case, own.answer, other.answer)
        except ModelError as error:
            why = f"the judge gave no answer: {error}"
            return without_answer(unjudged, error).model_copy(update={"why_missing": why})
        if verdict.scores is None:
            return unjudged.model_copy(update={"why_missing": verdict.reason})
        verdict = await self._with_anchors(verdict, case, model.label)
        return unjudged.model_copy(update={"likeness": verdict, "outcome": "judged"})

    async def _with_anchors(
        self, verdict: LikenessVerdict, case: Case, label: str
    ) -> LikenessVerdict:
        if not self._anchors:
            return verdict
        reference = case.reference or ""
        decoys = [other for other in self._references if other not in {reference, label}]
        found = [await self._compare_references(case, reference, other) for other in decoys]
        ceiling = None
        if self._samples > 1:
            other = (case.sample + 1) % self._samples
            ceiling = await self._compare_references(case, reference, reference, sample=other)
        floor = _mean([likeness for likeness in found if likeness is not None])
        return verdict.model_copy(update={"floor": floor, "ceiling": ceiling})

    async def _compare_references(
        self, case: Case, one: str, other: str, *, sample: int | None = None
    ) -> Likeness | None:
        """Return the likeness of two references; None if an answer or the verdict failed."""
        number = case.sample if sample is None else sample

        async def compare() -> Likeness | None:
            try:
                left = await self._answers.of(case, one)
                right = await self._answers.of(case, other, sample=number)
                return (await self._judge.compare(case, left.answer, right.answer)).scores
            except ModelError:
                return None

        pair = tuple(sorted(((one, case.sample), (other, number))))
        return await once((pair, conversation(case)), compare, self._reference_likeness)


def _mean(found: list[Likeness]) -> Likeness | None:
    if not found:
        return None
    names = Likeness.model_fields
    return Likeness(**{n: sum(getattr(x, n) for x in found) / len(found) for n in names})
