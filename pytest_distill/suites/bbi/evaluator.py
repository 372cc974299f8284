"""Collects the answers of all arms of a case, and what judging models guess of them."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from pytest_distill.engine.answers import OnLoop, SharedAnswers, conversation
from pytest_distill.engine.evaluate import missing, without_answer
from pytest_distill.errors import BudgetError, ModelError
from pytest_distill.judges.identification import EXAMPLES, Example, Guess, IdentifyingJudge
from pytest_distill.protocols import AnsweringModel
from pytest_distill.records import Case, Completion, Observation, OtherAnswer
from pytest_distill.suites.bbi.names import BASE, RESAMPLE, STUDENT, TEACHER, value_name

NOTHING_TO_TELL = "One of the answers is empty: there is nothing to tell apart."


class Unrelated(NamedTuple):
    """Who stands for the model as it was before it was distilled."""

    base: str | None
    """Label of ``--base``; None if it was not given."""
    references: Sequence[str]
    """Labels of all references."""

    def of(self, reference: str, model: str) -> str | None:
        """Return the label of the base arm of a pair; None if there is nobody.

        Without ``--base`` it is the next reference in their order.
        """
        if self.base is not None:
            return None if self.base == reference else self.base
        if reference not in self.references:
            return None
        place = self.references.index(reference) + 1
        others = (*self.references[place:], *self.references[: place - 1])
        return next((label for label in others if label != model), None)


class PairCollector(OnLoop):
    """Asks everybody for the answers to one prompt; every answer is requested once."""

    def __init__(
        self,
        answers: SharedAnswers,
        judges: Mapping[str, IdentifyingJudge],
        *,
        unrelated: Unrelated,
        samples: int,
        recorded: Collection[str],
        prompts: Sequence[Case],
        otherwise: str,
    ) -> None:
        """Send no request yet.

        Args:
            answers: of references and base.
            judges: by their labels.
            unrelated: who is in the base arm.
            samples: answers to each prompt.
            recorded: labels of references that may have fewer answers than that.
            prompts: of the run; the judges are shown the answers to some of them.
            otherwise: the judge's name in reports, if no model judges.
        """
        self._answers = answers
        self._judges = judges
        self._unrelated = unrelated
        self._samples = samples
        self._recorded = recorded
        self._prompts = prompts
        self.judge_name = " + ".join(judge.name for judge in judges.values()) or otherwise

    async def evaluate(self, case: Case, model: AnsweringModel) -> Observation:
        """Return the answers of all arms; without both of the pair the case is missing."""
        found = missing(case, model.label, self.judge_name)
        try:
            own = await self._answers.of_model(case, model)
        except ModelError as error:
            return without_answer(found, error)
        found = found.model_copy(update={"completion": own})
        try:
            teacher = await self._teacher(case)
        except ModelError as error:
            why = f"the reference {case.reference} gave no answer: {error}"
            return without_answer(found, error).model_copy(update={"why_missing": why})
        theirs = teacher.completion
        is_own = teacher.sample == case.sample
        found = found.model_copy(
            update={"reference": theirs} if is_own else {"others": (teacher,)},
        )
        if not own.answer.strip() or not theirs.answer.strip():
            return found.model_copy(update={"why_missing": NOTHING_TO_TELL})
        others, is_unpaid = await self._others(case, model.label, can_resample=is_own)
        found = found.model_copy(
            update={"others": (*found.others, *others), "is_unpaid": is_unpaid}
        )
        arms = {STUDENT: own, **{other.role: other.completion for other in others}}
        return await self._judged(found, theirs, arms)

    async def _teacher(self, case: Case) -> OtherAnswer:
        """Return the reference's answer; of a recorded one that has no further, the first."""
        label = case.reference or ""

        async def sample(number: int) -> OtherAnswer:
            completion = await self._answers.of(case, label, sample=number)
            return OtherAnswer(role=TEACHER, model=label, sample=number, completion=completion)

        try:
            return await sample(case.sample)
        except ModelError:
            if not case.sample or label not in self._recorded:
                raise
            return await sample(0)

    async def _others(
        self, case: Case, label: str, *, can_resample: bool
    ) -> tuple[list[OtherAnswer], bool]:
        """Return the answers of the other arms, and whether the budget was spent before."""
        reference = case.reference or ""
        wanted = []
        # Each answer is in one pair only: used twice, each way round, it would cancel itself.
        if can_resample and not case.sample % 2 and case.sample + 1 < self._samples:
            wanted.append((RESAMPLE, reference, case.sample + 1))
        base = self._unrelated.of(reference, label)
        if base is not None:
            wanted.append((BASE, base, case.sample))
        found, is_unpaid = [], False
        for role, who, number in wanted:
            try:
                completion = await self._answers.of(case, who, sample=number)
            except ModelError as error:
                is_unpaid = is_unpaid or isinstance(error, BudgetError)
                continue
            if completion.answer.strip():
                found.append(
                    OtherAnswer(role=role, model=who, sample=number, completion=completion)
                )
        return found, is_unpaid

    async def _judged(
        self, found: Observation, teacher: Completion, arms: Mapping[str, Completion]
    ) -> Observation:
        """Return the observation with the guesses on each arm, by judge."""
        asked = [(label, arm) for label in self._judges for arm in arms]
        examples = await self._examples(found.case) if asked else []
        guesses = await asyncio.gather(
            *(
                self._judges[label].guess(found.case, arms[arm].answer, teacher.answer, examples)
                for label, arm in asked
            )
        )
        values = {
            value_name(label, arm): float(guess.value)
            for (label, arm), guess in zip(asked, guesses, strict=True)
            if guess.value is not None
        }
        failed = _of_student(asked, guesses)
        if failed and len(failed) == len(self._judges):
            why = {"why_missing": failed[0].reason, "reply": failed[0].reply}
            return found.model_copy(update=why)
        return found.model_copy(update={"outcome": "judged", "values": values})

    async def _examples(self, case: Case) -> list[Example]:
        """Return some of the reference's answers to other prompts."""
        found: list[Example] = []
        own = conversation(case)
        for other in self._prompts:
            if conversation(other) == own:
                continue
            try:
                said = await self._answers.of(other, case.reference or "", sample=0)
            except ModelError:
                continue
            found.append(Example(other.prompt, said.answer))
            if len(found) == EXAMPLES:
                break
        return found


def _of_student(asked: Sequence[tuple[str, str]], guesses: Sequence[Guess]) -> Sequence[Guess]:
    """Return the guesses on the student's answer that are no verdicts."""
    return [
        guess
        for (_, arm), guess in zip(asked, guesses, strict=True)
        if arm == STUDENT and guess.value is None
    ]
