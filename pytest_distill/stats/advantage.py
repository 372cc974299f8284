"""Advantage of an adversary that is to tell a student's answer from its teacher's.

An adversary is shown both answers to a prompt in both orders. Its guess is 1 where it finds the
teacher's in both, -1 where it takes the student's for it in both, and 0 where it contradicts
itself: then one of the two was right by chance, and it knows nothing.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from statistics import NormalDist
from typing import Literal, NamedTuple

from pytest_distill.records import UNDEFINED, Estimate
from pytest_distill.stats.distributions import normal_quantile
from pytest_distill.stats.means import bounded_mean

EPSILON = 0.1
"""Advantage that is called small where no gate says another."""

# Chance that so many prompts decide.
_CHANCE = 0.8

_ENDS = (-1.0, 1.0)

# More than any run could afford.
_MOST_PROMPTS = 100_000

Decision = Literal["distinguishable", "indistinguishable", "inconclusive"]


class Guesses(NamedTuple):
    """The guesses of one adversary."""

    values: Sequence[float]
    """Shape (cases,): 1, 0 or -1."""
    prompts: Sequence[Hashable]
    """Shape (cases,): all answers to one prompt are a cluster."""
    missing: int = 0
    mutual: float = 0.0
    """In [0, 1]: of an adversary that learns on the same cases that it is tested on, crosswise, the
    share of cases that it learnt from and that were tested by what was learnt from this one."""


def advantage(guesses: Guesses, *, level: float = 0.95) -> Estimate:
    """Return twice the accuracy of an adversary, less 1; self-contradiction is no advantage.

    In [-1, 1]; negative for an adversary that takes the student's answers for the teacher's. The
    interval is that of `bounded_mean`, for other prompts and further answers to them.

    Guesses of an adversary that learns crosswise err together where two cases test each other: if
    a difference occurs in both by chance, both are found. The variance is then up to twice that of
    as many independent guesses, in proportion to the share of such cases, and the interval is
    widened by its root. In 250 simulated runs of 100 prompts without a difference, 95 % intervals
    excluded 0 in 6, 4 and 2 % for 25, 50 and 90 training pairs (shares 0, .18 and .99), and in 10 %
    for 90 if they were not widened. Of an optimal adversary they held the truth in 94 to 98 % of
    1,000 runs of each of 11 pairs of known distance (``python -m tests.benchmarks.bbi``).

    Args:
        guesses: of the adversary.
        level: two-sided confidence, in (0, 1).

    References:
        arXiv 2605.30448 (bounded behavioural indistinguishability; it reports the magnitude).
    """
    found = _mean(guesses, guesses.values, _ENDS, level)
    return _widened(found, math.sqrt(1 + guesses.mutual))


def consistent_advantage(guesses: Guesses, *, level: float = 0.95) -> Estimate:
    """Return the advantage over the cases in which the adversary does not contradict itself.

    Args and interval as of `advantage`; undefined where it always does.
    """
    kept = [
        (value, prompt)
        for value, prompt in zip(guesses.values, guesses.prompts, strict=True)
        if value
    ]
    firm = guesses._replace(
        values=[value for value, _ in kept], prompts=[prompt for _, prompt in kept]
    )
    return advantage(firm, level=level)


def flip_rate(guesses: Guesses, *, level: float = 0.95) -> Estimate:
    """Return the share of cases in which the adversary says another thing in the other order.

    Args and interval as of `advantage`.
    """
    return _mean(guesses, [float(not value) for value in guesses.values], (0.0, 1.0), level)


def total_variation(found: Estimate) -> Estimate:
    """Return the least total variation distance that an advantage implies.

    Between the answers of student and teacher to one prompt, in the mean over prompts: an adversary
    of any kind gets at most ``TV(P x Q, Q x P) <= 1 - (1 - TV)^2`` from a pair, so ``TV >= 1 -
    sqrt(1 - advantage)``; for means over prompts the same holds, as the right side is concave. An
    adversary that is always wrong tells as much as one that is always right.

    The interval is that of the bound: its lower end is a lower bound on the distance, at the
    confidence of `found`; its upper end is none on the distance, which a better adversary may show
    to be greater.

    Args:
        found: the advantage, with its interval.
    """
    value, low, high = found.value, found.low, found.high
    if value is None or low is None or high is None:
        return found.model_copy(update={"value": None, "low": None, "high": None})
    ends = (max(low, -high, 0.0), max(abs(low), abs(high)))
    bounds = [1 - math.sqrt(1 - min(1.0, each)) for each in (abs(value), *ends)]
    return found.model_copy(update=dict(zip(("value", "low", "high"), bounds, strict=True)))


class Verdict(NamedTuple):
    """Whether a student can be told from its teacher by some adversaries."""

    decision: Decision
    adversary: str | None = None
    """The one that tells them apart; of an inconclusive verdict the one that decides least."""
    prompts: int | None = None
    """How many would decide, with a chance of 80 %; None where no affordable number does."""


def verdict(advantages: Mapping[str, Estimate], *, epsilon: float, level: float = 0.95) -> Verdict:
    """Return whether the adversaries show an advantage beyond `epsilon`, or none does.

    - *distinguishable* where an interval lies beyond epsilon, on either side;
    - *indistinguishable*, for these adversaries and no others, where all are within it;
    - else *inconclusive*.

    With two-sided intervals of 95 % each wrong verdict has a chance of about 2.5 % for each
    adversary, where the truth is just at epsilon, and less elsewhere: in 1,000 simulated runs of
    each of 12 pairs of known distance, with one that is optimal, at most 2.6 % were wrong
    (``python -m tests.benchmarks.bbi --only simulated``).

    Args:
        advantages: by adversary; undefined ones decide nothing.
        epsilon: above 0.
        level: of the intervals.
    """
    widest: tuple[float, Verdict] | None = None
    for name, found in advantages.items():
        value, low, high = found.value, found.low, found.high
        if value is None or low is None or high is None:
            widest = (math.inf, Verdict("inconclusive", name))
            continue
        if low > epsilon or high < -epsilon:
            return Verdict("distinguishable", name)
        beyond = max(high - epsilon, -epsilon - low)
        if beyond > 0 and (widest is None or beyond > widest[0]):
            needed = _prompts_to_decide(found, epsilon, level)
            widest = (beyond, Verdict("inconclusive", name, needed))
    if not advantages:
        return Verdict("inconclusive")
    return Verdict("indistinguishable") if widest is None else widest[1]


def prompts_for(
    distance: float, *, level: float = 0.95, chance: float = _CHANCE, deviation: float = 1.0
) -> int:
    """Return how many prompts tell a mean from a limit that is `distance` away.

    By the normal approximation. Of 1, 0 and -1 the deviation is at most 1.

    Args:
        distance: above 0.
        level: two-sided confidence, in (0, 1).
        chance: that the interval excludes the limit.
        deviation: of the mean of a prompt's guesses.
    """
    reach = normal_quantile(level) + NormalDist().inv_cdf(chance)
    return math.ceil((reach * deviation / distance) ** 2)


def chance_to_show(distance: float, prompts: int, *, level: float = 0.95) -> float:
    """Return the chance that so many prompts tell a mean from a limit that is `distance` away.

    Assumes as `prompts_for`, with the greatest deviation.

    Args:
        distance: 0 or above.
        prompts: one case each.
        level: two-sided confidence, in (0, 1).
    """
    return NormalDist().cdf(distance * math.sqrt(prompts) - normal_quantile(level))


def _prompts_to_decide(found: Estimate, epsilon: float, level: float) -> int | None:
    """Return how many prompts decide if the advantage stays as it is; None if too many."""
    value, low, high = found.value or 0.0, found.low or 0.0, found.high or 0.0
    distance = abs(abs(value) - epsilon)
    if not distance:
        return None
    # The interval shrinks with the root of the prompts; a wide one has further parts.
    half = max(high - value, value - low)
    growth = half * (1 + NormalDist().inv_cdf(_CHANCE) / normal_quantile(level)) / distance
    needed = math.ceil(found.clusters * growth**2)
    return max(needed, found.clusters + 1) if needed <= _MOST_PROMPTS else None


def _widened(found: Estimate, factor: float) -> Estimate:
    value, low, high = found.value, found.low, found.high
    if value is None or low is None or high is None:
        return found
    least, greatest = _ENDS
    ends = {
        "low": max(least, value - factor * (value - low)),
        "high": min(greatest, value + factor * (high - value)),
    }
    return found.model_copy(update=ends)


def _mean(
    guesses: Guesses, values: Sequence[float], ends: tuple[float, float], level: float
) -> Estimate:
    if not values:
        return UNDEFINED.model_copy(update={"missing": guesses.missing})
    return bounded_mean(values, guesses.prompts, ends=ends, missing=guesses.missing, level=level)
