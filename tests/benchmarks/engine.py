"""How near the engine is to the limit of the server: whole processes against a loopback server.

    python -m tests.benchmarks.engine [--quick]

Prints, for each scenario, the wall time from start to exit and its ratio to the limit, or to
plain pytest, in the same run.

- 500 and 2,000 cases of two chained calls (answer, then judge) of 200 ms, 64 in flight
- the same 500 on two workers, against one process
- 10,000 cases whose answers are all cached, against 10,000 empty parametrised tests: time and
  peak memory
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.server import serving

LATENCY_S = 0.2
IN_FLIGHT = 64
PROBES = 162

EMPTY = """
import pytest

@pytest.mark.parametrize("n", range({cases}))
def test_empty(n):
    pass
"""


def run(folder: Path, *arguments: str) -> tuple[float, float]:
    """Run pytest to its end; return seconds of wall time and MiB of peak memory."""
    environment = {**os.environ, "OPENAI_API_KEY": "", "PYTEST_ADDOPTS": ""}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "--tb=no", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode != 0:
        message = f"pytest {' '.join(arguments)} ended with {process.returncode}"
        raise SystemExit(message)
    return seconds, usage.ru_maxrss / 1024


def suite(url: str, cases: int, *, judged: bool) -> list[str]:
    """Return the arguments of a run of `cases` cases."""
    samples = -(-cases // PROBES)
    judge = [f"--judge=openai:judge@{url}"] if judged else []
    return [
        "--suite=ice",
        "--facts=qwen",
        f"--model=openai:student@{url}",
        *judge,
        f"--distill-samples={samples}",
        f"--distill-limit={cases}",
        f"--distill-concurrency={IN_FLIGHT}",
        "--distill-fail-on=gate",
    ]


def chained(folder: Path, cases: int) -> float:
    """Print how long `cases` cases of two calls take; return the seconds."""
    limit_s = cases * 2 * LATENCY_S / IN_FLIGHT
    with serving("--latency", str(LATENCY_S)) as server:
        arguments = [*suite(server.url, cases, judged=True), "--distill-cache=off"]
        seconds, _ = run(folder, *arguments)
        print(
            f"{cases} cases x 2 calls: {seconds:.2f} s, {seconds / limit_s:.2f} x {limit_s:.3f} s"
        )
        if cases <= 500:
            spread, _ = run(folder, *arguments, "-n2")
            print(f"  -n2: {spread:.2f} s, {spread / seconds:.2f} x serial")
    return seconds


def cached(folder: Path, cases: int) -> None:
    """Print what cached answers cost beside empty tests."""
    (folder / "empty").mkdir()
    (folder / "empty" / "test_empty.py").write_text(EMPTY.format(cases=cases))
    with serving("--latency", "0") as server:
        arguments = suite(server.url, cases, judged=False)
        run(folder, *arguments)
        rows = [(run(folder, *arguments), run(folder / "empty")) for _ in range(3)]
    times = sorted(ours[0] / plain[0] for ours, plain in rows)
    memory = sorted(ours[1] / plain[1] for ours, plain in rows)
    print(
        f"{cases} cached cases: {rows[0][0][0]:.2f} s, {times[1]:.2f} x of empty tests;"
        f" {rows[0][0][1]:.0f} MiB, {memory[1]:.2f} x"
    )


def main() -> None:
    """Run every scenario."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer cases")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pytest.ini").write_text("[pytest]\n")
        chained(folder, 500)
        if not quick:
            chained(folder, 2000)
        cached(folder, 1000 if quick else 10_000)


if __name__ == "__main__":
    main()
