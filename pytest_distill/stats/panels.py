"""Agreement of the judges of one run, from their votes."""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from pytest_distill.records import Agreement, Cascade, Panel, Vote
from pytest_distill.stats.agreement import Ratings, effective_judges, krippendorff_alpha
from pytest_distill.stats.clustered import clustered_rate


class Voted(NamedTuple):
    """The votes of several judges on one case, and the clusters that the case is in."""

    votes: tuple[Vote, ...]
    template: str | None
    probe: str


def panel(outcomes: Sequence[Voted], *, rule: Literal["majority", "unanimous"]) -> Panel:
    """Return how far the judges of a panel agree, split cases included.

    Args:
        outcomes: of the run.
        rule: that decides the panel's verdict.
    """
    votes = [outcome.votes for outcome in outcomes if outcome.votes]
    loose = _agreement([[vote.loose for vote in case] for case in votes])
    strict = _agreement([[vote.strict for vote in case] for case in votes])
    judges = tuple(vote.judge for vote in votes[0]) if votes else ()
    return Panel(rule=rule, judges=judges, loose=loose, strict=strict)


def cascade(outcomes: Sequence[Voted], *, confidence: float, level: float) -> Cascade:
    """Return what a cascade saved, and what that cost in agreement.

    The audited cases are a simple random sample of those on which the first judge was confident,
    so the agreement on them estimates that on all of these; cases without a second verdict are
    missing.

    Args:
        outcomes: of the run.
        confidence: at which the first judge's verdict stands, or above.
        level: of the interval, two-sided, in (0, 1).
    """
    voted = [outcome for outcome in outcomes if outcome.votes]
    audited = [outcome for outcome in voted if outcome.votes[-1].is_audit]
    saved = sum(len(outcome.votes) == 1 for outcome in voted)
    checked = [outcome for outcome in audited if outcome.votes[-1].loose is not None]
    agreement = clustered_rate(
        [_is_same(*outcome.votes) for outcome in checked],
        [[outcome.template for outcome in checked], [outcome.probe for outcome in checked]],
        missing=len(audited) - len(checked),
        level=level,
    )
    return Cascade(
        confidence=confidence,
        plain=saved + len(audited),
        uncertain=len(voted) - saved - len(audited),
        audited=len(audited),
        saved=saved,
        agreement=agreement,
    )


def _is_same(first: Vote, second: Vote) -> bool:
    return (first.loose, first.strict) == (second.loose, second.strict)


def _agreement(ratings: Ratings) -> Agreement:
    return Agreement(
        n=sum(sum(rating is not None for rating in case) > 1 for case in ratings),
        alpha=_or_none(krippendorff_alpha, ratings),
        effective_judges=_or_none(effective_judges, ratings),
    )


def _or_none(statistic: Callable[[Ratings], float], ratings: Ratings) -> float | None:
    """Return a statistic, or None where it is undefined."""
    try:
        return statistic(ratings)
    except ValueError:
        return None
