"""Similarity of two models, on a scale from 1 to 5 that is the same in every run."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from pytest_distill.records import (
    Estimate,
    Likeness,
    LikenessScores,
    Observation,
    ReferenceSummary,
)
from pytest_distill.stats.distributions import check_level
from pytest_distill.stats.means import bounded_mean

UNSPECIFIED = "unspecified"
"""Domain of cases without one."""

_ENDS = _LOWEST, _HIGHEST = 1.0, 5.0

# Scores of an answer that the judge finds as alike as the mean of unrelated models, and as the
# mean of a reference's own answers. Answers differ, so the means of models are about 2 and 4.
_OF_UNRELATED, _OF_RESAMPLE = 1.5, 4.5


class Compared(NamedTuple):
    """The part of one observation that statistics use."""

    domain: str
    prompt: str
    """Cluster: all answers to one prompt."""
    scores: Likeness | None
    """None if the case is missing."""
    others: Likeness | None
    """Mean scores of the answers of other references, if the run compared them."""
    resample: Likeness | None
    """Scores of another answer of the reference itself, if the run compared it."""
    length: float | None


class Anchors(NamedTuple):
    """A judge's mean scores for what is known to be unrelated, and to be the same model.

    Fixed numbers, never of the run: else the score of a pair would depend on who else is in it.
    """

    unrelated: Likeness
    """Of models of different vendors."""
    resample: Likeness
    """Of two answers of one model."""


def compared(observation: Observation) -> Compared:
    """Return the part of `observation` that statistics use."""
    found = observation.likeness
    return Compared(
        domain=observation.case.category or UNSPECIFIED,
        prompt=observation.case.probe_key,
        scores=None if found is None else found.scores,
        others=None if found is None else found.floor,
        resample=None if found is None else found.ceiling,
        length=None if found is None else found.length,
    )


def on_scale(score: float, *, unrelated: float, resample: float) -> float:
    """Return the judge's score of one answer on the reported scale.

    Linear between four points: 1 stays 1, `unrelated` becomes 1.5, `resample` 4.5, and 5, which
    only an exact copy reaches, stays 5. So it rises everywhere, and the score of a model rises
    with every answer that it copies: by the same amount from the first to the last.

    1 for unrelated models would cut half of them off, and with them the first copies; 5 for a
    reference's own answers would hide what is more than that.

    Args:
        score: from 1 to 5.
        unrelated: score of unrelated models.
        resample: score of two answers of one model, above `unrelated`.
    """
    points = (
        (_LOWEST, _LOWEST),
        (unrelated, _OF_UNRELATED),
        (resample, _OF_RESAMPLE),
        (_HIGHEST, _HIGHEST),
    )
    for (left, low), (right, high) in pairwise(points):
        if score < right:
            return low + (high - low) * (score - left) / (right - left)
    return _HIGHEST


def summarise(
    outcomes: Iterable[Compared], *, anchors: Anchors | None, level: float = 0.95
) -> ReferenceSummary:
    """Return the similarity of one model to one reference: means over cases of `on_scale`.

    Intervals are those of `bounded_mean`, with prompts as independent draws; the anchors are taken
    for known.

    Args:
        outcomes: of that pair, in any order.
        anchors: of the judge; None: report the judge's scores as they are.
        level: two-sided confidence, in (0, 1).

    Raises:
        ValueError: a level out of range.
    """
    check_level(level)
    seen = list(outcomes)
    groups: dict[str, list[Compared]] = defaultdict(list)
    for outcome in seen:
        groups[outcome.domain].append(outcome)
    overall = _scores(seen, anchors, level)
    return ReferenceSummary(
        overall=overall.overall,
        style=overall.style,
        structure=overall.structure,
        content=overall.content,
        by_domain={name: _scores(groups[name], anchors, level) for name in sorted(groups)},
        raw=_scores(seen, None, level),
        length_only=_estimate(seen, lambda outcome: outcome.length, level),
        anchors="none" if anchors is None else "fixed",
        resample=_mean([_placed(outcome.resample, anchors) for outcome in seen]),
        raw_others=_mean([outcome.others for outcome in seen]),
    )


def values_of(
    outcomes: Iterable[Compared], *, anchors: Anchors | None
) -> list[Mapping[str, float] | None]:
    """Return the score of each case, by name; None where it is missing.

    The mean of the values is the score of `summarise`. They depend on nothing but the case, so
    cases of different runs can be compared one by one.

    Args:
        outcomes: in any order.
        anchors: as for `summarise`.
    """
    placed = (_placed(outcome.scores, anchors) for outcome in outcomes)
    return [None if scores is None else scores.model_dump() for scores in placed]


def _placed(scores: Likeness | None, anchors: Anchors | None) -> Likeness | None:
    """Return the scores of one case on the reported scale."""
    if scores is None or anchors is None:
        return scores
    return Likeness(**{name: _one(scores, name, anchors) for name in Likeness.model_fields})


def _one(scores: Likeness, name: str, anchors: Anchors | None) -> float:
    score = _of(scores, name)
    if anchors is None:
        return score
    unrelated, resample = _of(anchors.unrelated, name), _of(anchors.resample, name)
    return on_scale(score, unrelated=unrelated, resample=resample)


def _of(likeness: Likeness, name: str) -> float:
    value: float = getattr(likeness, name)
    return value


def _scores(outcomes: Sequence[Compared], anchors: Anchors | None, level: float) -> LikenessScores:
    def one(name: str) -> Estimate:
        def score(outcome: Compared) -> float | None:
            return None if outcome.scores is None else _one(outcome.scores, name, anchors)

        return _estimate(outcomes, score, level)

    return LikenessScores(
        overall=one("overall"),
        style=one("style"),
        structure=one("structure"),
        content=one("content"),
    )


def _estimate(
    outcomes: Sequence[Compared], score: Callable[[Compared], float | None], level: float
) -> Estimate:
    found = [(outcome.prompt, score(outcome)) for outcome in outcomes]
    counted = [(prompt, value) for prompt, value in found if value is not None]
    return bounded_mean(
        [value for _, value in counted],
        [prompt for prompt, _ in counted],
        ends=_ENDS,
        missing=len(found) - len(counted),
        level=level,
    )


def _mean(found: Iterable[Likeness | None]) -> Likeness | None:
    known = [likeness for likeness in found if likeness is not None]
    if not known:
        return None
    names = Likeness.model_fields
    means = {name: math.fsum(_of(one, name) for one in known) / len(known) for name in names}
    return Likeness(**means)
