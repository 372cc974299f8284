"""Characters that replace names in a text, so that rules need not know any name."""

from typing import Final, Literal

# One of these for the first character of a name, fillers for the others: positions in the marked
# text are those of the text.
COMPANY: Final = "\ue000"
MODEL: Final = "\ue001"
OWN_COMPANY: Final = "\ue002"
OWN_MODEL: Final = "\ue004"
FILLER: Final = "\ue003"

# Pieces of patterns: a foreign name of either kind, the true vendor's, and quotation marks,
# brackets and blanks that may stand before a name.
NAME: Final = f"[{COMPANY}{MODEL}]{FILLER}*+"
OWN: Final = f"[{OWN_COMPANY}{OWN_MODEL}]{FILLER}*+"
GAP: Final = r"[\s\"“”'‘’「」『』《》«»„(（\[:：]"

Contradiction = Literal["name", "developer", "country"]


def names_foreign(text: str) -> bool:
    """Say whether marked `text` holds a name of another vendor."""
    return COMPANY in text or MODEL in text


def names_own(text: str) -> bool:
    """Say whether marked `text` holds a name of the true vendor, denied or not."""
    return OWN_COMPANY in text or OWN_MODEL in text
