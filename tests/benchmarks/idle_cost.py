"""What an installed but idle plugin costs: whole processes, with and without it, in turn.

    python -m tests.benchmarks.idle_cost [--runs N]

``-p no:distill`` keeps pytest from importing the entry point, as if it were not installed.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT_MS = 10.0


def seconds(arguments: list[str], folder: str) -> float:
    """Return the wall time of one pytest process in a folder without tests."""
    environment = {**os.environ, "PYTEST_ADDOPTS": ""}
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return time.perf_counter() - started


def cost_ms(arguments: list[str], folder: str, runs: int) -> tuple[float, float]:
    """Return the median difference of pairs, and the median without the plugin, in ms."""
    pairs = []
    for run in range(runs + 1):
        order = [[], ["-p", "no:distill"]]
        times = [seconds([*extra, *arguments], folder) for extra in order[:: 1 if run % 2 else -1]]
        idle, absent = times if run % 2 else times[::-1]
        # The first pair warms the file cache.
        pairs += [(idle, absent)] * (run > 0)
    difference = statistics.median(idle - absent for idle, absent in pairs)
    return 1000 * difference, 1000 * statistics.median(absent for _, absent in pairs)


def import_times(folder: str) -> list[str]:
    """Return the lines of -X importtime that are ours."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "pytest", "--version"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return [line for line in done.stderr.splitlines() if "pytest_distill" in line]


def main() -> int:
    """Print the costs; exit 1 where one is over the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20, help="pairs of runs (default: 20)")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pytest.ini").write_text("[pytest]\n")
        print("\n".join(import_times(folder)))
        worst = 0.0
        for name, arguments in (("pytest --version", ["--version"]), ("an empty run", [])):
            cost, without = cost_ms(arguments, folder, runs)
            worst = max(worst, cost)
            print(f"{name}: {cost:+.1f} ms on {without:.0f} ms (limit {LIMIT_MS:.0f} ms)")
    return int(worst > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
