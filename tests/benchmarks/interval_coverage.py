"""How often the intervals hold the truth, on simulated students; standard library only.

``python -m tests.benchmarks.interval_coverage [--runs N] [--resamples N] [--seed S] [--quick]``

The truth to cover is the rate over all templates and probes, not that of those drawn.

Beside what ships stand the binomial interval and, as a check by other means, the crossed cluster
bootstrap. It lives here because nothing else uses it: it covers less often where templates are
few, gives a point where nothing leaked, and two reports of one run would differ by its chance.
"""

import argparse
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import compress
from pathlib import Path
from random import Random
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pytest_distill.stats import Interval, clustered_rate, wilson
from tests.benchmarks.students import Design, is_possible, leaks

# 95 % intervals should hold the truth this often; independent cases at least as often as LEAST.
LEAST, MOST = 0.93, 0.97

Simulated = tuple[list[bool], list[list[int]]]


class Setting(NamedTuple):
    """One design and one truth."""

    design: str
    rate: float
    simulate: Callable[[Random], Simulated]
    templates: int | None = None
    """Of a design in which every template meets every probe: its coverage is the target."""


class Coverage(NamedTuple):
    """Shares of runs in which an interval held the truth, and mean widths."""

    clustered: float
    binomial: float
    bootstrap: float
    clustered_width: float
    binomial_width: float
    bootstrap_width: float


def main() -> int:
    """Print a table; return 1 where a coverage is out of bounds by more than chance."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--resamples", type=int, default=200, help="of the bootstrap; 0 for none")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true", help="one correlation per design")
    options = parser.parse_args()
    sys.stdout.write(
        "design                                  rate   clustered width   binomial width"
        "   bootstrap width\n",
    )
    failures = 0
    for setting in settings(quick=options.quick):
        rng = Random(options.seed)  # noqa: S311 - simulation
        coverage = measure(setting, options.runs, options.resamples, rng)
        is_wrong = _is_out_of_bounds(coverage.clustered, options.runs, setting)
        failures += is_wrong
        sys.stdout.write(
            f"{setting.design:38}  {setting.rate:4.2f}"
            f"   {coverage.clustered:8.1%} {coverage.clustered_width:6.3f}"
            f"   {coverage.binomial:7.1%} {coverage.binomial_width:6.3f}"
            f"{_bootstrap_cells(coverage) if setting.templates and options.resamples else ''}"
            f"{'  out of bounds' if is_wrong else ''}\n",
        )
        sys.stdout.flush()
    return int(failures > 0)


def measure(setting: Setting, runs: int, resamples: int, rng: Random) -> Coverage:
    """Return how often the intervals held the truth of `setting` in `runs` simulations."""
    # Of its own, so that the students are the same however many resamples there are.
    chance = Random(rng.random())  # noqa: S311 - simulation
    covered, widths = [0] * 3, [0.0] * 3
    for _ in range(runs):
        found, clusters = setting.simulate(rng)
        estimate = clustered_rate(found, clusters)
        intervals = [
            Interval(estimate.low or 0.0, estimate.high or 0.0),
            wilson(sum(found), len(found)),
        ]
        if setting.templates and resamples:
            intervals.append(crossed_bootstrap(found, setting.templates, resamples, chance))
        for method, (low, high) in enumerate(intervals):
            covered[method] += low <= setting.rate <= high
            widths[method] += high - low
    return Coverage(*(total / runs for total in (*covered, *widths)))


def crossed_bootstrap(
    outcomes: Sequence[bool], templates: int, resamples: int, rng: Random
) -> Interval:
    """Return the 95 % percentile interval of the pigeonhole bootstrap.

    Templates and probes are drawn again, each with replacement; a case counts as often as its
    template times its probe was drawn. The variance is a little too large on average, never too
    small, where templates and probes are many.

    Args:
        outcomes: shape (templates x probes,), template by template.
        templates: how many.
        resamples: at least 40, for two percentiles.
        rng: random numbers.

    References:
        Owen (2007), Annals of Applied Statistics 1:386-411, doi:10.1214/07-AOAS122.
    """
    probes = len(outcomes) // templates
    rows = [outcomes[first : first + probes] for first in range(0, len(outcomes), probes)]
    means = []
    for _ in range(resamples):
        weights = [0] * probes
        for probe in rng.choices(range(probes), k=probes):
            weights[probe] += 1
        drawn = rng.choices(rows, k=templates)
        means.append(sum(sum(compress(weights, row)) for row in drawn) / len(outcomes))
    means.sort()
    tail = round(0.025 * (resamples + 1))
    return Interval(means[tail - 1], means[-tail])


def settings(*, quick: bool) -> Iterator[Setting]:
    """Yield designs and truths; `quick` leaves all but one correlation out."""
    for rate in (0.0, 0.05, 0.3, 1.0):
        yield Setting("130 cases, 25 probes, independent", rate, _independent(rate))
    for templates, probes in ((20, 50), (60, 50)):
        for by_template in (0.15,) if quick else (0.06, 0.15, 0.31):
            for by_probe in (0.1,) if quick else (0.02, 0.1):
                design = Design(templates, probes, by_template, by_probe)
                for rate in (0.05, 0.1, 0.3, 0.5):
                    if is_possible(rate, design):
                        yield Setting(str(design), rate, _crossed(design, rate), templates)


def _independent(rate: float) -> Callable[[Random], Simulated]:
    probes = [case % 25 for case in range(130)]
    return lambda rng: ([rng.random() < rate for _ in probes], [[0] * 130, probes])


def _crossed(design: Design, rate: float) -> Callable[[Random], Simulated]:
    clusters = design.clusters()
    return lambda rng: (leaks(design, rate, rng), clusters)


def _bootstrap_cells(coverage: Coverage) -> str:
    return f"   {coverage.bootstrap:8.1%} {coverage.bootstrap_width:6.3f}"


def _is_out_of_bounds(coverage: float, runs: int, setting: Setting) -> bool:
    """Return whether `coverage` is further out than two standard errors of the simulation."""
    slack = 2 * math.sqrt(LEAST * (1 - LEAST) / runs)
    is_too_low = coverage < LEAST - slack
    return is_too_low or (setting.templates is not None and coverage > MOST + slack)


if __name__ == "__main__":
    sys.exit(main())
