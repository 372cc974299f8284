"""When the answers of a run were given: before it began they come from the cache or its log."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pytest_distill.records import Completion, Observation, Reuse
from pytest_distill.text import digest


class Question(NamedTuple):
    """One question to one model; all cases that ask it share the answer."""

    label: str
    prompt: str
    """Digest of the conversation."""
    sample: int


Answers = dict[Question, Completion]
"""Answers without their texts."""


class AnswerAges:
    """The answers behind the observations, by model under test and part of a suite."""

    def __init__(self) -> None:
        self._answers: defaultdict[tuple[str, str], Answers] = defaultdict(dict)

    def add(self, observation: Observation) -> None:
        """Enter the answers of one observation; recorded ones have no age."""
        answers = self._answers[observation.model, observation.case.suite]
        for question, completion in _answers(observation):
            found = completion.model_copy(update={"text": ""})
            answers[question] = min(answers.get(question, found), found, key=_order)

    def reused(
        self, parts: Iterable[tuple[str, str]] | None, started_at: float | None
    ) -> dict[str, Reuse]:
        """Return the answers given before `started_at`, by the label of who gave them.

        Args:
            parts: models under test, each with a part of a suite; None: all.
            started_at: when the session began; None, if that is not known: no age is known.
        """
        by_label: defaultdict[str, Answers] = defaultdict(dict)
        for part in self._answers if parts is None else parts:
            for question, completion in self._answers.get(part, {}).items():
                answers = by_label[question.label]
                answers[question] = min(answers.get(question, completion), completion, key=_order)
        found = {label: _reuse(by_label[label], started_at) for label in sorted(by_label)}
        return {label: reuse for label, reuse in found.items() if reuse.reused}


def _order(completion: Completion) -> tuple[float, bool, str]:
    """Order answers to one question: the oldest counts, those of unknown age first.

    Of several processes one has asked; the others found its answer in the cache.
    """
    return completion.answered_at or 0.0, completion.is_cached, completion.release or ""


def _answers(observation: Observation) -> Iterator[tuple[Question, Completion]]:
    case = observation.case
    turns = [f"{turn.role}: {turn.content}" for turn in case.messages]
    prompt = digest("\n".join(turns) or case.prompt)
    if observation.completion is not None and case.response is None:
        yield Question(observation.model, prompt, case.sample), observation.completion
    if observation.reference is not None:
        yield Question(case.reference or "", prompt, case.sample), observation.reference
    for other in observation.others:
        yield Question(other.model, prompt, other.sample), other.completion


def _reuse(answers: Mapping[Question, Completion], started_at: float | None) -> Reuse:
    before: list[Completion] = []
    ages: list[float] = []
    for completion in answers.values():
        at = completion.answered_at
        if at is None or started_at is None:
            before.append(completion)
        elif at < started_at:
            before.append(completion)
            ages.append(round(started_at - at, 3))
    cached = sum(completion.is_cached for completion in before)
    return Reuse(
        answers=len(answers),
        cached=cached,
        logged=len(before) - cached,
        undated=len(before) - len(ages),
        oldest_s=max(ages, default=None),
        releases=tuple(sorted({completion.release or "" for completion in before})),
    )
