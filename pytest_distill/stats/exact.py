"""Exact tests of a change where few cases leak or differ: they only widen intervals.

They assume independent cases, which cases that share templates and probes are not, so on their own
they would report a change too often. But with small counts an interval that excludes 0 by the
normal or t distribution cannot be trusted even for independent cases: with four rises in 60 cases
and no fall the one-sided 95 % bound of `paired_difference` is above 0, although the probability of
such a result is .0625. `widened_to_exact_test` lets an interval exclude 0 only if the exact test
does too. So a change is never shown more easily than with independent cases, and clusters can only
make it harder.

On simulated students that did not change (60 independent cases, 20 x 5 correlated ones, rates .02
to .1, 2,000 runs of each) a gate against the baseline failed in up to 5.2 % of runs without the
exact test and in up to 4.5 % with it; for correlated cases it changed nothing
(``tests/benchmarks/gate_errors.py --part few``).
"""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

from pytest_distill.records import Estimate
from pytest_distill.stats.distributions import normal_quantile

# Below so many discordant pairs textbooks use the exact test instead of McNemar's chi-square; from
# there on the two agree, and there is nothing to widen.
_FEW_DISCORDANT = 25

# Cochran (1954), Biometrics 10:417-451: expected count of a cell, at least.
_FEW_EXPECTED = 5


class Exact(NamedTuple):
    """Probability of a change at least as large, without any change and for independent cases."""

    test: str
    p_above: float
    """One-sided p-value of the hypothesis that the rate did not rise."""
    p_below: float
    """One-sided p-value of the hypothesis that the rate did not fall."""

    @property
    def p(self) -> float:
        """One-sided p-value of the observed change."""
        return min(self.p_above, self.p_below)

    def __str__(self) -> str:
        return f"p = {self.p:.2g} if cases were independent ({self.test}'s exact test, one-sided)"


def mcnemar(rises: int, falls: int) -> Exact:
    """Test whether a rate changed, on cases that both runs have.

    A sign test: without a change, half of the cases that differ rise. Assumes independent cases;
    exact for any number of them.

    Args:
        rises: cases that leak now and did not before.
        falls: cases that leaked before and do not now.

    Raises:
        ValueError: a negative count.

    References:
        McNemar (1947), Psychometrika 12:153-157, doi:10.1007/BF02295996.
    """
    _check_counts(rises, falls)
    return _tails("McNemar", [math.comb(rises + falls, k) for k in range(rises + falls + 1)], rises)


def fisher(leaks: int, cases: int, leaks_before: int, cases_before: int) -> Exact:
    """Test whether a rate changed between two runs that share no case.

    Given the leaks of both runs together, the number in this run is hypergeometric without a
    change. Assumes independent cases; exact for any number of them.

    Args:
        leaks: of the run that is judged, ``0 <= leaks <= cases``.
        cases: with a verdict.
        leaks_before: of the baseline.
        cases_before: with a verdict.

    Raises:
        ValueError: a negative count, or more leaks than cases.

    References:
        Fisher (1935), J. R. Stat. Soc. 98:39-54, doi:10.2307/2342435.
    """
    _check_counts(leaks, cases - leaks, leaks_before, cases_before - leaks_before)
    total = leaks + leaks_before
    least = max(0, total - cases_before)
    ways = [
        math.comb(cases, k) * math.comb(cases_before, total - k)
        for k in range(least, min(total, cases) + 1)
    ]
    return _tails("Fisher", ways, leaks - least)


def paired_if_few(now: Sequence[float], before: Sequence[float]) -> Exact | None:
    """Return McNemar's test if some cases differ, but fewer than 25; else None.

    Args:
        now: shape (cases,): 0 or 1 each.
        before: shape (cases,): the same cases, of the baseline.
    """
    differences = [new - old for new, old in zip(now, before, strict=True)]
    rises, falls = differences.count(1), differences.count(-1)
    return mcnemar(rises, falls) if 0 < rises + falls < _FEW_DISCORDANT else None


def unpaired_if_few(now: Sequence[float], before: Sequence[float]) -> Exact | None:
    """Return Fisher's test if the expected count of a cell is below 5; else None.

    None too if all cases of both runs leak or none does.

    Args:
        now: shape (cases,): 0 or 1 each; at least one.
        before: shape (cases of the baseline,): 0 or 1 each; at least one.
    """
    leaks, cases = now.count(1), len(now)
    leaks_before, cases_before = before.count(1), len(before)
    total, both = leaks + leaks_before, cases + cases_before
    rarer = min(total, both - total)
    is_few = 0 < rarer * min(cases, cases_before) < _FEW_EXPECTED * both
    return fisher(leaks, cases, leaks_before, cases_before) if is_few else None


def widened_to_exact_test(difference: Estimate, exact: Exact, *, level: float) -> Estimate:
    """Return `difference` with an interval that excludes 0 only if the exact test does too.

    A bound that excludes 0 although the test does not is replaced by the "test-based" one: that
    of a normal interval around the same value with the p-value of the test.

    Args:
        difference: with its two-sided interval at `level`.
        exact: the test on the same cases.
        level: two-sided confidence, in (0, 1).

    References:
        Miettinen (1976), Am. J. Epidemiol. 103:226-235 (test-based limits).
    """
    value, low, high = difference.value, difference.low, difference.high
    if value is None or low is None or high is None:
        return difference
    alpha = (1 - level) / 2
    if low > 0 and exact.p_above > alpha:
        low = max(-1.0, _test_based(value, exact.p_above, level))
    if high < 0 and exact.p_below > alpha:
        high = min(1.0, _test_based(value, exact.p_below, level))
    return difference.model_copy(update={"low": low, "high": high})


def _test_based(value: float, p: float, level: float) -> float:
    if p >= 0.5:  # noqa: PLR2004 - no evidence at all
        return math.copysign(math.inf, -value)
    return value * (1 - normal_quantile(level) / NormalDist().inv_cdf(1 - p))


def _tails(test: str, ways: Sequence[int], seen: int) -> Exact:
    """Return both tails, `seen` included, of a distribution given by its weights."""
    total = sum(ways)
    return Exact(test, p_above=sum(ways[seen:]) / total, p_below=sum(ways[: seen + 1]) / total)


def _check_counts(*counts: int) -> None:
    if min(counts) < 0:
        message = f"counts of cases must be 0 or more, not {min(counts)}"
        raise ValueError(message)
