"""Scales and weights of features, fitted on the reference models and never on the student."""

import math
from array import array
from collections.abc import Iterable, Sequence
from operator import sub, truediv
from typing import Final, NamedTuple

from pytest_distill.similarity.style_features import WIDTH, FeatureVector

Vector = "array[float]"
Column = Sequence[FeatureVector]
"""The answers of one model, in the order of the prompts."""

# Without it, an answer with a feature that hardly any other has would be tens of deviations away.
_CLIP: Final = 4.0
# Added to the spread, so that a feature without any does not divide by 0.
_LEAST_SPREAD: Final = 1e-9
# Least variance inside a model, in squared deviations, that a feature's weight is divided by.
_LEAST_VARIANCE: Final = 1e-3


class FeatureScaling(NamedTuple):
    """Centre, spread and weight of each feature."""

    centre: tuple[float, ...]
    spread: tuple[float, ...]
    weights: tuple[float, ...]
    """Sum to 1. Features that tell models apart weigh more (`_weights`)."""

    def place(self, features: "array[float]") -> "array[float]":
        """Return `features` in deviations from the centre."""
        return clipped(map(truediv, map(sub, features, self.centre), self.spread), _CLIP)


def fit_scaling(models: "Sequence[Sequence[array[float]]]") -> FeatureScaling:
    """Return the scaling fitted on `models`.

    Args:
        models: features of the answers of each reference model, to the same prompts in order.
    """
    answers = [features for model in models for features in model]
    columns = list(zip(*answers, strict=True))
    centre = tuple(math.fsum(column) / len(column) for column in columns)
    spread = tuple(
        math.sqrt(math.fsum((x - m) ** 2 for x in column) / len(column)) + _LEAST_SPREAD
        for column, m in zip(columns, centre, strict=True)
    )
    unweighted = FeatureScaling(centre, spread, ())
    placed = [[unweighted.place(features) for features in model] for model in models]
    return unweighted._replace(weights=_weights(placed))


def clipped(values: Iterable[float], most: float) -> "array[float]":
    """Return `values`, none of which is further than `most` from 0."""
    # Not min() and max(): millions of these are made.
    return array("d", [-most if x < -most else min(x, most) for x in values])


def _weights(models: "Sequence[Sequence[array[float]]]") -> tuple[float, ...]:
    """Return each feature's share of variance between models, normalised to sum to 1.

    An analysis of variance of the features minus their mean over the models on each prompt;
    the variance that finite samples have by chance is subtracted. The share says how reliably
    one answer identifies its model.
    """
    count = len(models[0])
    within, between = [0.0] * WIDTH, [0.0] * WIDTH
    floors = [mean_vector(answers) for answers in zip(*models, strict=True)]
    means = []
    for model in models:
        gaps = [array("d", map(float.__sub__, z, f)) for z, f in zip(model, floors, strict=True)]
        mean = mean_vector(gaps)
        means.append(mean)
        for index, column in enumerate(zip(*gaps, strict=True)):
            m = mean[index]
            within[index] += math.fsum((x - m) ** 2 for x in column)
    for index, column in enumerate(zip(*means, strict=True)):
        centre = math.fsum(column) / len(column)
        between[index] = math.fsum((x - centre) ** 2 for x in column) / len(column)
    raw = []
    for b, w in zip(between, within, strict=True):
        variance = w / (count * len(models))
        ratio = max(0.0, b - variance / count) / max(variance, _LEAST_VARIANCE)
        raw.append(ratio / (1 + ratio))
    total = math.fsum(raw)
    # With one model, or several equal ones, all features weigh the same.
    return tuple(r / total for r in raw) if total > 0 else (1 / WIDTH,) * WIDTH


def mean_vector(vectors: "Sequence[array[float]]") -> "array[float]":
    """Return the mean of each feature."""
    count = len(vectors)
    return array("d", (math.fsum(column) / count for column in zip(*vectors, strict=True)))


class LengthFree(NamedTuple):
    """Removes from features what the length of an answer explains."""

    centre: float
    """The mean length (logarithm of words) of the references."""
    slopes: tuple[tuple[float, float, float], ...]
    """Constant, linear and quadratic coefficient of each feature."""

    def rest(self, vector: FeatureVector) -> "array[float]":
        """Return the features of `vector` minus those usual for its length."""
        x = vector.length - self.centre
        return array(
            "d",
            [
                value - (a + b * x + c * x * x)
                for value, (a, b, c) in zip(vector.features, self.slopes, strict=True)
            ],
        )


def length_free(vectors: Sequence[FeatureVector]) -> LengthFree:
    """Fit a parabola in the length to each feature, by least squares over `vectors`.

    A line would not do: the shortest and the longest answers are both poor in lists.
    """
    centre = math.fsum(p.length for p in vectors) / len(vectors)
    xs = [p.length - centre for p in vectors]
    powers = [math.fsum(x**k for x in xs) / len(xs) for k in range(5)]
    # A small diagonal term, for answers that all have the same length.
    gram = [[powers[i + j] + (1e-9 if i == j else 0.0) for j in range(3)] for i in range(3)]
    inverse = _inverse(gram)
    slopes = []
    for index in range(WIDTH):
        column = [p.features[index] for p in vectors]
        moments = [
            math.fsum(y * x**k for x, y in zip(xs, column, strict=True)) / len(xs) for k in range(3)
        ]
        a, b, c = (math.fsum(row[j] * moments[j] for j in range(3)) for row in inverse)
        slopes.append((a, b, c))
    return LengthFree(centre, tuple(slopes))


def _inverse(m: list[list[float]]) -> list[list[float]]:
    """Return the inverse of a symmetric 3 x 3 matrix, by cofactors."""
    cofactors = [
        [
            m[(i + 1) % 3][(j + 1) % 3] * m[(i + 2) % 3][(j + 2) % 3]
            - m[(i + 1) % 3][(j + 2) % 3] * m[(i + 2) % 3][(j + 1) % 3]
            for j in range(3)
        ]
        for i in range(3)
    ]
    determinant = math.fsum(m[0][j] * cofactors[0][j] for j in range(3))
    return [[cofactors[j][i] / determinant for j in range(3)] for i in range(3)]
