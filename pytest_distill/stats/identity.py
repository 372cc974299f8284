"""The leak rates of one model, from verdicts on its answers."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from pytest_distill.records import (
    Estimate,
    IceSummary,
    IdentityVerdict,
    Observation,
    Rates,
    Vote,
)
from pytest_distill.stats.clustered import clustered_rate
from pytest_distill.stats.distributions import check_level

KINDS = ("loose", "strict", "hard")
"""The leak rates, each reported over all cases and over each group."""

REFUSED = "refused"
"""Rate of answers that say that they will not answer."""

APART = ("persona", REFUSED, "reasoning")
"""Rates of what is no leak, over all cases only."""

UNSPECIFIED = "unspecified"
"""Category or language of cases without one."""

_MISSING = IdentityVerdict(loose=None, strict=None, hard=None)


class Outcome(NamedTuple):
    """The part of one observation that statistics use."""

    loose: bool | None
    """None if the case is missing, as are then the other two."""
    strict: bool | None
    hard: bool | None
    vendors: tuple[str, ...]
    template: str | None
    probe: str
    category: str
    language: str
    votes: tuple[Vote, ...] = ()
    persona: bool | None = None
    """None if the case is missing, or its judge does not look for personas."""
    refused: bool | None = None
    """None if the case is missing, or its judge does not look for refusals."""
    reasoning: bool | None = None
    """None if the case is missing, or shows no thinking that its judge has read."""


Question = Callable[[Outcome], bool | None]


def outcome_of(observation: Observation) -> Outcome:
    """Return the outcome of `observation`; a case without a verdict is missing."""
    verdict, case = observation.verdict, observation.case
    if observation.outcome != "judged" or verdict is None or verdict.loose is None:
        verdict = _MISSING
    return Outcome(
        loose=verdict.loose,
        strict=verdict.strict,
        hard=verdict.hard,
        vendors=verdict.vendors,
        template=case.template_key,
        probe=case.probe_key,
        category=case.category or UNSPECIFIED,
        language=case.language or UNSPECIFIED,
        votes=observation.votes,
        persona=_persona(verdict),
        refused=verdict.refused if verdict.loose is not None else None,
        reasoning=verdict.reasoning if verdict.loose is not None else None,
    )


def values_of(outcome: Outcome) -> Mapping[str, float] | None:
    """Return the value of a case for each metric, by name; None if the case is missing."""
    if outcome.loose is None:
        return None
    kinds = {kind: float(bool(getattr(outcome, kind))) for kind in KINDS}
    found = {name: getattr(outcome, name) for name in APART}
    apart = {name: float(value) for name, value in found.items() if value is not None}
    return {**kinds, **apart, **{f"vendors.{vendor}": 1.0 for vendor in outcome.vendors}}


def summarise(
    outcomes: Iterable[Outcome], *, level: float = 0.95, vendors: Collection[str] = ()
) -> IceSummary:
    """Return the leak rates of one model, with intervals that allow for other templates and probes.

    A case counts if its outcome is ``judged`` and the verdict is not None; every other one is
    missing. Templates and probes are the clusters (`clustered_rate`): cases without a
    template share one, and several answers to a prompt share both.

    Args:
        outcomes: of one model and one suite, in any order.
        level: two-sided confidence, in (0, 1).
        vendors: included even if no answer claims them.

    Returns:
        Independent of the order of cases, to the last digit; groups sorted by name, vendors by
        falling rate.

    Raises:
        ValueError: a level out of range.
    """
    check_level(level)
    seen = list(outcomes)
    rates = _rates(seen, level)
    return IceSummary(
        loose=rates.loose,
        strict=rates.strict,
        hard=rates.hard,
        persona=_share(seen, lambda outcome: outcome.persona, level),
        refused=_share(seen, lambda outcome: outcome.refused, level),
        reasoning=_share(seen, lambda outcome: outcome.reasoning, level),
        by_category=_by(seen, lambda outcome: outcome.category, level),
        by_language=_by(seen, lambda outcome: outcome.language, level),
        vendors=_vendors(seen, level, vendors),
    )


def loose_rate(outcomes: Sequence[Outcome], *, level: float = 0.95) -> Estimate:
    """Return the rate of loose leaks alone, with the interval that `summarise` gives it."""
    return _rate(outcomes, lambda outcome: outcome.loose, level)


def _persona(verdict: IdentityVerdict) -> bool | None:
    # A judge with rules looks for personas, also where another rule decides.
    is_known = verdict.persona is not None or bool(verdict.rule)
    return bool(verdict.persona) if is_known and verdict.loose is not None else None


def _rates(outcomes: Sequence[Outcome], level: float) -> Rates:
    return Rates(
        loose=_rate(outcomes, lambda outcome: outcome.loose, level),
        strict=_rate(outcomes, lambda outcome: outcome.strict, level),
        hard=_rate(outcomes, lambda outcome: outcome.hard, level),
    )


def _by(
    outcomes: Sequence[Outcome], group: Callable[[Outcome], str], level: float
) -> dict[str, Rates]:
    members: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        members.setdefault(group(outcome), []).append(outcome)
    return {name: _rates(members[name], level) for name in sorted(members)}


def _vendors(
    outcomes: Sequence[Outcome], level: float, always: Collection[str]
) -> dict[str, Estimate]:
    claimed = sorted({vendor for outcome in outcomes for vendor in outcome.vendors} | {*always})
    rates = {vendor: _rate(outcomes, _claims(vendor), level) for vendor in claimed}
    return dict(sorted(rates.items(), key=lambda item: -(item[1].value or 0.0)))


def _claims(vendor: str) -> Question:
    return lambda outcome: None if outcome.loose is None else vendor in outcome.vendors


def _share(outcomes: Sequence[Outcome], question: Question, level: float) -> Estimate:
    """Return a rate over the cases that the question is about; the others are not missing."""
    asked = [o for o in outcomes if o.loose is None or question(o) is not None]
    return _rate(asked, question, level)


def _rate(outcomes: Sequence[Outcome], question: Question, level: float) -> Estimate:
    counted = [(found, outcome) for outcome in outcomes if (found := question(outcome)) is not None]
    return clustered_rate(
        [found for found, _ in counted],
        [[outcome.template for _, outcome in counted], [outcome.probe for _, outcome in counted]],
        missing=len(outcomes) - len(counted),
        level=level,
    )
