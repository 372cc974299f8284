"""Quantiles that the standard library does not have: those of Student's t.

Checked to a relative 1e-9 against scipy in the tests.

References:
    Press et al. (2007), Numerical Recipes, 3rd ed., section 6.4 (continued fraction).
    Abramowitz & Stegun (1964), 26.7.5 (t from the normal quantile).
"""

import math
from statistics import NormalDist

# Lentz's method: the floor replaces a denominator of 0, the tolerance is a few ulps.
_TINY = 1e-300
_TOLERANCE = 1e-15

# Newton's last step doubles the digits; the remaining error is below that of the fraction.
_NEGLIGIBLE = 1e-9

# From here on the expansion in 1/dof is exact to 1e-11, and faster than the fraction.
_MANY_DEGREES = 1000.0


def regularised_beta(a: float, b: float, x: float, rest: float) -> float:
    """Return I_x(a, b), the distribution function of Beta(a, b) at `x`.

    Args:
        a: first shape, above 0.
        b: second shape, above 0.
        x: in [0, 1].
        rest: ``1 - x``, which the caller may know more exactly than the subtraction gives it.
    """
    if x <= 0 or rest <= 0:
        return float(rest <= 0)
    scale = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(rest),
    )
    if x < (a + 1) / (a + b + 2):
        return scale * _fraction(a, b, x) / a
    return 1 - scale * _fraction(b, a, rest) / b


def normal_quantile(level: float) -> float:
    """Return the z that a standard normal exceeds in absolute value with probability 1 - `level`.

    Raises:
        ValueError: a level outside (0, 1).
    """
    check_level(level)
    return -NormalDist().inv_cdf((1 - level) / 2)


def t_quantile(level: float, dof: float) -> float:
    """Return the t that Student's T exceeds in absolute value with probability 1 - `level`.

    Args:
        level: two-sided confidence, in (0, 1).
        dof: degrees of freedom, above 0; need not be whole, may be infinite.

    Raises:
        ValueError: an argument out of range.
    """
    z = normal_quantile(level)
    if not dof > 0:
        message = f"degrees of freedom must be above 0, not {dof}"
        raise ValueError(message)
    if dof >= _MANY_DEGREES:
        return _t_expansion(z, dof)
    t, step = z, math.inf
    # Newton's method. The probability of both tails is convex in t, so from the left, where the
    # normal quantile is, it does not overshoot.
    while step > _NEGLIGIBLE * t:
        whole = dof + t * t
        tails = regularised_beta(dof / 2, 0.5, dof / whole, t * t / whole)
        step = (tails - (1 - level)) / (2 * _t_density(t, dof))
        t += step
    return t


def check_level(level: float) -> None:
    """Refuse a confidence level outside (0, 1)."""
    if not 0 < level < 1:
        message = f"a confidence level must be in (0, 1), not {level}"
        raise ValueError(message)


def _fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction of I_x(a, b); it converges for x < (a + 1) / (a + b + 2)."""
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value, step, m = d, math.inf, 0
    while abs(step - 1) > _TOLERANCE:
        m += 1
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        step = 1.0
        for term in (even, odd):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            step *= c * d
        value *= step
    return value


def _away_from_zero(number: float) -> float:
    return math.copysign(max(abs(number), _TINY), number)


def _t_density(t: float, dof: float) -> float:
    scale = math.lgamma((dof + 1) / 2) - math.lgamma(dof / 2)
    tail = (dof + 1) / 2 * math.log1p(t * t / dof)
    return math.exp(scale - tail) / math.sqrt(math.pi * dof)


def _t_expansion(z: float, dof: float) -> float:
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + math.fsum(term / dof**power for power, term in enumerate(terms, start=1))
