"""Removes from an answer what its recording may have changed."""

import re
import unicodedata
from typing import Final

from pytest_distill.text import INVISIBLE, INVISIBLE_TAGS

# They hold no feature of a writer, and a recorder may add or drop them.
_UNSEEN: Final = re.compile(f"[{INVISIBLE}{INVISIBLE_TAGS}]")
_BREAK: Final = re.compile("\r\n?|[\u2028\u2029\x85\v\f]")
_GAPS: Final = re.compile("\n{3,}")


def plain(text: str) -> str:
    """Return `text` with spaces, line breaks and accents normalised.

    Spaces at the ends of lines, repeated spaces, and empty lines beyond one in a row or at
    either end are removed: recorders strip, indent and wrap, and these traces would be a stronger
    "fingerprint" than any feature of the writer.
    """
    if not text.isascii():
        # Before composing: an invisible character may stand between a letter and its accent.
        text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    lines = _BREAK.sub("\n", text).split("\n")
    return _GAPS.sub("\n\n", "\n".join(" ".join(line.split()) for line in lines)).strip("\n")
