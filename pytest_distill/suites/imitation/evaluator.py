"""Compares the answers of a student, its teacher and its base to one prompt."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pytest_distill.engine.answers import OnLoop, SharedAnswers
from pytest_distill.engine.client import ModelClient
from pytest_distill.engine.evaluate import missing, request, without_answer
from pytest_distill.errors import ModelError
from pytest_distill.judges.short_answer import is_right
from pytest_distill.protocols import AnsweringModel
from pytest_distill.records import Case, Observation, OtherAnswer, Question
from pytest_distill.similarity.shared_habits import HABITS, shared_habits, style

JUDGE = "imitation-1"
"""Changes whenever another answer may count as right, or another habit as shared."""

BASE = "base"
RESAMPLE = "resample"

_MODEL = "the model"
_REFERENCE = "the reference"


class EmptyAnswerError(ValueError):
    """An answer says nothing that could be compared."""

    def __init__(self, who: str) -> None:
        super().__init__(f"{who} gave an empty answer")


class Peers(NamedTuple):
    """Whom a model under test is compared with."""

    clients: Mapping[str, ModelClient]
    """References and base, by label."""
    base: str | None
    """Its label; None without a base."""
    samples: int
    """Answers per prompt."""
    seed: int


class ImitationEvaluator(OnLoop):
    """Measures style on open prompts, and right answers on questions."""

    judge_name = JUDGE

    def __init__(self, peers: Peers, questions: Mapping[str, Question]) -> None:
        """Send no request yet.

        Args:
            peers: whom models are compared with.
            questions: by the prompt that a model is given; other prompts are open.
        """
        self._peers = peers
        self._questions = questions
        self._answers = SharedAnswers(peers.clients, seed=peers.seed)

    async def evaluate(self, case: Case, model: AnsweringModel) -> Observation:
        """Measure one prompt; without an answer of each of them the case is missing."""
        found = missing(case, model.label, JUDGE)
        who = _MODEL
        try:
            found = _with(found, completion=await self._answers.of_model(case, model))
            who = f"the reference {case.reference}"
            teacher = await self._answers.of(case, case.reference or "")
            found = _with(found, reference=teacher)
            for role, label, sample in self._further(case):
                who = f"the {role} {label}"
                answer = await self._answers.of(case, label, sample=sample)
                other = OtherAnswer(role=role, model=label, sample=sample, completion=answer)
                found = _with(found, others=(*found.others, other))
        except ModelError as error:
            return _with(without_answer(found, error), why_missing=f"{who} gave no answer: {error}")
        try:
            return _with(found, outcome="judged", values=self._values(found))
        except EmptyAnswerError as error:
            return _with(found, why_missing=str(error))

    def _further(self, case: Case) -> Iterator[tuple[str, str, int]]:
        """Yield role, label and sample of each further answer that a case needs."""
        peers, reference = self._peers, case.reference or ""
        if peers.base is not None:
            yield BASE, peers.base, case.sample
        if peers.samples > 1 and case.prompt not in self._questions:
            sample = (case.sample + 1) % peers.samples
            other = request(case.model_copy(update={"sample": sample}), seed=peers.seed)
            if peers.clients[reference].can_answer(other):
                yield RESAMPLE, reference, sample

    def _values(self, found: Observation) -> dict[str, float]:
        answers = {
            _MODEL: found.completion.answer if found.completion else "",
            _REFERENCE: found.reference.answer if found.reference else "",
            **{f"the {other.role}": other.completion.answer for other in found.others},
        }
        question = self._questions.get(found.case.prompt)
        if question is not None:
            return _accuracies(question, answers)
        return _styles(found.case.query, answers)


def _accuracies(question: Question, answers: Mapping[str, str]) -> dict[str, float]:
    names = {
        _MODEL: "accuracy",
        _REFERENCE: "accuracy_teacher",
        "the base": "accuracy_base",
    }
    values = {}
    for who, answer in answers.items():
        right = is_right(answer, question.answers, question=question.question)
        if right is None:
            raise EmptyAnswerError(who)
        values[names[who]] = float(right)
    return values


def _styles(prompt: str, answers: Mapping[str, str]) -> dict[str, float]:
    names = {_MODEL: "style", "the base": "style_base", "the resample": "style_ceiling"}
    teacher, values = answers[_REFERENCE], {}
    if not teacher.strip():
        raise EmptyAnswerError(_REFERENCE)
    for who, name in names.items():
        if who not in answers:
            continue
        habits = shared_habits(answers[who], teacher, prompt=prompt)
        if habits is None:
            raise EmptyAnswerError(who)
        values[name] = style(habits)
        values |= {f"{name}.{habit}": habits[habit] for habit in HABITS}
    return values


def _with(observation: Observation, **fields: object) -> Observation:
    return observation.model_copy(update=fields)
