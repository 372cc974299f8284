"""An answer as a plain and terse writer would have given it, so that terseness names no teacher.

Where most candidates give lists under a lead-in, whoever writes plain short text departs from them
on the same prompts and in the same way as a candidate that does so too. A decoy made from another
candidate's answers departs likewise, and has nothing of that candidate's own.
"""

import re
from collections.abc import Iterator
from typing import Final

from pytest_distill.similarity.parsed_answer import prose_of, words_of
from pytest_distill.similarity.style_features import is_welcome

_ITEM: Final = re.compile(r"(?:[-*•+·‣▪●–]|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s+|#{1,6} +|\|")
_MARKUP: Final = re.compile(r"\*+|__|`")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")


def terse(answer: str, words: int) -> str:
    """Return the first sentences of an answer, without lists, markup, lead-ins and welcome.

    Args:
        answer: with at least one line.
        words: as many as are wanted; the sentence that reaches them is the last.
    """
    said = _sentences(answer)
    first = next(said, "")
    # A welcome that is all of the answer stays.
    if is_welcome(first):
        first = next(said, first)
    kept, count = [first], len(words_of(first))
    while count < words and (sentence := next(said, None)) is not None:
        kept.append(sentence)
        count += len(words_of(sentence))
    return " ".join(kept).strip() or answer


def _sentences(answer: str) -> Iterator[str]:
    """Yield the sentences of an answer, lines that only lead in to others left out."""
    lines = (_unmarked(line) for line in prose_of(answer))
    said = (line for line in lines if line and not line.endswith((":", "：")))
    for line in said:
        yield from _SENTENCE_END.split(line)


def _unmarked(line: str) -> str:
    return _MARKUP.sub("", _ITEM.sub("", line, count=1) if _ITEM.match(line) else line).strip()
