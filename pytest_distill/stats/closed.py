"""How much of the way from its base to its teacher a student has gone."""

import math
from collections.abc import Mapping, Sequence

from pytest_distill.records import UNDEFINED, Estimate
from pytest_distill.stats.distributions import check_level, t_quantile

Values = Mapping[str, Sequence[float]]
"""By prompt: a number for each of the answers to it."""

# Prompts: with fewer, nothing tells how much others vary.
_FEWEST = 2


def closed(
    base: Values,
    student: Values,
    resample: Values,
    *,
    level: float = 0.95,
    mutual: float = 0.0,
) -> Estimate:
    """Return ``(base - student) / (base - resample)`` over the prompts that all three have.

    1 for a student as hard to tell from the teacher as another answer of the teacher's, 0 for one
    that is as easy to tell as the base; beyond both where it is harder or easier still.

    The interval is Fieller's for the ratio of two means of the same prompts. It is finite only
    where the denominator is shown to be above 0, and the number is undefined elsewhere.

    Assumes that prompts are independent draws from one population; the means over each prompt's
    answers are its numbers.

    In 2,000 simulated runs of each of four designs, 95 % intervals held the truth in 94.1 to
    95.1 %, where it was defined (``python -m tests.benchmarks.bbi --only simulated``).

    Args:
        base: guesses on answers of the model before it was distilled, or of an unrelated one.
        student: likewise, of the student.
        resample: likewise, of other answers of the teacher.
        level: two-sided confidence, in (0, 1).
        mutual: of an adversary that learnt crosswise, as in `stats.advantage.Guesses`.

    References:
        Fieller (1954), J. R. Stat. Soc. B 16:175-185.
    """
    check_level(level)
    prompts = sorted(set(base) & set(student) & set(resample))
    blank = UNDEFINED.model_copy(update={"n": len(prompts), "clusters": len(prompts)})
    if len(prompts) < _FEWEST:
        return blank
    over = [_mean(base[prompt]) - _mean(student[prompt]) for prompt in prompts]
    under = [_mean(base[prompt]) - _mean(resample[prompt]) for prompt in prompts]
    t = t_quantile(level, len(prompts) - 1) * math.sqrt(1 + mutual)
    top, bottom = _mean(over), _mean(under)
    # Of the equation that Fieller's bounds solve: a x^2 - 2 b x + c = 0.
    a = bottom**2 - t**2 * _covariance(under, under)
    if bottom <= 0 or a <= 0:
        return blank
    b = top * bottom - t**2 * _covariance(over, under)
    c = top**2 - t**2 * _covariance(over, over)
    half = math.sqrt(max(0.0, b**2 - a * c))
    found = blank.model_copy(update={"value": top / bottom})
    if not half:
        return found
    return found.model_copy(update={"low": (b - half) / a, "high": (b + half) / a})


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _covariance(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the covariance of two means over the same prompts."""
    count, first, second = len(one), _mean(one), _mean(other)
    products = ((x - first) * (y - second) for x, y in zip(one, other, strict=True))
    return math.fsum(products) / (count - 1) / count
