"""An adversary that learns from pairs of answers which of two is the teacher's; no model needed.

Logistic regression on differences, the student's answer minus the teacher's, of style features and
of hashed words and pairs of words. There is no constant, so to swap the answers only changes the
sign: the adversary says the same in both orders, and nothing of two equal answers.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, islice, pairwise
from operator import mul
from typing import Final, NamedTuple
from zlib import crc32

from pytest_distill.similarity.feature_scaling import FeatureScaling
from pytest_distill.similarity.parsed_answer import words_of
from pytest_distill.similarity.plain import plain
from pytest_distill.similarity.style_features import WIDTH, feature_vector
from pytest_distill.text import digest

QUERIES: Final = (10, 25, 50, 100, 200, 400)
"""Numbers of training pairs for which the advantage is reported."""

# Every prompt is tested once, by an adversary that was trained on none of its answers. An odd
# number: each fold is trained on those that follow it, so that up to five elevenths of the pairs
# can be trained on before any two test each other.
_FOLDS: Final = 11

# Two words of 400 answers share a bucket now and then; more buckets changed nothing.
_BUCKETS: Final = 1 << 14

# Tried on six pairs of recorded models, at 10, 50, 200 and 320 training pairs: with words the
# advantage was higher for unrelated models (.98 for .97, .92 for .85) and the same for students; a
# weight of 6, or characters in fours, gave less at 10 pairs. Rates of .1 and .3 gave the same.
_WEIGHT_OF_WORDS: Final = 3.0
# At 200 pairs of AlpacaEval, styles of weight 1, .5, .3 and 0 told unrelated models apart with an
# advantage of .89, .88, .86 and .82, and ranked students before them with an area under the curve
# of .885, .909, .895 and .897; on MT-Bench, which had no say, of .74, .79, .88 and .94.
_WEIGHT_OF_STYLE: Final = 0.5
_EPOCHS: Final = 5
_RATE: Final = 0.1
_SHRINKAGE: Final = 1e-3
_DECAY: Final = 0.01

# exp() of more would overflow; the gradient is 0 long before.
_STEEPEST: Final = 30.0

# Answers kept in prepared form: those of a model with a dozen references on a thousand prompts.
_REMEMBERED: Final = 16_384


class AnswerPair(NamedTuple):
    """One answer of the student, or of whom stands for it, and one of the teacher."""

    prompt: str
    """All answers to one prompt are trained on together, or tested together."""
    student: str
    teacher: str


class Learnt(NamedTuple):
    """The guesses of an adversary that was trained on other prompts."""

    guesses: list[int]
    """For each pair: 1 if the teacher is found, -1 if the student is taken for it, 0 where the
    adversary sees no difference."""
    mutual: float
    """Share of training pairs that were tested, in turn, by what was trained on the tested one.
    Such guesses err together, so that their mean varies more."""


class _Difference(NamedTuple):
    style: tuple[float, ...]
    only_student: tuple[int, ...]
    only_teacher: tuple[int, ...]
    scale: float
    """Of the words: the more differ, the less each says."""


class OfflineAdversary:
    """Learns on some prompts of a run to tell two models apart, and is tested on others."""

    name: Final = "trained-2"
    """Changes whenever its guesses may."""

    def __init__(self, scaling: FeatureScaling) -> None:
        """Use a fixed `scaling` of the style features, which no answer of the run changes."""
        self._features = lru_cache(_REMEMBERED)(_Answers(scaling).features)

    def guesses(self, pairs: Sequence[AnswerPair], queries: int) -> Learnt | None:
        """Return what an adversary guesses that was trained on `queries` pairs of other prompts.

        Args:
            pairs: in any order; several may have one prompt.
            queries: pairs to train on.

        Returns:
            None if there are too few pairs to train on so many.
        """
        differences = [self._difference(pair) for pair in pairs]
        folds = _folds(pairs)
        training = _training(folds, queries)
        if training is None:
            return None
        found = [0] * len(pairs)
        for tested, learnt in zip(folds, training, strict=True):
            trained = _Regression([differences[index] for index in learnt])
            for index in tested:
                score = trained.score(differences[index])
                found[index] = (score > 0) - (score < 0)
        return Learnt(found, _mutual(folds, training))

    def _difference(self, pair: AnswerPair) -> _Difference:
        own = self._features(pair.prompt, pair.student)
        theirs = self._features(pair.prompt, pair.teacher)
        only_student = tuple(sorted(own.words - theirs.words))
        only_teacher = tuple(sorted(theirs.words - own.words))
        count = len(only_student) + len(only_teacher)
        return _Difference(
            style=tuple(map(float.__sub__, own.style, theirs.style)),
            only_student=only_student,
            only_teacher=only_teacher,
            scale=_WEIGHT_OF_WORDS / math.sqrt(max(1, count)),
        )


def queries_for(pairs: Sequence[AnswerPair]) -> list[int]:
    """Return the numbers of `QUERIES` that there are pairs to train on, least first."""
    folds = _folds(pairs)
    most = len(pairs) - max(map(len, folds), default=0)
    return [queries for queries in QUERIES if queries <= most]


def _folds(pairs: Sequence[AnswerPair]) -> list[list[int]]:
    """Return the indices of the pairs by fold; the same whatever the order of the pairs."""
    by_prompt: dict[str, list[int]] = {}
    order = sorted(range(len(pairs)), key=lambda index: pairs[index])
    for index in order:
        by_prompt.setdefault(pairs[index].prompt, []).append(index)
    folds: list[list[int]] = [[] for _ in range(min(_FOLDS, len(by_prompt)))]
    for place, prompt in enumerate(sorted(by_prompt, key=digest)):
        folds[place % len(folds)] += by_prompt[prompt]
    return folds


def _training(folds: Sequence[Sequence[int]], queries: int) -> list[list[int]] | None:
    """Return the indices of the pairs that each fold is trained on; None if there are too few."""
    found = []
    for number in range(len(folds)):
        following = chain(*folds[number + 1 :], *folds[:number])
        found.append(list(islice(following, queries)))
    return None if any(len(one) < queries for one in found) or not found else found


def _mutual(folds: Sequence[Sequence[int]], training: Sequence[Sequence[int]]) -> float:
    fold_of = {index: number for number, fold in enumerate(folds) for index in fold}
    # How many pairs of a fold another one is trained on.
    sizes = [Counter(fold_of[index] for index in one) for one in training]
    total = sum(len(fold) * len(one) for fold, one in zip(folds, training, strict=True))
    both = sum(
        count * sizes[other][number]
        for number, counts in enumerate(sizes)
        for other, count in counts.items()
    )
    return both / total


class _Features(NamedTuple):
    style: tuple[float, ...]
    """In deviations; the last is the length."""
    words: frozenset[int]


class _Answers:
    def __init__(self, scaling: FeatureScaling) -> None:
        self._scaling = scaling

    def features(self, prompt: str, answer: str) -> _Features:
        vector = feature_vector(answer, prompt=prompt)
        if vector is None:
            return _Features((0.0,) * (WIDTH + 1), frozenset())
        style = (*self._scaling.place(vector.features), vector.length)
        words = [word.lower() for word in words_of(plain(answer))]
        return _Features(style, frozenset(_buckets(words)))


def _buckets(words: Sequence[str]) -> Iterable[int]:
    # Not hash(), which differs between processes.
    for word in words:
        yield crc32(word.encode()) % _BUCKETS
    for one, other in pairwise(words):
        yield crc32(f"{one} {other}".encode()) % _BUCKETS


class _Regression:
    """Stochastic gradient descent in a fixed order; the label of every difference is the same."""

    def __init__(self, training: Sequence[_Difference]) -> None:
        self._style = [0.0] * (WIDTH + 1)
        self._words = [0.0] * _BUCKETS
        # The features of style are many: together they weigh as one does.
        self._scale = _WEIGHT_OF_STYLE / math.sqrt(WIDTH + 1)
        step = 0
        for _ in range(_EPOCHS):
            for difference in training:
                step += 1
                self._learn(difference, _RATE / math.sqrt(1 + _DECAY * step))

    def score(self, difference: _Difference) -> float:
        """Return the log odds that the teacher is where the difference says."""
        weight = self._words.__getitem__
        words = sum(map(weight, difference.only_student))
        words -= sum(map(weight, difference.only_teacher))
        style: float = sum(map(mul, self._style, difference.style))
        return self._scale * style + difference.scale * words

    def _learn(self, difference: _Difference, rate: float) -> None:
        gradient = rate / (1 + math.exp(min(_STEEPEST, self.score(difference))))
        kept, pull = 1 - rate * _SHRINKAGE, gradient * self._scale
        self._style = [
            kept * weight + pull * value
            for weight, value in zip(self._style, difference.style, strict=True)
        ]
        pull, words = gradient * difference.scale, self._words
        for bucket in difference.only_student:
            words[bucket] += pull
        for bucket in difference.only_teacher:
            words[bucket] -= pull
