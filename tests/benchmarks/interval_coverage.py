"""How often the intervals hold the truth, on simulated students; standard library only.

``python -m tests.benchmarks.interval_coverage [--runs N] [--seed S] [--quick]``

The truth to cover is the rate over all templates and probes, not that of those drawn.
"""

import argparse
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pytest_distill.stats import clustered_rate, wilson
from tests.benchmarks.students import Design, is_possible, leaks

# 95 % intervals should hold the truth this often; independent cases at least as often as LEAST.
LEAST, MOST = 0.93, 0.97

Simulated = tuple[list[bool], list[list[int]]]


class Setting(NamedTuple):
    """One design and one truth."""

    design: str
    rate: float
    simulate: Callable[[Random], Simulated]
    is_target: bool
    """Whether coverage above MOST is a failure too."""


class Coverage(NamedTuple):
    """Shares of runs in which an interval held the truth, and mean widths."""

    clustered: float
    binomial: float
    clustered_width: float
    binomial_width: float


def main() -> int:
    """Print a table; return 1 where a coverage is out of bounds by more than chance."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true", help="one correlation per design")
    options = parser.parse_args()
    sys.stdout.write(
        "design                                  rate   clustered width   binomial width\n",
    )
    failures = 0
    for setting in settings(quick=options.quick):
        coverage = measure(setting, options.runs, Random(options.seed))  # noqa: S311 - simulation
        is_wrong = _is_out_of_bounds(coverage.clustered, options.runs, setting)
        failures += is_wrong
        sys.stdout.write(
            f"{setting.design:38}  {setting.rate:4.2f}"
            f"   {coverage.clustered:8.1%} {coverage.clustered_width:6.3f}"
            f"   {coverage.binomial:7.1%} {coverage.binomial_width:6.3f}"
            f"{'  out of bounds' if is_wrong else ''}\n",
        )
        sys.stdout.flush()
    return int(failures > 0)


def measure(setting: Setting, runs: int, rng: Random) -> Coverage:
    """Return how often both intervals held the truth of `setting` in `runs` simulations."""
    totals = [0.0] * 4
    for _ in range(runs):
        found, clusters = setting.simulate(rng)
        estimate = clustered_rate(found, clusters)
        low, high = estimate.low or 0.0, estimate.high or 0.0
        plain = wilson(sum(found), len(found))
        totals[0] += low <= setting.rate <= high
        totals[1] += plain.low <= setting.rate <= plain.high
        totals[2] += high - low
        totals[3] += plain.high - plain.low
    return Coverage(*(total / runs for total in totals))


def settings(*, quick: bool) -> Iterator[Setting]:
    """Yield designs and truths; `quick` leaves all but one correlation out."""
    for rate in (0.0, 0.05, 0.3, 1.0):
        yield Setting(
            "130 cases, 25 probes, independent", rate, _independent(rate), is_target=False
        )
    for templates, probes in ((20, 50), (60, 50)):
        for by_template in (0.15,) if quick else (0.06, 0.15, 0.31):
            for by_probe in (0.1,) if quick else (0.02, 0.1):
                design = Design(templates, probes, by_template, by_probe)
                for rate in (0.05, 0.1, 0.3, 0.5):
                    if is_possible(rate, design):
                        yield Setting(str(design), rate, _crossed(design, rate), is_target=True)


def _independent(rate: float) -> Callable[[Random], Simulated]:
    probes = [case % 25 for case in range(130)]
    return lambda rng: ([rng.random() < rate for _ in probes], [[0] * 130, probes])


def _crossed(design: Design, rate: float) -> Callable[[Random], Simulated]:
    clusters = design.clusters()
    return lambda rng: (leaks(design, rate, rng), clusters)


def _is_out_of_bounds(coverage: float, runs: int, setting: Setting) -> bool:
    """Return whether `coverage` is further out than two standard errors of the simulation."""
    slack = 2 * math.sqrt(LEAST * (1 - LEAST) / runs)
    is_too_low = coverage < LEAST - slack
    return is_too_low or (setting.is_target and coverage > MOST + slack)


if __name__ == "__main__":
    sys.exit(main())
