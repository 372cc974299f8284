"""Similarity of two models, on a scale from 1 to 5 with known ends."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from pytest_distill.records import (
    Estimate,
    Likeness,
    LikenessScores,
    Observation,
    ReferenceSummary,
)
from pytest_distill.stats.distributions import check_level, normal_quantile

UNSPECIFIED = "unspecified"
"""Domain of cases without one."""

_LOWEST, _HIGHEST = 1.0, 5.0


class Compared(NamedTuple):
    """The part of one observation that statistics use."""

    domain: str
    prompt: str
    """Cluster: all answers to one prompt."""
    scores: Likeness | None
    """None if the case is missing."""
    floor: Likeness | None
    ceiling: Likeness | None
    length: float | None


class Anchors(NamedTuple):
    """Ends of the scale, for runs that did not measure them."""

    floor: Likeness
    ceiling: Likeness


class _Case(NamedTuple):
    prompt: str
    above: float
    """Score of the answer minus the floor."""
    span: float
    """Ceiling minus floor."""


def compared(observation: Observation) -> Compared:
    """Return the part of `observation` that statistics use."""
    found = observation.likeness
    return Compared(
        domain=observation.case.category or UNSPECIFIED,
        prompt=observation.case.probe_key,
        scores=None if found is None else found.scores,
        floor=None if found is None else found.floor,
        ceiling=None if found is None else found.ceiling,
        length=None if found is None else found.length,
    )


def summarise(
    outcomes: Iterable[Compared], *, anchors: Anchors | None, level: float = 0.95
) -> ReferenceSummary:
    """Return the similarity of one model to one reference.

    Args:
        outcomes: of that pair, in any order.
        anchors: floor and ceiling of cases that have none; None: report the judge's scores
            without rescaling.
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
    measured = any(outcome.floor is not None for outcome in seen)
    kind: Literal["none", "fixed", "measured"] = "measured" if measured else "fixed"
    return ReferenceSummary(
        overall=overall.overall,
        style=overall.style,
        structure=overall.structure,
        content=overall.content,
        by_domain={name: _scores(groups[name], anchors, level) for name in sorted(groups)},
        raw=_scores(seen, None, level),
        length_only=_raw(seen, lambda outcome: outcome.length, level),
        anchors="none" if anchors is None else kind,
    )


def values_of(
    outcomes: Sequence[Compared], *, anchors: Anchors | None
) -> list[Mapping[str, float] | None]:
    """Return the part of each case in the scores of its pair, by score; None where it is missing.

    On the scale of `summarise`, but not cut at its ends: the mean of the values is the score. The
    distance from the floor is in units of the mean distance of floor and ceiling, which is taken
    for known; so a score has no value of a case where that distance is not above 0.

    Args:
        outcomes: of one pair of models, in any order.
        anchors: as for `summarise`.
    """
    scored = _scored(outcomes)
    spans = {
        name: math.fsum(_case(*case, name, anchors).span for case in scored) / len(scored)
        for name in (Likeness.model_fields if scored else ())
    }

    def values(outcome: Compared, scores: Likeness) -> Mapping[str, float]:
        return {
            name: _LOWEST
            + (_HIGHEST - _LOWEST) * _case(outcome, scores, name, anchors).above / span
            for name, span in spans.items()
            if span > 0
        }

    return [
        None if (scores := outcome.scores) is None else values(outcome, scores)
        for outcome in outcomes
    ]


def _scored(outcomes: Sequence[Compared]) -> list[tuple[Compared, Likeness]]:
    """Return the cases that have scores, with these."""
    return [(outcome, scores) for outcome in outcomes if (scores := outcome.scores) is not None]


def _case(outcome: Compared, scores: Likeness, name: str, anchors: Anchors | None) -> _Case:
    """Return one of the scores of a case, as a part of the way from floor to ceiling."""
    score = _of(scores, name)
    if anchors is None:
        return _Case(outcome.prompt, score - _LOWEST, _HIGHEST - _LOWEST)
    floor = _of(outcome.floor or anchors.floor, name)
    ceiling = _of(outcome.ceiling or anchors.ceiling, name)
    return _Case(outcome.prompt, score - floor, ceiling - floor)


def _scores(outcomes: Sequence[Compared], anchors: Anchors | None, level: float) -> LikenessScores:
    scored = _scored(outcomes)
    missing = len(outcomes) - len(scored)

    def one(name: str) -> Estimate:
        cases = [_case(*case, name, anchors) for case in scored]
        return _estimate(cases, missing=missing, level=level)

    return LikenessScores(
        overall=one("overall"),
        style=one("style"),
        structure=one("structure"),
        content=one("content"),
    )


def _of(likeness: Likeness, name: str) -> float:
    value: float = getattr(likeness, name)
    return value


def _raw(
    outcomes: Sequence[Compared], score: Callable[[Compared], float | None], level: float
) -> Estimate:
    """Return the mean score: a ratio whose span is the whole scale."""
    found = [(outcome.prompt, score(outcome)) for outcome in outcomes]
    cases = [
        _Case(prompt, value - _LOWEST, _HIGHEST - _LOWEST)
        for prompt, value in found
        if value is not None
    ]
    return _estimate(cases, missing=len(found) - len(cases), level=level)


def _estimate(cases: Sequence[_Case], *, missing: int, level: float) -> Estimate:
    """Return 1 + 4 times the mean position of the cases between floor and ceiling.

    A ratio of sums: a prompt on which all models are similar has no span, and so no weight. The
    interval is that of the linearised ratio, with prompts as independent draws; it is cut to
    the scale.
    """
    by_prompt: Mapping[str, list[_Case]] = defaultdict(list)
    for case in cases:
        by_prompt[case.prompt].append(case)
    count, clusters = len(cases), len(by_prompt)
    span = math.fsum(case.span for case in cases)
    blank = Estimate(
        value=None,
        low=None,
        high=None,
        n=count,
        clusters=clusters,
        design_effect=None,
        missing=missing,
    )
    # If the floor reaches the ceiling, there is no scale.
    if clusters < 2 or span <= 0:  # noqa: PLR2004 - one prompt has no spread
        return blank
    ratio = math.fsum(case.above for case in cases) / span
    rests = [
        math.fsum(case.above - ratio * case.span for case in group) for group in by_prompt.values()
    ]
    error = math.sqrt(math.fsum(r * r for r in rests) * clusters / (clusters - 1)) / span
    reach = normal_quantile(level) * error
    return blank.model_copy(
        update={
            "value": _on_scale(ratio),
            "low": _on_scale(ratio - reach),
            "high": _on_scale(ratio + reach),
            "design_effect": _design_effect(cases, ratio, span, error),
        }
    )


def _design_effect(cases: Sequence[_Case], ratio: float, span: float, error: float) -> float | None:
    count = len(cases)
    alone = math.fsum((case.above - ratio * case.span) ** 2 for case in cases)
    variance = alone * count / (count - 1) / span**2
    return error**2 / variance if variance > 0 else None


def _on_scale(ratio: float) -> float:
    return _LOWEST + (_HIGHEST - _LOWEST) * max(0.0, min(1.0, ratio))
