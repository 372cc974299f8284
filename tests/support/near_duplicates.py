"""Prompts that ask almost the same, word for word: the shipped sets are to have none."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

# Five letters are about a word, so that common endings and short words do not count by themselves.
_GRAM = 5


class NearDuplicate(NamedTuple):
    """Two texts, by their place in the sequence, `first` before `second`."""

    first: int
    second: int
    similarity: float
    """Jaccard index of their character 5-grams, in [0, 1]."""


def near_duplicates(texts: Sequence[str], *, threshold: float) -> list[NearDuplicate]:
    """Return every pair of `texts` that is at least as similar as `threshold`, above 0.

    Only letters and digits count, whatever their case and width.
    """
    grams = [_grams(text) for text in texts]
    holders: dict[str, list[int]] = defaultdict(list)
    found = []
    for second, own in enumerate(grams):
        shared = Counter(first for gram in own for first in holders[gram])
        for first, common in sorted(shared.items()):
            similarity = common / (len(grams[first]) + len(own) - common)
            if similarity >= threshold:
                found.append(NearDuplicate(first, second, similarity))
        for gram in own:
            holders[gram].append(second)
    return found


def _grams(text: str) -> frozenset[str]:
    letters = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
    return frozenset(letters[at : at + _GRAM] for at in range(max(1, len(letters) - _GRAM + 1)))
