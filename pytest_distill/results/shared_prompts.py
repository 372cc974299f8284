"""Answers of several models to the prompts that all of them answered."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pytest_distill.similarity.style_features import FeatureVector


class SharedPrompts(NamedTuple):
    """Answers and features of each model, in the order of the prompts."""

    prompts: Sequence[str]
    answers: Mapping[str, Sequence[str]]
    vectors: Mapping[str, Sequence[FeatureVector]]

    def every(self, step: int) -> "SharedPrompts":
        """Return the first of each `step` prompts."""
        return SharedPrompts(
            self.prompts[::step],
            {name: answers[::step] for name, answers in self.answers.items()},
            {name: vectors[::step] for name, vectors in self.vectors.items()},
        )
