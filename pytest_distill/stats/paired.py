"""Means over prompts that several models answered, and paired differences of them."""

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
    if len(values) < 2:  # noqa: PLR2004 - one value has no variance
        message = f"a mean with an error needs two values, not {len(values)}"
        raise ValueError(message)
    centre = math.fsum(values) / len(values)
    spread = math.fsum((value - centre) ** 2 for value in values) / (len(values) - 1)
    return Mean(centre, math.sqrt(spread / len(values)))


def lead(own: Sequence[float], rival: Sequence[float]) -> Mean:
    """Return the mean difference of `own` and `rival` over the prompts.

    Paired: the difficulty of a prompt is in both and cancels out.

    Raises:
        ValueError: not as many values on both sides, or fewer than two.
    """
    return mean([a - b for a, b in zip(own, rival, strict=True)])


def falls_short(found: Mean, expected: float, *, level: float, least_error: float = 0.0) -> bool:
    """Say whether a lead is significantly below `expected`: a one-sided test at 1 - `level`.

    Args:
        found: the lead.
        expected: least lead under the hypothesis.
        level: confidence, in (0, 1).
        least_error: lower limit of the standard error, since `expected` was measured too.

    Raises:
        ValueError: a level out of range.
    """
    check_level(level)
    reach = NormalDist().inv_cdf(level) * max(found.error, least_error)
    return found.value + reach < expected
