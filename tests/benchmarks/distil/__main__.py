"""The command: make students, examine them, print their rows, draw the table."""

import argparse
import fcntl
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from math import inf
from pathlib import Path
from statistics import median

from tests.benchmarks.distil import exams, results
from tests.benchmarks.distil.arms import SEEDS, Arm, arms
from tests.support.recorded_data import are_recorded

_ROOT = Path(__file__).resolve().parents[3]
_WORK = _ROOT / ".distil"
_HOUR_S = 3600
_WEIGHTS = "student.gguf"
_USAGE = 4
_SPARE = 1.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the exit status."""
    options = _options(arguments)
    if options.table:
        from tests.benchmarks.distil import table  # noqa: PLC0415 - it needs no JAX

        print(table.write(results.read(options.results), _ROOT / "docs"))
        return 0
    if options.arm is None and options.hours is None:
        print("\n".join(_plan(results.read(options.results))))
        return 0
    try:
        return _run(options)
    except ModuleNotFoundError as error:
        print(f"{error}: pip install --group distil, and -e '.[local]'", file=sys.stderr)
        return _USAGE


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.distil",
        description="Without options: the arms, and how many students of each there are.",
    )
    parser.add_argument("--arm", choices=arms(), metavar="ARM", help="one arm alone")
    parser.add_argument("--seed", type=int, help=f"one student alone (default: {SEEDS} an arm)")
    parser.add_argument("--hours", type=float, help="start no student that would not be done")
    parser.add_argument("--table", action="store_true", help="write docs/ground-truth.md")
    parser.add_argument("--work", type=Path, default=_WORK, help="a folder for weights, answers")
    parser.add_argument("--results", type=Path, default=results.RESULTS, help="the results file")
    parser.add_argument("--keep", action="store_true", help="keep the weights of a student")
    return parser.parse_args(arguments)


def _plan(rows: Sequence[results.Row]) -> Iterator[str]:
    for name, arm in arms().items():
        done = sum(row.arm == name for row in rows)
        yield f"{name:30} {arm.exam:10} dose {arm.dose:3}  {done} of {len(arm.seeds)} students"


def _run(options: argparse.Namespace) -> int:
    """Make and examine what is wanted; return 1 if an exam failed."""
    ends = inf if options.hours is None else time.monotonic() + options.hours * _HOUR_S
    status = 0
    for arm, seed in _wanted(options):
        with _claimed(options.work / f"{arm.name}-{seed}") as folder:
            if folder is None:
                print(f"{arm.name} {seed}: another process is at it")
            elif reason := _why_not(arm, seed, results.read(options.results), ends):
                print(f"{arm.name} {seed}: {reason}")
            elif not _is_done(arm, seed, folder, options):
                status = 1
    return status


def _why_not(arm: Arm, seed: int, rows: Sequence[results.Row], ends: float) -> str | None:
    """Return why a student is not made now."""
    if any((row.arm, row.seed) == (arm.name, seed) for row in rows):
        return "has a row already"
    left_s = ends - time.monotonic()
    if left_s < _expected_s(arm, rows):
        return f"would not be done in the {max(0, left_s) / 60:.0f} min left"
    return None


def _is_done(arm: Arm, seed: int, folder: Path, options: argparse.Namespace) -> bool:
    """Append and print a student's row; return False where its exam failed."""
    try:
        done = _student(arm, seed, folder, options)
    except exams.FailedRunError as error:
        print(f"{arm.name} {seed}: {error}", file=sys.stderr, flush=True)
        return False
    results.append(options.results, done)
    print(json.dumps(asdict(done), ensure_ascii=False), flush=True)
    return True


def _wanted(options: argparse.Namespace) -> Iterator[tuple[Arm, int]]:
    """Yield arms and seeds: all arms with one seed, then with the next."""
    chosen = [arms()[options.arm]] if options.arm else list(arms().values())
    if any(arm.needs_recorded for arm in chosen) and not are_recorded("rse"):
        print("tracing: left out, the recorded answers are not there (PYTEST_DISTILL_DATA)")
        chosen = [arm for arm in chosen if not arm.needs_recorded]
    for seed in range(SEEDS) if options.seed is None else [options.seed]:
        for arm in chosen:
            if arm.stages or seed in arm.seeds:
                yield arm, seed


def _student(arm: Arm, seed: int, folder: Path, options: argparse.Namespace) -> results.Row:
    """Make a student, unless it is there already, and examine it."""
    weights, made = folder / _WEIGHTS, folder / "made.json"
    if not (weights.exists() and made.exists()):
        from tests.benchmarks.distil import students  # noqa: PLC0415 - loads JAX

        student = students.make(arm, seed, weights)
        made.write_text(json.dumps([student.losses, student.seconds]), "utf-8")
    losses, seconds = json.loads(made.read_text("utf-8"))
    started = time.monotonic()
    reports = exams.take(arm, weights, options.work)
    seconds["exam"] = time.monotonic() - started
    if not options.keep:
        weights.unlink()
    return results.row(arm, seed, losses=losses, seconds=seconds, reports=reports)


def _expected_s(arm: Arm, rows: Sequence[results.Row]) -> float:
    """Return what a student of this arm took, else one of this exam, else any; and half as much.

    The median: beside other work a student may take ten times as long.
    """
    took = [(row.arm, sum(row.seconds.values())) for row in rows]
    same = [seconds for name, seconds in took if name == arm.name]
    alike = [seconds for name, seconds in took if name in arms() and arms()[name].exam == arm.exam]
    known = same or alike or [seconds for _, seconds in took]
    return _SPARE * median(known) if known else 0.0


@contextmanager
def _claimed(folder: Path) -> Iterator[Path | None]:
    """Yield the folder of a student, or None where another process is at work in it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield folder


if __name__ == "__main__":
    sys.exit(main())
