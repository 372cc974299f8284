"""Stratified sampling of cases over categories and languages."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence

from pytest_distill.records import Case


def stratified(cases: Sequence[Case], limit: int, *, seed: int) -> tuple[Case, ...]:
    """Return at most `limit` of `cases` in their order, balanced over category and language.

    Each pick comes from the stratum whose category, then language, was picked least often so
    far; the order within a stratum is shuffled by `seed`. A larger limit keeps all cases that a
    smaller one picks.
    """
    strata: dict[tuple[str | None, str | None], list[Case]] = defaultdict(list)
    for case in cases:
        strata[case.category, case.language].append(case)
    for index, stratum in enumerate(strata.values()):
        random.Random(f"{seed}/{index}").shuffle(stratum)  # noqa: S311 - a sample, not a secret
    picked: set[str] = set()
    categories: Counter[str | None] = Counter()
    languages: Counter[str | None] = Counter()
    while strata and len(picked) < limit:
        key = min(strata, key=lambda k: (categories[k[0]], languages[k[1]]))
        picked.add(strata[key].pop().id)
        categories[key[0]] += 1
        languages[key[1]] += 1
        if not strata[key]:
            del strata[key]
    return tuple(case for case in cases if case.id in picked)
