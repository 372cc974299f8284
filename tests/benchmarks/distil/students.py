"""Makes a student: lessons to pairs, pairs to rows, rows to weights; and keeps what exists."""

import time
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from pytest_distill.models import local
from pytest_distill.models.spec import parse
from tests.benchmarks.distil import rows, weights
from tests.benchmarks.distil.arms import Arm, Stage
from tests.benchmarks.distil.chat import Chat, chat
from tests.benchmarks.distil.exams import BASE
from tests.benchmarks.distil.teachers import LEARNT_TOKENS
from tests.benchmarks.distil.training import train

# Answering takes longer than training, and most models in use are quantised.
_PRECISION = weights.Precision.Q8_0


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
            packed = [_rows(stage, seed, writer) for stage in arm.stages]
        for stage, batches in zip(arm.stages, packed, strict=True):
            trained = train(model, batches, seed=seed, epochs=stage.epochs)
            model = model._replace(tensors=trained.tensors)
            losses += trained.losses
    trained_at = time.monotonic()
    weights.write(path, model.tensors, like=origin, precision=_PRECISION)
    seconds = {"training": trained_at - started, "export": time.monotonic() - trained_at}
    return Student(path, losses, seconds)


def _rows(stage: Stage, seed: int, writer: Chat) -> list[rows.Batch]:
    return rows.packed(
        [writer.conversation(*pair, most=LEARNT_TOKENS) for pair in stage.pairs(seed)]
    )
