"""An answer as a plain and terse writer would have given it, so that terseness names no teacher.

Where most candidates give lists under a lead-in, whoever writes plain short text departs from them
on the same prompts and in the same way as a candidate that does so too. A decoy made from another
candidate's answers departs likewise, and has nothing of that candidate's own.
"""

import re
from typing import Final

from pytest_distill.similarity.parsed_answer import ParsedAnswer, words_of
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
    prose = [_unmarked(line) for line in ParsedAnswer(answer).prose]
    said = [line for line in prose if line and not line.endswith((":", "："))]
    sentences = _SENTENCE_END.split(" ".join(said))
    if len(sentences) > 1 and is_welcome(sentences[0]):
        del sentences[0]
    kept, count = [], 0
    for sentence in sentences:
        kept.append(sentence)
        count += len(words_of(sentence))
        if count >= words:
            break
    return " ".join(kept).strip() or answer


def _unmarked(line: str) -> str:
    return _MARKUP.sub("", _ITEM.sub("", line, count=1) if _ITEM.match(line) else line).strip()
