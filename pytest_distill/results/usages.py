"""What the answers of a suite that compares models have cost: each is paid once."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pytest_distill.records import Completion, Observation, Usage


def was_asked(completion: Completion | None, observation: Observation) -> bool:
    """Return whether the run asked for an answer of an observation, with or without success."""
    return not observation.is_unpaid if completion is None else not completion.is_cached


class AnswerUsages:
    """The usage of each requested answer, however many cases it is part of."""

    def __init__(self) -> None:
        self._usages: dict[_Asked, Usage | None] = {}

    def add(self, observation: Observation) -> None:
        """Enter the answers of one observation."""
        if observation.unobserved is not None:
            return
        case = observation.case
        for asked, answer in _answers(observation):
            is_open = asked.model != observation.model or case.response is None
            if is_open and was_asked(answer, observation):
                self._usages[asked] = None if answer is None else answer.usage

    def all(self) -> Sequence[Usage | None]:
        """Return the usage of each answer; None if the provider did not report it."""
        return list(self._usages.values())


class _Asked(NamedTuple):
    model: str
    prompt: str
    sample: int


def _answers(observation: Observation) -> Iterator[tuple[_Asked, Completion | None]]:
    case = observation.case
    prompt = "\n".join(turn.content for turn in case.messages) or case.prompt
    yield _Asked(observation.model, prompt, case.sample), observation.completion
    if case.reference is not None:
        yield _Asked(case.reference, prompt, case.sample), observation.reference
    for other in observation.others:
        yield _Asked(other.model, prompt, other.sample), other.completion
