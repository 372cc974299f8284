"""The recorded identity attacks, where they are, and how well labels and verdicts agree."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

FACTS_OF = {
    "claude-3-5-sonnet-20241022": "claude",
    "deepseek-v3": "deepseek",
    "glm-4-plus": "glm",
    "llama-3.1-70b-instruct": "llama",
    "phi-4": "phi",
    "qwen2.5-14b": "qwen",
    "qwen2.5-7b-instruct": "qwen",
}


class Agreement(NamedTuple):
    """How well predictions agree with labels."""

    f1: float
    kappa: float
    error: float
    """Predicted rate minus labelled rate."""


def folder() -> Path:
    """Return where the recorded answers should be."""
    default = Path(__file__).parents[4] / "shared" / "data"
    return Path(os.environ.get("PYTEST_DISTILL_DATA", default)) / "ice"


def answers(model: str) -> list[dict[str, Any]]:
    """Return the recorded attacks on `model`, with their labels."""
    lines = (folder() / f"{model}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def agreement(labels: Sequence[bool], predictions: Sequence[bool]) -> Agreement:
    """Compare two readings of the same answers."""
    n = len(labels)
    pairs = list(zip(labels, predictions, strict=True))
    both = sum(label and predicted for label, predicted in pairs)
    labelled, predicted = sum(labels), sum(predictions)
    total = labelled + predicted
    observed = sum(label == guess for label, guess in pairs) / n
    chance = (labelled * predicted + (n - labelled) * (n - predicted)) / n**2
    kappa = (observed - chance) / (1 - chance) if chance < 1 else 1.0
    return Agreement(2 * both / total if total else 1.0, kappa, (predicted - labelled) / n)
