"""Marks the begin and end of untrusted text with a token that the text cannot know."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable
from itertools import count
from typing import Final, NamedTuple

from pytest_distill.text import INVISIBLE, INVISIBLE_TAGS, printable

# 64 bits. The token is a hash of the text, so a text can hold its own token by chance only, and
# then the next token is taken. Small models copy longer ones wrongly.
_DIGITS: Final = 16

# Twice the longest answer on record; a judge with a small context can still read it.
_LONGEST_SHOWN: Final = 20_000

# What `printable` leaves, since Unicode counts it as letters, marks or symbols; Braille's empty
# pattern is shown as a blank.
_UNSEEN: Final = re.compile(f"[{INVISIBLE}{INVISIBLE_TAGS}\u2800]")


class Fence(NamedTuple):
    """Separates blocks of data from the rest of a prompt."""

    token: str

    def around(self, name: str, text: str) -> str:
        """Return `text` as a block between two lines that hold the token."""
        return f"{self.line(name)}\n{text}\n{self.line(f'end of {name}')}"

    def line(self, name: str) -> str:
        """Return a line that begins or ends a block."""
        return f"<<<{self.token} {name}>>>"


def fence(texts: Iterable[str], *, seed: int, digits: int = _DIGITS) -> Fence:
    """Return a fence for `texts`: the same in every run, with a token that none of them holds.

    Args:
        texts: everything that will be fenced, as it will be shown.
        seed: of the run.
        digits: hexadecimal digits of the token.
    """
    content = tuple(texts)
    # The length of each part keeps ("ab", "c") and ("a", "bc") apart.
    data = "".join(f"{len(text)}:{text}" for text in content).encode()
    letters = [_letters(text) for text in content]
    tokens = (_token(data, f"{seed} {attempt}")[:digits] for attempt in count())
    return Fence(next(token for token in tokens if not any(token in text for text in letters)))


def _token(data: bytes, attempt: str) -> str:
    return hmac.new(f"pytest-distill fence {attempt}".encode(), data, hashlib.sha256).hexdigest()


def visible(text: str) -> str:
    """Return `text` with invisible characters as escapes, and its middle cut if it is long."""
    shown = printable(text.replace("\r\n", "\n"))
    if not shown.isascii():
        shown = _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), shown)
    if len(shown) <= _LONGEST_SHOWN:
        return shown
    half = _LONGEST_SHOWN // 2
    left_out = len(shown) - 2 * half
    return f"{shown[:half]}\n[... {left_out} characters left out ...]\n{shown[-half:]}"


def _letters(text: str) -> str:
    """Return the letters and digits of `text`, without spacing, case and look-alikes."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(filter(str.isalnum, plain))
