"""When a run that may end early looks at its numbers, and how sure each look has to be.

The cases are put in a random order, and their first sixteenth, eighth, quarter and half are
looked at, then all. A wrong decision at any look is kept below the error of a single one by
Sidak's bound: ``1 - (1 - alpha) ** (1 / looks)`` for each. For independent cases that is a
little more than is needed; cases that share templates make the looks more alike, and by
Slepian's inequality that can only lower the chance that one of them is wrong.

Few looks lose little: where cases correlate by template, a random sixteenth of them, which has
met every template, knows more than half of what all of them know.

References:
    Sidak (1967), JASA 62:626-633, doi:10.1080/01621459.1967.10482935.
    Slepian (1962), Bell System Technical Journal 41:463-501.
    Lan, Simon & Halperin (1982), Sequential Analysis 1:207-219 (ending what is futile).
"""

import math
from statistics import NormalDist

from pytest_distill.records import Estimate
from pytest_distill.text import digest

# Doublings from a sixteenth: a clear truth is then seen with 94 % of the calls saved, and more
# looks cost more power than they save calls (tried: 4, 5 and 10).
_MOST_LOOKS = 5

# With fewer cases hardly a cluster has two, and their correlation cannot be seen.
_FEWEST_CASES = 20

# A look that leaves less hope of a decision ends the run. With .1 power falls by some points (at
# a limit of .1 from .87 to .85 for a truth of .2, from .33 to .30 for one of .05), and gates that
# the design can hardly decide save 60 to 90 % of the calls; with .02 they save half.
LEAST_CONDITIONAL_POWER = 0.1


LAST = "g"
"""Behind every place in the random order, which hexadecimal digits tell."""


def sizes(cases: int) -> tuple[int, ...]:
    """Return how many of `cases` are looked at, look by look; the last is all of them."""
    found = [cases]
    while len(found) < _MOST_LOOKS and found[-1] // 2 >= _FEWEST_CASES:
        found.append(found[-1] // 2)
    return tuple(reversed(found))


def order_key(seed: int, case_id: str) -> str:
    """Return what the random order sorts by: known from the case alone, also from a log."""
    return digest(f"{seed}/{case_id}")


def alpha_of_look(alpha: float, looks: int) -> float:
    """Return the error that each of `looks` may make, so that all together make `alpha`."""
    return -math.expm1(math.log1p(-alpha) / looks)


def conditional_power(
    estimate: Estimate, limit: float, share: float, alphas: tuple[float, float], *, is_rate: bool
) -> float:
    """Return the chance that all cases decide what a part of them does not, if it is typical.

    Predicts the last look from this one: the number moves by what the cases to come can still
    tell, and they tell less the more they correlate with those that are there. The variance of
    a rate is that at the limit, if that is larger: few leaks must not look like certainty.

    Args:
        estimate: of this look.
        limit: to be proved above or below.
        share: of the cases that were looked at, in (0, 1).
        alphas: with which the lower and the upper bound are wrong.
        is_rate: the number is a rate, and not a rise of one.
    """
    value, low, high = estimate.value, estimate.low, estimate.high
    if value is None or low is None or high is None or high <= low:
        return 1.0
    normal = NormalDist()
    below, above = (-normal.inv_cdf(alpha) for alpha in alphas)
    effect = max(1.0, estimate.design_effect or 1.0)
    variance = moving = ((high - low) / (below + above)) ** 2
    if is_rate and 0 < limit < 1:
        if estimate.design_effect is None and 0 < high - low < 1:
            # None or all of them leak: the bound is Wilson's, and says what was believed.
            end, quantile = (high, above) if high < 1 else (low, below)
            effect = estimate.n * (end - value) ** 2 / (quantile**2 * end * (1 - end))
            effect = max(1.0, effect)
        variance = limit * (1 - limit) * effect / estimate.n
        moving = max(variance, value * (1 - value) * effect / estimate.n)
    # Variance of all cases over that of this part, where clusters grow with the cases.
    left = (effect - 1 + share) / effect
    final, to_come = math.sqrt(variance * left), math.sqrt(moving * (1 - left))
    proved_above = normal.cdf((value - limit - below * final) / to_come)
    proved_below = normal.cdf((limit - value - above * final) / to_come)
    return max(proved_above, proved_below)
