"""Which candidates are of one lineage: by name, and where they write as one."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

# Nearness (see `candidate_set`). Two samples of one model: .84; two snapshots of one line: .85; the
# nearest two models of different vendors on record: .74.
_SAME: Final = 0.80


def lineages(
    names: Sequence[str],
    nearness: Mapping[tuple[str, str], float],
    known: Mapping[str, str],
) -> dict[str, str]:
    """Return the family of each name.

    Args:
        names: of the candidates.
        nearness: of pairs; those that are as near as snapshots of one model are made kin.
        known: families that the names themselves tell; others are families of their own.
    """
    family = {name: known.get(name, name) for name in names}
    for a, b in combinations(names, 2):
        if nearness.get((a, b), 0.0) >= _SAME and family[a] != family[b]:
            # A family that a name tells says more than the name of one member.
            kept, gone = sorted((family[a], family[b]), key=lambda f: f not in known.values())
            family = {name: kept if f == gone else f for name, f in family.items()}
    return family
