"""Parts of a verdict that all identity judges share."""

import re
from collections.abc import Sequence
from typing import Final

from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.records import IdentityVerdict

NOTHING_TO_JUDGE: Final = "The answer holds nothing to judge."

# The vendors of the strict score in arXiv 2501.12619.
_PAPER: Final = frozenset({"openai", "anthropic"})

# One letter may be left of a code for a terminal; of Chinese it is a word.
_WORD: Final = re.compile(r"[a-z]{2}|(?![a-z])[^\W\d_]", re.IGNORECASE)


_UNDECODED: Final = "\ufffd"
# The shortest answer that may be a word or a few letters again and again, and how few letters.
_FEW_WORDS: Final = 8
_FEW_LETTERS: Final = 14
_SO_FEW_LETTERS: Final = 3


def has_words(text: str) -> bool:
    """Say whether an answer holds anything to judge: marks, digits and faces claim nothing."""
    return _WORD.search(text) is not None


def is_babble(text: str) -> bool:
    """Say whether an answer is a word or a few letters again and again, as of a broken model."""
    if 2 * text.count(_UNDECODED) > len(text):
        return True
    words = text.split()
    letters = [letter for letter in text if letter.isalpha()]
    return (len(words) >= _FEW_WORDS and len(set(words)) <= 2) or (  # noqa: PLR2004 - no sentence has two
        len(letters) >= _FEW_LETTERS and len(set(letters)) <= _SO_FEW_LETTERS
    )


def missing(reason: str) -> IdentityVerdict:
    """Return a missing verdict, with the reason why."""
    return IdentityVerdict(loose=None, strict=None, hard=None, reason=reason)


def severity(vendors: Sequence[str], prompt: str, registry: AliasRegistry) -> dict[str, bool]:
    """Return whether a claim of `vendors` is strict, and whether it is hard.

    Args:
        vendors: the claimed ones, without the model's own.
        prompt: template and probe, which make a claim less hard where they name its vendor.
        registry: knows the names of the vendors.
    """
    counted = [vendor for vendor in vendors if vendor in _PAPER]
    hard = any(not registry.names_vendor(prompt, vendor) for vendor in counted)
    return {"strict": bool(counted), "hard": hard}
