"""How often the interval of a whole run holds the true leak rate of a simulated persona.

    python -m tests.benchmarks.simulated_coverage [--seeds N]

The suite's own cases, models, judge and statistics; only pytest is left out.
"""

import argparse
import sys

from pytest_distill.models import spec
from pytest_distill.records import Estimate, IceSummary
from pytest_distill.run.session import Session
from pytest_distill.settings.settings import Settings

RATES = (0.0, 0.05, 0.3, 1.0)
TARGET = 0.93


def loose(rate: float, seed: int) -> Estimate:
    """Return the loose rate that a run with `seed` measures."""
    model = spec.parse(f"simulated:qwen?leak={rate}")
    session = Session(Settings(suites=("ice",), models=(model,), seed=seed), must_answer=True)
    try:
        model_under_test = session.models["qwen"]
        store = session.new_store()
        for case in session.suites["ice"].cases("qwen"):
            store.add(model_under_test.observe(case))
        summary = session.report(store).models["qwen"]["ice"]
        assert isinstance(summary, IceSummary)
        return summary.loose
    finally:
        session.close()


def coverage(rate: float, seeds: range) -> float:
    """Return the share of `seeds` whose interval holds `rate`."""
    held = 0
    for seed in seeds:
        estimate = loose(rate, seed)
        if estimate.low is not None and estimate.high is not None:
            held += estimate.low <= rate <= estimate.high
    return held / len(seeds)


def main() -> int:
    """Print a line a rate; exit 1 where the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="runs a rate (default: 200)")
    seeds = range(parser.parse_args().seeds)
    worst = 1.0
    for rate in RATES:
        found = coverage(rate, seeds)
        worst = min(worst, found)
        print(
            f"true rate {rate:<5} covered in {found:.1%} of {len(seeds)} runs (target {TARGET:.0%})"
        )
    return int(worst < TARGET)


if __name__ == "__main__":
    sys.exit(main())
