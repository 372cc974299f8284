"""Does a number rise with the dose? The test of Jonckheere and Terpstra, by permutation."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb
from random import Random

PERMUTATIONS = 9999
# So many ways to deal the numbers out are all tried.
_ALL = 10_000


def rises(groups: Sequence[Sequence[float]], rng: Random) -> float:
    """Return the one-sided p-value against "the dose makes no difference".

    The statistic counts pairs of students of different doses of which the one with the greater dose
    has the greater number; ties count half. Doses are shuffled among students, so ties, small
    groups and unequal ones are allowed for. Of few students every way to deal them out is tried,
    and the p-value is exact.

    Args:
        groups: numbers of the students of each dose, by rising dose.
        rng: random numbers.

    Returns:
        The share of shuffles with as many such pairs; where they are drawn, with the observed order
        counted as one of them.

    Raises:
        ValueError: there are fewer than two doses with a student.

    References:
        Jonckheere (1954), Biometrika 41:133-145, doi:10.1093/biomet/41.1-2.133.
        Phipson and Smyth (2010), SAGMB 9:39, for the one that is added.
    """
    filled = [list(group) for group in groups if group]
    if len(filled) < 2:
        message = "a trend needs students of at least two doses"
        raise ValueError(message)
    observed = _concordant(filled)
    pool = [number for group in filled for number in group]
    sizes = [len(group) for group in filled]
    if ways(sizes) <= _ALL:
        every = [_concordant(dealt) >= observed for dealt in _dealt(pool, sizes)]
        return sum(every) / len(every)
    as_many = 0
    for _ in range(PERMUTATIONS):
        rng.shuffle(pool)
        as_many += _concordant(_split(pool, sizes)) >= observed
    return (as_many + 1) / (PERMUTATIONS + 1)


def ways(sizes: Sequence[int]) -> int:
    """Return in how many ways students may be dealt out to doses: one over the least p-value."""
    found, left = 1, sum(sizes)
    for size in sizes:
        found *= comb(left, size)
        left -= size
    return found


def _dealt(pool: Sequence[float], sizes: Sequence[int]) -> Iterator[list[list[float]]]:
    """Yield every way to deal `pool` out to groups of `sizes`."""
    if not sizes:
        yield []
        return
    for chosen in combinations(range(len(pool)), sizes[0]):
        rest = [number for place, number in enumerate(pool) if place not in chosen]
        for others in _dealt(rest, sizes[1:]):
            yield [[pool[place] for place in chosen], *others]


def _concordant(groups: Sequence[Sequence[float]]) -> float:
    return sum(
        (low < high) + 0.5 * (low == high)
        for lower, higher in combinations(groups, 2)
        for low in lower
        for high in higher
    )


def _split(pool: Sequence[float], sizes: Sequence[int]) -> list[Sequence[float]]:
    starts = [sum(sizes[:place]) for place in range(len(sizes))]
    return [pool[start : start + size] for start, size in zip(starts, sizes, strict=True)]
