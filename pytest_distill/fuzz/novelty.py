"""How alike two texts are, and how strange one is: by their words, not by their letters' case."""

import math
import re
from collections import Counter
from collections.abc import Iterator

_WORD = re.compile(r"\{query\}|[^\W_]+")
# Scripts that write no spaces: every character is a word.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")

# Words in a shingle; three keep the order of the words in view.
_WIDTH = 3

# Share of shingles in common above which two texts are the same to a reader: in a template of 30
# words one word may differ, not two.
SAME = 0.8


class SeenTexts:
    """Remembers texts, and tells whether another is nearly one of them."""

    def __init__(self) -> None:
        self._seen: list[frozenset[str]] = []
        self._by_prefix: dict[str, list[int]] = {}
        self._words: Counter[str] = Counter()

    def add(self, text: str) -> bool:
        """Remember `text`, unless it is nearly the same as one before; say whether it was new."""
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
        """Return how unlike the remembered texts `text` is: the sum over its words of their rarity.

        A word that was in n texts counts 1 / (1 + n), so that each further use is worth less.
        """
        # Exact, whatever the order in which a set comes: it decides which draft is asked.
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
    """Return so many shingles, the first in order, that two texts that are alike share one.

    The prefix filter of Chaudhuri, Ganti & Kaushik 2006 (doi:10.1109/ICDE.2006.9).
    """
    return sorted(shingles)[: len(shingles) - math.ceil(SAME * len(shingles)) + 1]


def _is_same(one: frozenset[str], other: frozenset[str]) -> bool:
    small, large = sorted((len(one), len(other)))
    if small < SAME * large:
        return False
    common = len(one & other)
    return common >= SAME * (len(one) + len(other) - common)
