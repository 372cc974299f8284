"""Near-duplicates and novelty of texts, by their words in lower case."""

import math
import re
from collections import Counter
from collections.abc import Iterator

_WORD = re.compile(r"\{query\}|[^\W_]+")
# Scripts that write no spaces: every character is a word.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")

# Words in a shingle; three keep the order of the words in view.
_WIDTH = 3

# Jaccard index of the shingles from which two texts are near-duplicates: in a template of 30 words
# one word may differ, not two.
SAME = 0.8


class SeenTexts:
    """Remembers texts, and finds near-duplicates of them."""

    def __init__(self) -> None:
        self._seen: list[frozenset[str]] = []
        self._by_prefix: dict[str, list[int]] = {}
        self._words: Counter[str] = Counter()

    def add(self, text: str) -> bool:
        """Remember `text` unless it is a near-duplicate; return whether it is new."""
        shingles = frozenset(_shingles(text))
        prefix = _prefix(shingles)
        near = {place for shingle in prefix for place in self._by_prefix.get(shingle, ())}
        if any(_is_same(shingles, self._seen[place]) for place in near):
            return False
        for shingle in prefix:
            self._by_prefix.setdefault(shingle, []).append(len(self._seen))
        self._seen.append(shingles)
        self._words.update(set(words(text)))
        return True

    def novelty(self, text: str) -> float:
        """Return the novelty of `text`: the sum of 1 / (1 + n) over its words.

        n is the number of remembered texts that hold the word.
        """
        # fsum: the order of a set must not decide which draft is taken.
        return math.fsum(1 / (1 + self._words[word]) for word in set(words(text)))


def words(text: str) -> list[str]:
    """Return the words of `text`, in lower case; of unspaced scripts the characters."""
    found: list[str] = []
    for match in _WORD.finditer(text.casefold()):
        word = match[0]
        found.extend(word if _UNSPACED.search(word) else [word])
    return found


def _shingles(text: str) -> Iterator[str]:
    found = words(text)
    if len(found) <= _WIDTH:
        yield " ".join(found)
    for start in range(len(found) - _WIDTH + 1):
        yield " ".join(found[start : start + _WIDTH])


def _prefix(shingles: frozenset[str]) -> list[str]:
    """Return the first shingles in order, so many that near-duplicates share one of them.

    The prefix filter of Chaudhuri, Ganti & Kaushik 2006 (doi:10.1109/ICDE.2006.9).
    """
    return sorted(shingles)[: len(shingles) - math.ceil(SAME * len(shingles)) + 1]


def _is_same(one: frozenset[str], other: frozenset[str]) -> bool:
    small, large = sorted((len(one), len(other)))
    if small < SAME * large:
        return False
    common = len(one & other)
    return common >= SAME * (len(one) + len(other) - common)
