"""``simulated:NAME?teacher=SPEC&alpha=0.5``, a student with a known rate of imitation."""

from collections.abc import Mapping
from types import MappingProxyType

from pytest_distill.models.rules import RATE, Rule
from pytest_distill.models.writer import asked, by_category, chance, rate
from pytest_distill.protocols import Model
from pytest_distill.records import Completion, ModelSpec, Question, Request

# Sentences of a student that does not imitate: no list, no heading, unlike any teacher.
_OWN_SENTENCES = (
    "There is more than one way to see this, and much depends on the case",
    "People have thought about it for a long time without settling it",
    "A short answer leaves out what matters to some of those who ask",
    "It helps to begin with what is known and to go on from there",
    "Some of it can be checked, and some of it is a matter of taste",
    "What works in one place may well fail in another",
    "Those who do it every day would put it differently",
    "It is worth a second look before anything is decided",
)
_SENTENCES = (2, 6)


# Far from the seeds of a run's own answers, which go on from that of the run by one.
_OTHER_ANSWER = 1_000_003

STYLE = "style"
KNOWLEDGE = "knowledge"
APART: Mapping[str, Rule] = {STYLE: RATE, **by_category(KNOWLEDGE)}
"""Rules for the parameters that say what is imitated, each by itself."""


class SimulatedStudent:
    """Imitates its teacher with a known probability, independently for each prompt."""

    def __init__(
        self,
        spec: ModelSpec,
        *,
        teacher: Model,
        base: Model | None,
        questions: Mapping[str, Question] = MappingProxyType({}),
    ) -> None:
        """Make a student.

        Args:
            spec: with ``alpha`` for all prompts; or with ``knowledge``, also by category
                (``knowledge.code``), for questions, and ``style`` for other prompts. With one of
                these the others are 0.
            teacher: gives the answers that are imitations.
            base: gives the others; None: sentences of its own.
            questions: those that are known, by prompt.
        """
        self._spec = spec
        self._teacher = teacher
        self._base = base
        self._questions = questions
        self._is_apart = not APART.keys().isdisjoint(spec.parameters)

    async def complete(self, request: Request) -> Completion:
        """Answer from seed and messages alone, independent of earlier requests."""
        rng = chance(self._spec, request)
        question = asked(self._questions, request)
        if rng.random() < self._rate(question):
            is_style = self._is_apart and question is None
            # Who writes like the teacher gives another of its answers, where it has several.
            seed = request.seed + _OTHER_ANSWER if is_style else request.seed
            return await self._teacher.complete(request.model_copy(update={"seed": seed}))
        if self._base is not None:
            return await self._base.complete(request)
        sentences = rng.sample(_OWN_SENTENCES, rng.randint(*_SENTENCES))
        return Completion(text=". ".join(sentences) + ".", finish_reason="stop")

    async def aclose(self) -> None:
        """Close teacher and base."""
        await self._teacher.aclose()
        if self._base is not None:
            await self._base.aclose()

    def _rate(self, question: Question | None) -> float:
        parameters = self._spec.parameters
        if not self._is_apart:
            return float(parameters.get("alpha", 1.0))
        if question is None:
            return float(parameters.get(STYLE, 0.0))
        return rate(parameters, KNOWLEDGE, question.category)
