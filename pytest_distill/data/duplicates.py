"""Near-duplicates among prompts: those that ask almost the same, word for word."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

# Measured on the 805 prompts of AlpacaEval: two that merely ask alike ("... free SAST tools out
# there?", "... AI tools out there for 2D animation?") reach .32, two that were made from one
# template by changing a noun begin at .44, and nothing lies between.
NEAR = 0.4

# Five letters are about a word, so that common endings and short words do not count by themselves.
_GRAM = 5


class NearDuplicate(NamedTuple):
    """Two texts, by their place in the sequence, `first` before `second`."""

    first: int
    second: int
    similarity: float
    """Jaccard index of their character 5-grams, in [0, 1]."""


def near_duplicates(texts: Sequence[str], *, threshold: float = NEAR) -> tuple[NearDuplicate, ...]:
    """Return every pair of `texts` that is at least as similar as `threshold`, in their order.

    Only letters and digits count, whatever their case and width. Exact: pairs are passed over
    only where they cannot be similar enough (prefix filter: Chaudhuri, Ganti and Kaushik 2006,
    ICDE, doi:10.1109/ICDE.2006.9). Time still grows with the square where texts are of one kind:
    600 prompts take a tenth of a second, 2,000 texts of 400 characters about four seconds, 10,000
    of them a minute and a half; take a sample of more.

    Args:
        texts: what to compare, in any language.
        threshold: in (0, 1]; 1 finds texts that have the same 5-grams.
    """
    grams = [_grams(text) for text in texts]
    return tuple(
        NearDuplicate(first, second, similarity)
        for first, second in sorted(_candidates(grams, threshold))
        if (similarity := _jaccard(grams[first], grams[second])) >= threshold
    )


def _grams(text: str) -> frozenset[str]:
    letters = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
    # A text of punctuation alone is compared as it stands.
    content = letters or text.strip()
    return frozenset(content[at : at + _GRAM] for at in range(max(1, len(content) - _GRAM + 1)))


def _candidates(grams: Sequence[frozenset[str]], threshold: float) -> Iterator[tuple[int, int]]:
    """Yield, once each, the pairs that share one of their rarest grams.

    Sets with a Jaccard index of at least t share at least t of either's grams, so one shared
    gram at least is among the rarest 1 - t of both (plus one for the rounding).
    """
    frequency = Counter(gram for text in grams for gram in text)
    holders: dict[str, list[int]] = defaultdict(list)
    for second, text in enumerate(grams):
        rarest_first = sorted(text, key=lambda gram: (frequency[gram], gram))
        rare = rarest_first[: len(text) - int(threshold * len(text)) + 1]
        yield from ((first, second) for first in {at for gram in rare for at in holders[gram]})
        for gram in rare:
            holders[gram].append(second)


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)
