"""What a model wrote, without what the recording of it added."""

import re
import unicodedata
from typing import Final

from pytest_distill.text import INVISIBLE, INVISIBLE_TAGS

# They hold no feature of a writer, and a recorder may add or drop them.
_UNSEEN: Final = re.compile(f"[{INVISIBLE}{INVISIBLE_TAGS}]")
_BREAK: Final = re.compile("\r\n?|[\u2028\u2029\x85\v\f]")
_GAPS: Final = re.compile("\n{3,}")


def plain(text: str) -> str:
    """Return `text` with one way to say each blank, line break and accent.

    Blanks at either end of a line, runs of blanks, empty lines at the ends and beyond one in
    a row are gone: recorders strip, indent and wrap, and left in, they are the strongest
    "fingerprint" of all.
    """
    if not text.isascii():
        # Before composing: what is unseen may stand between a letter and its accent.
        text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    lines = _BREAK.sub("\n", text).split("\n")
    return _GAPS.sub("\n\n", "\n".join(" ".join(line.split()) for line in lines)).strip("\n")
