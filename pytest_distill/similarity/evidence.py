"""Evidence for a reader: phrases that student and teacher share, and their most similar answers."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from sys import intern
from typing import Final, NamedTuple

from pytest_distill.similarity.parsed_answer import words_of
from pytest_distill.similarity.plain import plain

# Words of a phrase: shorter ones are grammar, longer ones content.
_SIZES: Final = (2, 3, 4)
# Answers of each side that have to hold a phrase; fewer are chance or one topic.
_FEWEST: Final = 4
# A phrase that shares more of its words with one that is shown is left out.
_OVERLAP: Final = 0.5

# Answers whose words are kept: of a dozen models, whose students are looked at one by one.
_REMEMBERED: Final = 16_384

_Words = tuple[str, ...]


class Phrase(NamedTuple):
    """A phrase, and the shares of answers that hold it."""

    text: str
    student: float
    teacher: float
    others: float
    """The largest share of any other candidate."""


def phrases(
    student: Sequence[str], teacher: Sequence[str], others: Mapping[str, Sequence[str]], *, top: int
) -> list[Phrase]:
    """Return phrases that student and teacher use often, and all others seldom, clearest first.

    Args:
        student: answers to the same prompts as all others, in the same order.
        teacher: likewise.
        others: likewise, by name.
        top: how many at most.
    """
    own = _often(_counts(student, None))
    theirs = _often(_counts(teacher, set(own)))
    shared = set(theirs)
    rest = [_counts(answers, shared) for answers in others.values()]
    size = len(student)
    found = []
    for phrase in sorted(shared):
        most = max((counts.get(phrase, 0) for counts in rest), default=0)
        found.append((_surprise(min(own[phrase], theirs[phrase]), most), phrase, most))
    found.sort(key=lambda item: (-item[0], -len(item[1])))
    shown: list[Phrase] = []
    for surprise, phrase, most in found:
        if surprise <= 0 or len(shown) == top:
            break
        if not any(_says_again(phrase, other.text) for other in shown):
            shown.append(
                Phrase(" ".join(phrase), own[phrase] / size, theirs[phrase] / size, most / size)
            )
    return shown


def clearest(own: Sequence[float], rival: Sequence[float], *, top: int) -> list[int]:
    """Return the indices of the prompts on which `own` exceeds `rival` most."""
    gaps = [a - b for a, b in zip(own, rival, strict=True)]
    return sorted(range(len(gaps)), key=lambda index: -gaps[index])[:top]


def _counts(answers: Sequence[str], wanted: set[_Words] | None) -> Counter[_Words]:
    """Return in how many answers each phrase stands; None: any phrase is wanted."""
    counts: Counter[_Words] = Counter()
    for words in map(_words, answers):
        runs = chain.from_iterable(
            zip(*(words[start:] for start in range(size)), strict=False) for size in _SIZES
        )
        # Most phrases of an answer are not wanted, and are never put into a set of their own.
        counts.update(set(runs) if wanted is None else wanted.intersection(runs))
    return counts


@lru_cache(_REMEMBERED)
def _words(answer: str) -> _Words:
    # One copy of each word: the answers of a dozen models have millions.
    return tuple(intern(word.lower()) for word in words_of(plain(answer)))


def _often(counts: Counter[_Words]) -> dict[_Words, int]:
    return {phrase: count for phrase, count in counts.items() if count >= _FEWEST}


def _surprise(common: int, others: int) -> float:
    """Return by how many standard errors the count `common` is above `others`."""
    return (common - others) / math.sqrt(common + others + 1)


def _says_again(phrase: tuple[str, ...], shown: str) -> bool:
    words = shown.split()
    return sum(word in words for word in phrase) > _OVERLAP * min(len(phrase), len(words))
