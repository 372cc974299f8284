"""Share of right verdicts of each kind: a cascade asks a model where it is low."""

from collections.abc import Mapping
from typing import Final

AGREEMENT: Final[Mapping[str, float]] = {}
_SELDOM: Final = 0.83


def confidence_in(kind: str) -> float:
    """Return the share of verdicts of this `kind` that are right."""
    return AGREEMENT.get(kind, _SELDOM)
