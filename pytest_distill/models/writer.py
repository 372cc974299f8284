"""``simulated:NAME?accuracy=0.6``, a model with a known accuracy, and a manner of writing."""

import hashlib
import json
from collections.abc import Callable, Mapping
from random import Random

from pytest_distill.models.rules import RATE, Rule
from pytest_distill.records import (
    QUESTION_CATEGORIES,
    Completion,
    ModelSpec,
    Question,
    Request,
    Scalar,
)

ACCURACY = "accuracy"
MANNER = "manner"

_SENTENCES = (
    "most of it is settled by what is there to begin with",
    "the first step is smaller than it looks",
    "a second look costs little and saves much",
    "what is left over can wait for another day",
    "some parts of it depend on the others",
    "it goes better with a little patience",
    "nobody has to do all of it at once",
    "a plain example shows more than a rule",
    "the last part is the one that people forget",
)

# Answers to one prompt differ a little from each other, as those of real models do.
_ITEMS = (3, 5)
_LONG = (5, 8)
_SHORT = (1, 2)


def _lister(rng: Random) -> str:
    items = "\n".join(
        f"{number}. **{said.split()[0].capitalize()}**: {said}."
        for number, said in enumerate(rng.sample(_SENTENCES, rng.randint(*_ITEMS)), start=1)
    )
    return f"Sure! Here is what matters:\n\n{items}\n\nLet me know if you need more help!"


def _designer(rng: Random) -> str:
    items = "\n".join(
        f"- *{said.capitalize()}*" for said in rng.sample(_SENTENCES, rng.randint(*_ITEMS))
    )
    return f"## In short\n\n{items}\n\n## Overall\n\n`{rng.choice(_SENTENCES)}` ✨"


def _essayist(rng: Random) -> str:
    sentences = rng.sample(_SENTENCES, rng.randint(*_LONG))
    half = len(sentences) // 2
    parts = ("; ".join(part) for part in (sentences[:half], sentences[half:]))
    return "\n\n".join(f"{part.capitalize()}." for part in parts)


def _talker(rng: Random) -> str:
    said = rng.sample(_SENTENCES, rng.randint(*_SHORT))
    return f"I think {' and '.join(said)}, don't you?"


MANNERS: Mapping[str, Callable[[Random], str]] = {
    "lister": _lister,
    "designer": _designer,
    "essayist": _essayist,
    "talker": _talker,
}
"""Each has other lists, openings, tone, lengths and marks of Markdown."""


def by_category(parameter: str) -> dict[str, Rule]:
    """Return the rules for a rate, and for that of each category: ``accuracy.code``."""
    names = (f"{parameter}.{category}" for category in QUESTION_CATEGORIES)
    return dict.fromkeys((parameter, *names), RATE)


RULES: Mapping[str, Rule] = {
    **by_category(ACCURACY),
    MANNER: Rule(f"one of {', '.join(MANNERS)}", lambda value: value in MANNERS, is_text=True),
}
"""Rules for the parameters of a writer."""


class SimulatedWriter:
    """Answers known questions rightly with probability ``accuracy=``, and others in its manner."""

    def __init__(self, spec: ModelSpec, questions: Mapping[str, Question]) -> None:
        """Choose the manner.

        Args:
            spec: with ``accuracy``, also by category (``accuracy.code``), ``manner`` and ``seed``;
                without ``manner`` the name decides.
            questions: that it may know, by prompt.
        """
        self._spec = spec
        self._questions = questions
        self._wrong: dict[tuple[str, str | None], list[str]] = {}
        for question in questions.values():
            kind = (question.category, question.language)
            self._wrong.setdefault(kind, []).append(question.answers[0])
        chosen = str(spec.parameters.get(MANNER, Random(spec.name).choice(sorted(MANNERS))))  # noqa: S311 - a simulation
        self._write = MANNERS[chosen]

    async def complete(self, request: Request) -> Completion:
        """Answer from seed and messages alone, independent of earlier requests."""
        rng = chance(self._spec, request)
        question = asked(self._questions, request)
        if question is None:
            text = self._write(rng)
        elif rng.random() < rate(self._spec.parameters, ACCURACY, question.category):
            text = f"The answer is {question.answers[0]}."
        else:
            text = f"The answer is {self._wrong_answer(question, rng)}."
        return Completion(text=text, finish_reason="stop")

    async def aclose(self) -> None:
        """Do nothing: nothing is open."""

    def _wrong_answer(self, question: Question, rng: Random) -> str:
        others = self._wrong[question.category, question.language]
        wrong = [answer for answer in others if answer not in question.answers]
        return rng.choice(wrong) if wrong else "unknown"


def rate(parameters: Mapping[str, Scalar], name: str, category: str) -> float:
    """Return the rate for one category, else that for all; 0 if neither is given."""
    return float(parameters.get(f"{name}.{category}", parameters.get(name, 0.0)))


def asked(questions: Mapping[str, Question], request: Request) -> Question | None:
    """Return the question that a request asks; None if it is none of them."""
    return questions.get(request.messages[-1].content) if request.messages else None


def chance(spec: ModelSpec, request: Request) -> Random:
    """Return random numbers that depend on name, seed and messages alone."""
    turns = [[turn.role, turn.content] for turn in request.messages]
    seed = spec.parameters.get("seed", request.seed)
    # Without rates: what is imitated at .25 is also imitated at .5.
    identity = json.dumps([seed, spec.name, turns, request.sample])
    return Random(hashlib.sha256(identity.encode()).hexdigest())  # noqa: S311 - a simulation
