"""The shipped null of tracing: what models that share no teacher have in common, in numbers."""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pytest_distill.data import resources
from pytest_distill.errors import UsageError


class Unrelated(NamedTuple):
    """Numbers measured on recorded models; no text of theirs."""

    scale: Mapping[str, float]
    """Of affinities (`stats.unrelated.AffinityScale`)."""
    null: Mapping[str, float]
    """Affinities of unrelated models (`stats.unrelated.AffinityNull`)."""
    students: float
    """Affinity that 99 of 100 traces of known students reach."""
    weights: tuple[float, ...]
    """Of the features, in the order asked for; they sum to 1."""
    made_from: str
    """For people: which models, prompts, years and languages."""


def load_shipped(features: Iterable[str]) -> Unrelated:
    """Return the shipped numbers, with weights in the order of `features`.

    Raises:
        UsageError: a feature is missing there: the package is not whole.
    """
    path = resources.fixtures() / "similarity" / "unrelated.json"
    found = json.loads(path.read_text("utf-8"))
    wanted = tuple(features)
    missing = [name for name in wanted if name not in found["weights"]]
    if missing:
        message = (
            f"{path} does not know the features {', '.join(missing)}: install the package anew"
        )
        raise UsageError(message)
    return Unrelated(
        scale=found["scale"],
        null=found["null"],
        students=found["students"],
        weights=tuple(found["weights"][name] for name in wanted),
        made_from=found["made_from"],
    )
