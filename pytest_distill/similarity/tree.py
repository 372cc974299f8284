"""A family tree of models, by hierarchical clustering."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple


class Joined(NamedTuple):
    """Two groups that were joined."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    distance: float


def clustered(names: Sequence[str], distances: Mapping[tuple[str, str], float]) -> list[Joined]:
    """Join the two nearest groups until one is left.

    Average linkage (UPGMA): the distance of two groups is the mean over their pairs. One unusual
    model then neither links two families nor splits its own.

    Args:
        names: of the models.
        distances: of every pair, in the order in which `combinations` names it.
    """
    groups: list[tuple[str, ...]] = [(name,) for name in names]
    joins = []

    def apart(left: tuple[str, ...], right: tuple[str, ...]) -> float:
        pairs = ((a, b) if (a, b) in distances else (b, a) for a in left for b in right)
        return sum(map(distances.__getitem__, pairs)) / (len(left) * len(right))

    while len(groups) > 1:
        left, right = min(combinations(groups, 2), key=lambda pair: apart(*pair))
        joins.append(Joined(left, right, apart(left, right)))
        groups = [group for group in groups if group not in {left, right}]
        groups.append(left + right)
    return joins
