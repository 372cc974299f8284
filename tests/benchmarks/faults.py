"""What a run loses when things break: real processes, a real server, counted requests.

    python -m tests.benchmarks.faults [--kills N]

- 3,000 calls with 10 % 429, 5 % 500, 2 % hung connections, 3 % cut or garbled bodies
- the same faults on every attempt
- runs that are killed with SIGKILL at random moments, serial and on two workers, then resumed
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.server import serving

TRANSIENT = "429=0.05,429+0.1=0.05,500=0.05,hang=0.02,cut=0.015,garbled=0.015"
IN_FLIGHT = 16


def command(url: str, folder: Path, *arguments: str) -> list[str]:
    """Return a run against the server that writes a report."""
    return [
        sys.executable,
        *("-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", "--suite=ice"),
        *("--facts=qwen", f"--model=openai:m@{url}?timeout=2", "--distill-cache=off"),
        f"--distill-report=json:{folder / 'report.json'}",
        *arguments,
    ]


def run(arguments: list[str]) -> tuple[int, float]:
    """Run to the end; return exit status and seconds."""
    started = time.perf_counter()
    done = subprocess.run(arguments, stdout=subprocess.DEVNULL, check=False)
    return done.returncode, time.perf_counter() - started


def report(folder: Path) -> dict[str, object]:
    """Return the report that a run wrote."""
    return dict(json.loads((folder / "report.json").read_text()))


def counts(folder: Path) -> tuple[int, int]:
    """Return judged and missing cases."""
    loose = report(folder)["models"]["m"]["ice"]["loose"]  # type: ignore[index]  # known shape
    return loose["n"], loose["missing"]


def faults(name: str, spec: str, *arguments: str) -> None:
    """Print how a run against a failing server ends."""
    with (
        tempfile.TemporaryDirectory() as text,
        serving("--latency", "0.02", "--faults", spec) as server,
    ):
        folder = Path(text)
        status, seconds = run(command(server.url, folder, "--distill-concurrency=64", *arguments))
        judged, missing = counts(folder)
        print(f"{name}: {judged} judged, {missing} missing, exit {status}, {seconds:.0f} s")


def killed(kills: int, *workers: str) -> None:
    """Print what a run asks twice that is killed `kills` times, and whether its report is equal."""
    rng = random.Random(kills)  # noqa: S311 - moments, not secrets
    with tempfile.TemporaryDirectory() as text, serving("--latency", "0.2") as server:
        whole, folder = Path(text) / "whole", Path(text) / "killed"
        whole.mkdir()
        folder.mkdir()
        flags = (f"--distill-concurrency={IN_FLIGHT}", "--distill-samples=4", *workers)
        run(command(server.url, whole, *flags))
        before = server.stats()["total"]
        log = f"--distill-run={folder / 'run.jsonl'}"
        for _ in range(kills):
            process = subprocess.Popen(
                command(server.url, folder, *flags, log),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            time.sleep(rng.uniform(0.8, 2.5))
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            time.sleep(0.3)
        status, _ = run(command(server.url, folder, *flags, log))
        twice = server.stats()["total"] - before - counts(folder)[0]
        equal = report(whole) == report(folder)
        print(
            f"killed {kills} times {' '.join(workers) or 'serial'}: exit {status}, {twice} asked"
            f" twice (at most {kills * IN_FLIGHT} in flight), report equal: {equal}"
        )


def main() -> None:
    """Run every scenario."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="kills a scenario (default: 20)")
    kills = parser.parse_args().kills
    faults("transient faults", TRANSIENT, "--distill-samples=19", "--distill-limit=3000")
    always = f"{TRANSIENT.replace('0.05', '0.2').replace('0.015', '0.19')},tries=all"
    faults("faults on every attempt", always, "--distill-limit=162")
    killed(kills)
    killed(kills, "-n2")


if __name__ == "__main__":
    main()
