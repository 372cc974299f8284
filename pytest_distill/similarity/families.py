"""Groups candidates into families: by name, and by how near their answers are."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

# Two samples of one model: .84; two snapshots of one line: .85; the nearest two models of different
# vendors on record: .74.
SAME: Final = 0.80
"""Nearness (see `candidates`) from which two models are taken for one line."""


def lineages(
    names: Sequence[str],
    nearness: Mapping[tuple[str, str], float],
    known: Mapping[str, str],
) -> dict[str, str]:
    """Return the family of each name.

    Args:
        names: of the candidates.
        nearness: of pairs; those as near as snapshots of one model are put in one family.
        known: families that are known by name; other candidates are families of their own.
    """
    family = {name: known.get(name, name) for name in names}
    for a, b in combinations(names, 2):
        if nearness.get((a, b), 0.0) >= SAME and family[a] != family[b]:
            # Keep the known family rather than one named after its only member.
            kept, gone = sorted((family[a], family[b]), key=lambda f: f not in known.values())
            family = {name: kept if f == gone else f for name, f in family.items()}
    return family
