"""What an installed but idle plugin costs: whole processes, with and without it, in turn.

    python -m tests.benchmarks.idle_cost [--runs N]

``-p no:distill`` keeps pytest from importing the entry point, as if it were not installed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

LIMIT_MS = 10.0


def seconds(arguments: list[str], folder: str) -> float:
    """Return the processor time of one pytest process in a folder without tests.

    Not wall time: on a shared machine that differs by more from run to run than the limit.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def cost_ms(arguments: list[str], folder: str, runs: int) -> tuple[float, float]:
    """Return what the fastest run with the plugin takes longer than the fastest without, in ms.

    Whatever else the machine does makes runs slower, never faster.
    """
    pairs = []
    for run in range(runs + 1):
        order = [[], ["-p", "no:distill"]]
        times = [seconds([*extra, *arguments], folder) for extra in order[:: 1 if run % 2 else -1]]
        idle, absent = times if run % 2 else times[::-1]
        # The first pair warms the file cache.
        pairs += [(idle, absent)] * (run > 0)
    fastest = [1000 * min(times) for times in zip(*pairs, strict=True)]
    return fastest[0] - fastest[1], fastest[1]


def import_times() -> list[str]:
    """Return the lines of -X importtime that are ours; pytest itself is imported before."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import pytest, pytest_distill.plugin"],
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
        print("\n".join(import_times()))
        worst = 0.0
        for name, arguments in (("pytest --version", ["--version"]), ("an empty run", [])):
            cost, without = cost_ms(arguments, folder, runs)
            worst = max(worst, cost)
            print(f"{name}: {cost:+.1f} ms of processor time on {without:.0f} (limit {LIMIT_MS:g})")
    return int(worst > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
