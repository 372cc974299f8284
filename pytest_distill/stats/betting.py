"""E-values by betting: valid under optional stopping and adaptive choice of the next value."""

import math
from collections.abc import Iterable

# Bets, as shares of the largest one that cannot lose everything; the capital is split evenly over
# them. Small bets win where the truth is near the limit, large ones win fast where it is far.
_BETS = tuple(step / 10 for step in range(1, 10))


def evidence(values: Iterable[float], limit: float, *, is_above: bool) -> float:
    """Return the e-value against a mean on the other side of `limit`.

    It is the largest capital so far of a gambler who starts with 1 and bets that the mean is
    above the limit (or below), at odds that are fair at the limit. If the mean is not, by Ville's
    inequality the capital *ever* reaches ``1 / alpha`` with a probability of at most `alpha`. So
    the e-value may be looked at after each value, sampling may stop at any time, and the next
    value may be chosen by those before.

    Assumes that each value has the mean in question given those before. This fails for cases
    that share a template, and holds for the means of templates if every template is a new draw
    and probes make no difference. From 20 templates that never leak it shows a rate below .21 at
    an alpha of 5 %. Gates use the looks of `looks` instead, which show as much from a sixteenth
    of the cases of all templates.

    Args:
        values: in [0, 1], in the order of drawing.
        limit: in (0, 1).
        is_above: that the mean is above `limit` is to be shown; else that it is below.

    Raises:
        ValueError: an argument out of range.

    References:
        Waudby-Smith & Ramdas (2024), J. R. Stat. Soc. B 86:1-27, doi:10.1093/jrsssb/qkad009.
    """
    if not 0 < limit < 1:
        message = f"the limit must be in (0, 1), not {limit}"
        raise ValueError(message)
    # The largest stake per unit of gain that cannot lose everything.
    ruin = limit if is_above else 1 - limit
    sign = 1.0 if is_above else -1.0
    logs = [0.0] * len(_BETS)
    best = 1.0
    for value in values:
        if not 0 <= value <= 1:
            message = f"values must be in [0, 1], not {value}"
            raise ValueError(message)
        gain = sign * (value - limit) / ruin
        logs = [log + math.log1p(bet * gain) for log, bet in zip(logs, _BETS, strict=True)]
        best = max(best, math.fsum(map(math.exp, logs)) / len(logs))
    return best
