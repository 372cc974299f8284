"""Reads damaged files of every kind: each is read, or refused in a sentence, and counted right.

    python -m tests.benchmarks.readers [--inputs N] [--reader NAME] [--seed N]

- bits flipped, parts cut out, repeated and overwritten, other encodings and line ends, lines lost,
  doubled and exchanged
- values of other types, NaN, numbers of 5,000 digits, 3,000 levels, keys that are gone, renamed or
  there twice

Exit status 1 if anything but an error of ours was raised; the first of each reader are shown.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.support.readers import readers, tried

# Logs and caches are flushed to the disk with every input; in memory that costs nothing.
_MEMORY = Path("/dev/shm")  # noqa: S108 - only as the parent of a folder of our own
_NAME = 22


def main() -> int:
    """Print a line for each reader, with the seconds that a core needs for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000, help="for each reader")
    parser.add_argument("--reader", help="only this one")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(f"{'reader':<{_NAME}}   inputs      read   refused  failures   seconds  slowest")
    failures = 0
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as text:
        for reader in readers(Path(text)):
            if options.reader not in {None, reader.name}:
                continue
            folder = Path(text) / "inputs"
            folder.mkdir(exist_ok=True)
            started = time.process_time()
            found = tried(reader, folder, inputs=options.inputs, seed=options.seed)
            seconds = time.process_time() - started
            print(
                f"{reader.name:<{_NAME}}{found.inputs:>9,}{found.read:>10,}{found.refused:>10,}"
                f"{len(found.failures):>10,}{seconds:>9.0f} s{found.slowest_s:>7.2f} s",
                flush=True,
            )
            for failure in filter(None, found.failures):
                print(failure, file=sys.stderr, flush=True)
            failures += len(found.failures)
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
