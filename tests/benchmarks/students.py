"""Simulated students whose true leak rate is exact, with template and probe effects.

A case leaks where a normal number falls below the rate's quantile; a share of it belongs to the
template, another to the probe, both drawn anew in each run. So the true rate is exact, and the
shares are set so that leaks within a template, or a probe, correlate as measured on recorded
models. Two versions of a student share a part of every effect.
"""

import math
from functools import cache
from random import Random
from statistics import NormalDist
from typing import NamedTuple

NORMAL = NormalDist()

# Of the variance, what template and probe may have together.
_MOST = 0.98


class Design(NamedTuple):
    """Templates crossed with probes, and how leaks within them correlate."""

    templates: int
    probes: int
    by_template: float
    by_probe: float

    def __str__(self) -> str:
        return (
            f"{self.templates} x {self.probes}, correlated"
            f" {self.by_template:.2f} {self.by_probe:.2f}"
        )

    def clusters(self) -> list[list[int]]:
        """Return which template and which probe each case has."""
        return [
            [template for template in range(self.templates) for _ in range(self.probes)],
            [probe for _ in range(self.templates) for probe in range(self.probes)],
        ]


def leaks(design: Design, rate: float, rng: Random) -> list[bool]:
    """Return which cases leak in one run."""
    (found,) = versions(design, (rate,), rng)
    return found


def versions(
    design: Design, rates: tuple[float, ...], rng: Random, *, alike: float = 0.0
) -> list[list[bool]]:
    """Return which cases leak in a run of each version of a student, the versions' `rates`.

    Args:
        design: the cases.
        rates: true leak rates; the first one sets the shares of the effects.
        rng: random numbers.
        alike: the correlation of an effect between two versions.
    """
    by_template, by_probe = (
        share(rates[0], correlation) for correlation in (design.by_template, design.by_probe)
    )
    # Rare leaks cannot correlate as much: both shares shrink until something is left for the case.
    excess = max(1.0, (by_template + by_probe) / _MOST)
    by_template, by_probe = by_template / excess, by_probe / excess
    scale = [math.sqrt(part) for part in (by_template, by_probe, 1 - by_template - by_probe)]
    common, own = math.sqrt(alike), math.sqrt(1 - alike)

    def effects(count: int) -> list[list[float]]:
        shared = [common * rng.gauss() for _ in range(count)] if alike else [0.0] * count
        return [[part + own * rng.gauss() for part in shared] for _ in rates]

    rows, columns = effects(design.templates), effects(design.probes)
    cells = effects(design.templates * design.probes)
    found = []
    for version, rate in enumerate(rates):
        threshold = NORMAL.inv_cdf(rate)
        rest = iter(cells[version])
        found.append(
            [
                scale[0] * row + scale[1] * column + scale[2] * next(rest) < threshold
                for row in rows[version]
                for column in columns[version]
            ]
        )
    return found


def mixtures(
    design: Design, rate: float, rng: Random, *, runs: int = 1, alike: float = 0.0
) -> list[list[bool]]:
    """Return which cases leak in each of some runs of a student in which few templates leak at all.

    These leak so often that leaks within a template correlate as in the design; in the others
    nothing leaks, and probes do not matter.

    Args:
        design: the cases.
        rate: true leak rate.
        rng: random numbers.
        runs: how many.
        alike: share of the templates that are the same in each run; of the others each run has
            its own.
    """
    often = design.by_template * (1 - rate) + rate
    prone = rate / often
    shared = [rng.random() < alike for _ in range(design.templates)]
    first = [rng.random() < prone for _ in shared]
    found = []
    for _ in range(runs):
        leaky = [
            own if same else rng.random() < prone for own, same in zip(first, shared, strict=True)
        ]
        found.append(
            [leaks and rng.random() < often for leaks in leaky for _ in range(design.probes)]
        )
    return found


@cache
def share(rate: float, correlation: float) -> float:
    """Return the share of the normal variance that makes leaks correlate by `correlation`."""
    threshold = NORMAL.inv_cdf(rate)
    step = 0.02
    grid = [step * position for position in range(-400, 401)]

    def correlation_of(part: float) -> float:
        both = math.fsum(
            step
            * NORMAL.pdf(x)
            * NORMAL.cdf((threshold - math.sqrt(part) * x) / math.sqrt(1 - part)) ** 2
            for x in grid
        )
        return (both - rate**2) / (rate * (1 - rate))

    low, high = 0.0, 0.99
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (low, middle) if correlation_of(middle) > correlation else (middle, high)
    return low


def is_possible(rate: float, design: Design) -> bool:
    """Return whether two effects can make such correlations at that rate."""
    return share(rate, design.by_template) + share(rate, design.by_probe) < 1
