"""Makes a student: lessons to pairs, pairs to rows, rows to weights; and keeps what exists."""

import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from random import Random
from typing import NamedTuple

from pytest_distill.models import local
from pytest_distill.models.spec import parse
from tests.benchmarks.distil import rows, weights
from tests.benchmarks.distil.arms import Arm, Lesson, Stage
from tests.benchmarks.distil.chat import Chat, chat
from tests.benchmarks.distil.exams import BASE
from tests.benchmarks.distil.teachers import LEARNT_TOKENS, Pair
from tests.benchmarks.distil.training import train


class Student(NamedTuple):
    """Weights, and how they came about."""

    path: Path
    losses: list[float]
    seconds: dict[str, float]


def base() -> Path:
    """Return the weights of the model that every student was."""
    local.check(parse(f"local:{BASE}"))
    package, name = local.SHIPPED[BASE]
    # The package is not imported: that would need a tool which nobody needs here.
    found = find_spec(package)
    assert found is not None, "it was checked"
    assert found.submodule_search_locations, "it is a package"
    return Path(found.submodule_search_locations[0]) / name


def make(arm: Arm, seed: int, path: Path) -> Student:
    """Train a student and write its weights; without lessons these are a copy."""
    origin = base()
    started = time.monotonic()
    model = weights.read(origin)
    losses: list[float] = []
    if arm.stages:
        with chat(origin) as writer:
            packed = [list(_rows(stage, seed, writer)) for stage in arm.stages]
        for stage, batches in zip(arm.stages, packed, strict=True):
            trained = train(model, batches, seed=seed, epochs=stage.epochs)
            model = model._replace(tensors=trained.tensors)
            losses += trained.losses
    trained_at = time.monotonic()
    weights.write(path, model.tensors, like=origin, precision=weights.Precision.Q8_0)
    seconds = {"training": trained_at - started, "export": time.monotonic() - trained_at}
    return Student(path, losses, seconds)


def pairs(stage: Stage, seed: int) -> list[Pair]:
    """Return the pairs of a stage, mixed.

    Raises:
        ValueError: a teacher has fewer than its lesson asks for.
    """
    found = list(chain.from_iterable(_dose(lesson, seed) for lesson in stage.lessons))
    return _random(seed, "order").sample(found, len(found))


def _dose(lesson: Lesson, seed: int) -> Sequence[Pair]:
    # The same whatever the dose, so that arms of one seed differ in their dose alone.
    found = lesson.teacher.pairs(_random(seed, repr(lesson.teacher)))
    if len(found) < lesson.pairs:
        message = f"{lesson.teacher} has {len(found)} pairs, not {lesson.pairs}"
        raise ValueError(message)
    return found[: lesson.pairs]


def _rows(stage: Stage, seed: int, writer: Chat) -> Iterator[rows.Batch]:
    return rows.packed(
        [writer.conversation(*pair, most=LEARNT_TOKENS) for pair in pairs(stage, seed)]
    )


def _random(seed: int, purpose: str) -> Random:
    return Random(f"{seed} {purpose}")  # noqa: S311 - a benchmark
