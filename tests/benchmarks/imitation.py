"""What suite `imitation` says of students whose style and knowledge are known.

Prints the published figures from their table, how often 95 % intervals of a closure hold the truth,
and how often each kind of student is recognised, over seeds (200, or the number that is given)::

    python -m tests.benchmarks.imitation [SEEDS]
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pytest_distill.records import Observation
from pytest_distill.stats.closure import closure
from tests.support.imitation import KINDS, observed, simulated, summary

# arXiv 2305.15717: lists given where the teacher gives lists, in per cent; Natural Questions.
PUBLISHED: Final = {
    "broad": ((13, 81, 83), (20, 15, 31)),
    "local": ((13, 81, 83), (20, 27, 31)),
}
RUNS: Final = 2000
# Of the open prompts a third are asked: style is told with fewer than capability.
EVERY: Final = 3


def published() -> Iterator[tuple[str, float | None, float | None, float | None]]:
    """Yield closures and gap of each published student, by the same code path as in a run."""
    for name, (style, answers) in PUBLISHED.items():
        found = summary([*_cases("open", style), *_cases("facts", answers)]).numbers
        yield (
            name,
            found["style_closure"].value,
            found["capability_closure"].value,
            found["gap"].value,
        )


def coverage(questions: int, base: float, teacher: float, true: float, rng: Random) -> float:
    """Return the share of runs whose interval holds the true closure, of those that have one."""
    held, defined = 0, 0
    for _ in range(RUNS):
        first = [float(rng.random() < base) for _ in range(questions)]
        last = [float(rng.random() < teacher) for _ in range(questions)]
        share = base + true * (teacher - base)
        own = [float(rng.random() < share) for _ in range(questions)]
        found = closure(own, first, last, range(questions))
        if found.low is not None and found.high is not None:
            defined += 1
            held += found.low <= true <= found.high
    return held / defined


def _cases(category: str, rates: tuple[int, int, int]) -> Iterator[Observation]:
    names = (
        ("style_base", "style", "style_ceiling")
        if category == "open"
        else ("accuracy_base", "accuracy", "accuracy_teacher")
    )
    habits = {"open": ("", ".lists", ".opening", ".tone", ".length", ".markdown")}
    rng = Random(category)  # noqa: S311 - a simulation
    size = 3000
    columns = []
    for rate in rates:
        column = [float(place < rate * size // 100) for place in range(size)]
        rng.shuffle(column)
        columns.append(column)
    for number, scores in enumerate(zip(*columns, strict=True)):
        pairs = zip(names, scores, strict=True)
        values = {
            name + habit: score for name, score in pairs for habit in habits.get(category, ("",))
        }
        yield observed(number, values, category=category)


def main() -> None:
    """Print all three."""
    for name, style, capability, gap in published():
        print(f"{name}: style {style:.2f}, capability {capability:.2f}, gap {gap:.2f}")
    rng = Random(0)  # noqa: S311 - a simulation
    for questions in (40, 80, 320):
        for base, teacher in ((0.1, 0.6), (0.1, 0.95), (0.4, 0.9)):
            held = [coverage(questions, base, teacher, true, rng) for true in (-0.1, 0, 0.5, 1)]
            shown = ", ".join(f"{each:.3f}" for each in held)
            print(f"{questions} questions, base {base}, teacher {teacher}: held in {shown}")
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for kind, parameters in KINDS.items():
        said = Counter(
            simulated(parameters, seed=seed, every=EVERY).statements["imitation"]
            for seed in range(seeds)
        )
        print(f"{kind}: recognised in {said[kind]} of {seeds}: {dict(said)}", flush=True)


if __name__ == "__main__":
    main()
