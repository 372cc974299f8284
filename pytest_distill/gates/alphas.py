"""Error probabilities of the bounds that decide a gate."""

from typing import NamedTuple


class Alphas(NamedTuple):
    """Error probability of each of the two bounds."""

    fail: float
    passing: float
