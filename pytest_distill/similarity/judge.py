"""The offline judge of similarity: style, structure and content of two answers, without a model."""

import math
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter, mul, sub
from typing import Final

from pytest_distill.records import Case, Likeness, LikenessVerdict
from pytest_distill.similarity.feature_scaling import FeatureScaling
from pytest_distill.similarity.parsed_answer import words_of
from pytest_distill.similarity.plain import plain
from pytest_distill.similarity.style_features import (
    STYLE_FEATURES,
    FeatureVector,
    View,
    feature_vector,
)

JUDGE: Final = "likeness-2"
"""Name of the judge in reports; changes whenever its scores may."""

_LOWEST, _HIGHEST = 1.0, 5.0

# Answers kept in prepared form: a 12 x 12 run compares each answer twelve times in a row.
_REMEMBERED: Final = 4096

NOTHING_TO_COMPARE: Final = "One of the answers holds nothing to compare."

_VIEWS: Final[tuple[View, ...]] = ("style", "structure")
_PICK: Final = {
    view: itemgetter(*(i for i, feature in enumerate(STYLE_FEATURES) if feature.view == view))
    for view in _VIEWS
}
"""Picks the numbers of one view from those of all `STYLE_FEATURES`."""

# Mean scores of 319 pairs of models of different vendors, or of a vendor and of human data only,
# on AlpacaEval, MT-Bench and Arena-Hard (a third of the weight each); and of a second sample of
# GPT-4 beside the first, on AlpacaEval. `tests.benchmarks.rse_scale` makes them, and shows that
# they hold for sets and vendors that are left out.
UNRELATED: Final = Likeness(overall=2.95, style=3.65, structure=3.01, content=2.19)
RESAMPLE: Final = Likeness(overall=3.91, style=4.48, structure=4.25, content=2.99)


class SimilarityJudge:
    """Compares two answers by style features and shared words."""

    def __init__(self, scaling: FeatureScaling) -> None:
        """Use a fixed `scaling`, so that scores of different runs are comparable."""
        self._scaling = scaling
        of_view = {view: pick(scaling.weights) for view, pick in _PICK.items()}
        self._weights = {view: (found, math.fsum(found)) for view, found in of_view.items()}
        self._look = lru_cache(_REMEMBERED)(self._looked)

    @property
    def name(self) -> str:
        """Changes whenever scores may."""
        return JUDGE

    async def compare(self, case: Case, answer: str, reference: str) -> LikenessVerdict:
        """Return how alike two answers to the prompt of `case` are."""
        return self.compare_now(case.prompt, answer, reference)

    def compare_now(self, prompt: str, student: str, reference: str) -> LikenessVerdict:
        """Return how alike two answers to `prompt` are; the order does not matter."""
        one, other = self._look(prompt, student), self._look(prompt, reference)
        if one is None or other is None:
            return LikenessVerdict(scores=None, reason=NOTHING_TO_COMPARE)
        style = self._form(one, other, "style")
        structure = self._form(one, other, "structure")
        content = one.shares_words_with(other)
        return LikenessVerdict(
            scores=Likeness(
                overall=_level((style + structure + content) / 3),
                style=_level(style),
                structure=_level(structure),
                content=_level(content),
            ),
            length=_level(math.exp(-abs(one.vector.length - other.vector.length))),
            reason="By style features and shared words.",
        )

    def _form(self, one: "_Look", other: "_Look", view: View) -> float:
        weights, total = self._weights[view]
        gaps = map(abs, map(sub, one.placed[view], other.placed[view]))
        apart = math.fsum(map(mul, weights, map(math.sqrt, gaps)))
        return max(0.0, 1.0 - apart / total)

    def _looked(self, prompt: str, answer: str) -> "_Look | None":
        vector = feature_vector(answer, prompt=prompt)
        return None if vector is None else _Look(vector, answer, self._scaling)


class _Look:
    """One answer, prepared for comparison."""

    def __init__(self, vector: FeatureVector, answer: str, scaling: FeatureScaling) -> None:
        self.vector = vector
        placed = scaling.place(vector.features)
        self.placed = {view: pick(placed) for view, pick in _PICK.items()}
        words = [word.lower() for word in words_of(plain(answer))]
        self._grams: Counter[str | tuple[str, str]] = Counter([*words, *pairwise(words)])
        self._size = self._grams.total()

    def shares_words_with(self, other: "_Look") -> float:
        """Return the shared words and word pairs, over the geometric mean of both numbers.

        That is the geometric mean of precision and recall: a long answer that holds a short one
        is not fully similar to it.
        """
        mine, theirs = self._grams, other._grams  # noqa: SLF001 - of one class
        shared = sum([min(mine[gram], theirs[gram]) for gram in mine.keys() & theirs.keys()])
        return shared / math.sqrt(max(1, self._size * other._size))  # noqa: SLF001 - likewise


def _level(score: float) -> float:
    return _LOWEST + (_HIGHEST - _LOWEST) * min(1.0, score)
