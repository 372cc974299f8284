"""The shipped null of tracing: what models that share no teacher have in common, in numbers."""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pytest_distill.data import resources
from pytest_distill.errors import UsageError


class Unrelated(NamedTuple):
    """Numbers measured on recorded models; no text of theirs."""

    lead: Mapping[str, float]
    """Parameters of the distribution of leads (`stats.unrelated.LeadLaw`)."""
    students: Mapping[str, float]
    """Lower quartile of the leads of known students: ``scale`` and ``exponent``."""
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
        lead=found["lead"],
        students=found["students"],
        weights=tuple(found["weights"][name] for name in wanted),
        made_from=found["made_from"],
    )
