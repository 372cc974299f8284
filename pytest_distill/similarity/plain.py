"""Removes from an answer what its recording may have changed."""

import re
import unicodedata
from itertools import pairwise
from typing import Final

from pytest_distill.text import INVISIBLE, INVISIBLE_TAGS

# They hold no feature of a writer, and a recorder may add or drop them.
_UNSEEN: Final = re.compile(f"[{INVISIBLE}{INVISIBLE_TAGS}]")
_BREAK: Final = re.compile("\r\n?|[\u2028\u2029\x85\v\f]")
# This set holds every combining mark and no letter. To compose a pile of marks takes the square of
# its height; no writing has more than a few on one letter.
_PILE: Final = re.compile("[^\x00-\u02ff\\w\\s]{32}")
_GAPS: Final = re.compile("\n{3,}")


def plain(text: str) -> str:
    """Return `text` with spaces, line breaks and accents normalised.

    Spaces at the ends of lines, repeated spaces, and empty lines beyond one in a row or at
    either end are removed: recorders strip, indent and wrap, and these traces would be a stronger
    "fingerprint" than any feature of the writer.
    """
    if not text.isascii():
        # Before composing: an invisible character may stand between a letter and its accent.
        text = _composed(_UNSEEN.sub("", text))
    lines = _BREAK.sub("\n", text).split("\n")
    return _GAPS.sub("\n\n", "\n".join(" ".join(line.split()) for line in lines)).strip("\n")


def _composed(text: str) -> str:
    ends = [0, *(pile.end() for pile in _PILE.finditer(text)), len(text)]
    return "".join(unicodedata.normalize("NFC", text[a:b]) for a, b in pairwise(ends))
