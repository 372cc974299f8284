"""How far several judges agree, and how much they know together."""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

Ratings = Sequence[Sequence[bool | None]]
"""Shape (cases, judges); None where a judge gave no verdict."""


def krippendorff_alpha(ratings: Ratings) -> float:
    """Return Krippendorff's alpha of nominal ratings: 1 is full agreement, 0 that of chance.

    Takes any number of judges and missing verdicts: a case with fewer than two verdicts does
    not count. One less the disagreement within cases over that of all verdicts together.

    Raises:
        ValueError: undefined, because no case has two verdicts or all verdicts are the same.

    References:
        Krippendorff (2018), Content Analysis, 4th ed., chapter 12.
    """
    given = [[rating for rating in case if rating is not None] for case in ratings]
    shared = [case for case in given if len(case) > 1]
    everything = [rating for case in shared for rating in case]
    expected = _unequal_pairs(everything) / (len(everything) - 1) if everything else 0.0
    if not expected:
        message = "agreement is undefined where all verdicts are the same"
        raise ValueError(message)
    # A case with m verdicts has m (m - 1) ordered pairs, and counts m times.
    observed = math.fsum(_unequal_pairs(case) / (len(case) - 1) for case in shared)
    return 1 - observed / expected


def _unequal_pairs(verdicts: Sequence[bool]) -> int:
    """Return how many ordered pairs of `verdicts` differ."""
    return len(verdicts) ** 2 - sum(count**2 for count in Counter(verdicts).values())


def effective_judges(ratings: Ratings) -> float:
    """Return how many independent judges would know as much as these.

    Kish's k / (1 + (k - 1) rho), with rho the mean correlation of two judges. Given verdicts,
    rho counts being right together as dependence, so the number is a lower bound; given
    errors (a verdict that differs from the label), it is what the panel is worth. A negative
    rho counts as 0.

    Returns:
        Between 1 and the number of judges.

    Raises:
        ValueError: undefined: fewer than two judges, or one who never varies where another
            judged too.

    References:
        Kish (1965), Survey Sampling, section 5.4 (the effect of a correlation within groups).
    """
    judges = list(zip(*ratings, strict=True))
    if len(judges) < 2:  # noqa: PLR2004 - a pair
        message = "a panel has two judges at least"
        raise ValueError(message)
    found = [_correlation(one, other) for one, other in combinations(judges, 2)]
    rho = max(0.0, math.fsum(found) / len(found))
    return len(judges) / (1 + (len(judges) - 1) * rho)


def _correlation(one: Sequence[bool | None], other: Sequence[bool | None]) -> float:
    """Return Pearson's correlation over the cases that both judged."""
    both = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    n, yes, also = len(both), sum(a for a, _ in both), sum(b for _, b in both)
    together = sum(a and b for a, b in both)
    spread = yes * (n - yes) * also * (n - also)
    if not spread:
        message = "a correlation is undefined where a judge never varies"
        raise ValueError(message)
    return (n * together - yes * also) / math.sqrt(spread)
