"""Interim looks of a run that may end early, and the alpha of each look.

The cases are put in a random order. Looks are at the first sixteenth, eighth, quarter and half of
them, and at all. Sidak's bound, ``1 - (1 - alpha) ** (1 / looks)`` for each look, keeps the
probability of a wrong decision at any look below `alpha`. For independent cases it is slightly
conservative; cases that share templates make the looks more alike, and by Slepian's inequality
that can only lower the probability that one of them is wrong.

The cost in power is small: if cases correlate by template, a random sixteenth of them, which holds
every template, has more than half of the information of all.

References:
    Sidak (1967), JASA 62:626-633, doi:10.1080/01621459.1967.10482935.
    Slepian (1962), Bell System Technical Journal 41:463-501.
    Lan, Simon & Halperin (1982), Sequential Analysis 1:207-219 (ending what is futile).
"""

import math
from collections.abc import Iterable
from statistics import NormalDist

from pytest_distill.records import Estimate
from pytest_distill.text import digest

# From a sixteenth, doubling: a clear result then saves 94 % of the calls, and more looks lose more
# power than they save calls (tried: 4, 5 and 10).
_MOST_LOOKS = 5

# With fewer cases hardly a cluster has two, so their correlation cannot be estimated.
_FEWEST_CASES = 20

# A look with less conditional power ends the run. With .1 power falls by some points (at
# a limit of .1 from .87 to .85 for a truth of .2, from .33 to .30 for one of .05), and gates that
# the design can hardly decide save 60 to 90 % of the calls; with .02 they save half.
LEAST_CONDITIONAL_POWER = 0.1

# The part of a design effect above 1 that stays when more cases come. Most of what few leaks show
# is assumed (`clustered_rate`) and recedes: with all of it a truth of .2 was found above .1 in 47 %
# of runs at 20 x 50, with a quarter in 54 %, with none in 57 %, which makes half of the calls.
_LASTING = 0.25

LAST = "g"
"""Sorts after every key of `order_key`, which are hexadecimal."""


def sizes(cases: int) -> tuple[int, ...]:
    """Return the number of cases of each look; the last is `cases`."""
    found = [cases]
    while len(found) < _MOST_LOOKS and found[-1] // 2 >= _FEWEST_CASES:
        found.append(found[-1] // 2)
    return tuple(reversed(found))


def order_key(seed: int, case_id: str, prefixes: Iterable[str] = ()) -> str:
    """Return the sort key of the random order; it needs nothing but the id of a case.

    Args:
        seed: of the run.
        case_id: of the case.
        prefixes: beginnings of ids that are left out, so that cases which differ in nothing else
            come together (`SuitePlan.prefixes`).
    """
    for prefix in prefixes:
        if case_id.startswith(prefix):
            case_id = case_id.removeprefix(prefix)
            break
    return digest(f"{seed}/{case_id}")


def alpha_of_look(alpha: float, looks: int) -> float:
    """Return the alpha of each of `looks`, so that together they have `alpha`."""
    return -math.expm1(math.log1p(-alpha) / looks)


def conditional_power(
    estimate: Estimate, limit: float, share: float, alphas: tuple[float, float], *, is_rate: bool
) -> float:
    """Return the probability that all cases decide, given the estimate of this look.

    Predicts the last look from this one, as if this estimate were the truth: the number changes
    by the information of the remaining cases, which have less of it the more they correlate with
    those that are there. The variance of a rate is at least that at the limit, so that few leaks
    do not look like certainty.

    Args:
        estimate: of this look.
        limit: to be proved above or below.
        share: of the cases at this look, in (0, 1).
        alphas: of the lower and the upper bound.
        is_rate: the number is a rate, not a difference of rates.
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
            # All or none of the cases leak: take the assumed design effect from Wilson's bound.
            end, quantile = (high, above) if high < 1 else (low, below)
            effect = estimate.n * (end - value) ** 2 / (quantile**2 * end * (1 - end))
            effect = max(1.0, effect)
        variance = limit * (1 - limit) * effect / estimate.n
        moving = max(variance, value * (1 - value) * effect / estimate.n)
    # Variance of all cases over that of this part, if clusters grow with the cases.
    lasting = _LASTING * (effect - 1)
    left = (lasting + share) / (lasting + 1)
    final, to_come = math.sqrt(variance * left), math.sqrt(moving * (1 - left))
    proved_above = normal.cdf((value - limit - below * final) / to_come)
    proved_below = normal.cdf((limit - value - above * final) / to_come)
    return max(proved_above, proved_below)
