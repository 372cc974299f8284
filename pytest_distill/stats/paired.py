"""Means over the prompts that several models answered, and what one leads another by."""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

from pytest_distill.stats.distributions import check_level, normal_quantile


class Mean(NamedTuple):
    """A mean over prompts, and its standard error over other prompts like them."""

    value: float
    error: float

    def interval(self, level: float) -> tuple[float, float]:
        """Return the two-sided interval, by the normal approximation."""
        reach = normal_quantile(level) * self.error
        return self.value - reach, self.value + reach


def mean(values: Sequence[float]) -> Mean:
    """Return the mean of `values`, which are independent draws (one a prompt).

    Raises:
        ValueError: fewer than two values.
    """
    if len(values) < 2:  # noqa: PLR2004 - one value says nothing of how far others are
        message = f"a mean with an error needs two values, not {len(values)}"
        raise ValueError(message)
    centre = math.fsum(values) / len(values)
    spread = math.fsum((value - centre) ** 2 for value in values) / (len(values) - 1)
    return Mean(centre, math.sqrt(spread / len(values)))


def lead(own: Sequence[float], rival: Sequence[float]) -> Mean:
    """Return how far `own` is above `rival`, prompt by prompt.

    Paired: what is easy or hard about a prompt is in both and cancels.

    Raises:
        ValueError: not as many values on both sides, or fewer than two.
    """
    return mean([a - b for a, b in zip(own, rival, strict=True)])


def p_of_no_lead(found: Mean) -> float:
    """Return the one-sided p-value of "there is no lead"; 1/2 where there is none at all.

    Normal approximation: made for dozens of prompts and more.
    """
    if found.error == 0:
        return 0.0 if found.value > 0 else 0.5 if found.value == 0 else 1.0
    return NormalDist().cdf(-found.value / found.error)


def falls_short(found: Mean, expected: float, *, level: float, least_error: float = 0.0) -> bool:
    """Say whether a lead is too small to be one of `expected`: a one-sided test at 1 - `level`.

    Args:
        found: the lead.
        expected: what it would be, or more.
        level: confidence, in (0, 1); what is rejected would be seen less often than 1 - level.
        least_error: `expected` was measured too; nothing is known more exactly than it.

    Raises:
        ValueError: a level out of range.
    """
    check_level(level)
    reach = NormalDist().inv_cdf(level) * max(found.error, least_error)
    return found.value + reach < expected
