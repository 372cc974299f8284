"""Agreement of several judges, and the number of independent judges they are worth."""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

Ratings = Sequence[Sequence[bool | None]]
"""Shape (cases, judges); None where a judge gave no verdict."""


def krippendorff_alpha(ratings: Ratings) -> float:
    """Return Krippendorff's alpha of nominal ratings: 1 is full agreement, 0 that of chance.

    It is 1 minus the ratio of the disagreement within cases to that of all verdicts together.
    Takes any number of judges and missing verdicts: a case with fewer than two verdicts does
    not count.

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
    """Return the number of ordered pairs of `verdicts` that differ."""
    return len(verdicts) ** 2 - sum(count**2 for count in Counter(verdicts).values())


def effective_judges(ratings: Ratings) -> float:
    """Return the number of independent judges that these are worth.

    Kish's k / (1 + (k - 1) rho), with rho the mean correlation of two judges. With verdicts
    as ratings, being right together counts as dependence, so the number is a lower bound; with
    errors (verdict differs from label) as ratings, it is the number itself. A negative rho
    counts as 0.

    Returns:
        Between 1 and the number of judges.

    Raises:
        ValueError: undefined: fewer than two judges, or one with the same rating for all cases
            that another one rated too.

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
    """Return Pearson's correlation over the cases that both rated."""
    both = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    n, yes, also = len(both), sum(a for a, _ in both), sum(b for _, b in both)
    together = sum(a and b for a, b in both)
    spread = yes * (n - yes) * also * (n - also)
    if not spread:
        message = "a correlation is undefined where a judge never varies"
        raise ValueError(message)
    return (n * together - yes * also) / math.sqrt(spread)
