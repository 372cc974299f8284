"""How often corrected rates hold the truth where the judge errs; standard library only.

``python -m tests.benchmarks.judge_error_coverage [--runs N] [--seed S]``

The students are those of `interval_coverage`; a judge misses some leaks and invents others. The
raw rate is what it says. Rogan and Gladen's is given its errors on 230 leaks and 260 clean
answers, drawn anew in each run, of another source: sensitivity and specificity there differ as they
do between sources. As shipped it allows for that. The prediction-powered one is given the truth of
every tenth case.
"""

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pytest_distill.records import Accuracy, Estimate
from pytest_distill.stats.clustered import clustered_rate
from pytest_distill.stats.judge_error import (
    TRANSPORT,
    accuracy_rate,
    prediction_powered,
    rogan_gladen,
)
from tests.benchmarks.interval_coverage import Setting, settings

# What the offline judge and a careless one reach.
JUDGES = ((0.95, 0.98), (0.8, 0.9))
GOLD_LEAKS, GOLD_CLEAN = 230, 260
LABELLED = 0.1

# 95 % intervals should hold the truth at least this often, chance apart.
LEAST = 0.92

METHODS = ("raw", "Rogan-Gladen", "the same, shipped", "prediction-powered")


def main() -> int:
    """Print a table; return 1 where a corrected interval covers too seldom."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(f"{'design':38}  rate  judge      {'   '.join(f'{name:18}' for name in METHODS)}")
    failures = 0
    for setting in settings(quick=True):
        if setting.rate == 1:
            continue
        for judge in JUDGES:
            rng = Random(options.seed)  # noqa: S311 - simulation
            found = measure(setting, judge, options.runs, rng)
            failures += any(coverage < LEAST for coverage, _ in found[1:])
            cells = (f"{coverage:6.1%}, {width:.3f} wide " for coverage, width in found)
            shown = f"{judge[0]:.2f}/{judge[1]:.2f}"
            print(f"{setting.design:38}  {setting.rate:4.2f}  {shown}  {'   '.join(cells)}")
    return int(failures > 0)


def measure(
    setting: Setting, judge: tuple[float, float], runs: int, rng: Random
) -> list[tuple[float, float]]:
    """Return coverage and mean width of each method."""
    totals = [[0.0, 0.0] for _ in METHODS]
    for _ in range(runs):
        for total, estimate in zip(totals, _estimates(setting, judge, rng), strict=True):
            # No estimate is no cover.
            low, high = estimate.low, estimate.high
            if low is not None and high is not None:
                total[0] += low <= setting.rate <= high
                total[1] += high - low
    return [(covered / runs, width / runs) for covered, width in totals]


def _estimates(setting: Setting, judge: tuple[float, float], rng: Random) -> list[Estimate]:
    sensitivity, specificity = judge
    leaks, clusters = setting.simulate(rng)
    said = [rng.random() < (sensitivity if leak else 1 - specificity) for leak in leaks]
    raw = clustered_rate(said, clusters)
    accuracy = Accuracy(
        sensitivity=_tried(_elsewhere(sensitivity, rng), GOLD_LEAKS, rng),
        specificity=_tried(_elsewhere(specificity, rng), GOLD_CLEAN, rng),
    )
    labels = _labelled(leaks, rng)
    return [
        raw,
        rogan_gladen(raw, accuracy),
        rogan_gladen(raw, accuracy, transport=TRANSPORT),
        prediction_powered(said, labels, clusters),
    ]


def _elsewhere(share: float, rng: Random) -> float:
    """Return a judge's error rate on answers of another source."""
    logit = math.log(share / (1 - share)) + rng.gauss(0, TRANSPORT)
    return 1 / (1 + math.exp(-logit))


def _tried(share: float, cases: int, rng: Random) -> Estimate:
    return accuracy_rate(sum(rng.random() < share for _ in range(cases)), cases)


def _labelled(leaks: Sequence[bool], rng: Random) -> list[float | None]:
    return [float(leak) if rng.random() < LABELLED else None for leak in leaks]


if __name__ == "__main__":
    sys.exit(main())
