"""Characters that replace names in a text, so that rules need not know any name."""

import re
from typing import Final, Literal, NamedTuple

# One of these for the first character of a name, fillers for the others: positions in the marked
# text are those of the text.
COMPANY: Final = "\ue000"
MODEL: Final = "\ue001"
OWN_VENDOR: Final = "\ue002"
FILLER: Final = "\ue003"

# Pieces of patterns: a foreign name of either kind, a foreign model, and quotation marks,
# brackets and blanks that may stand before a name.
NAME: Final = f"[{COMPANY}{MODEL}]{FILLER}*"
MODEL_NAME: Final = f"{MODEL}{FILLER}*"
GAP: Final = r"[\s\"“”'‘’「」『』《》«»(（\[]"

Contradiction = Literal["name", "developer", "country"]


class Rule(NamedTuple):
    """One way to state one's identity."""

    reason: str
    """Completes "the answer ...", for the verdict."""
    pattern: re.Pattern[str]
    """The claimed name, where there is one, is the group ``n`` or ``m``."""
    needs_self: bool = True
    """Whether the sentence must speak in the first person."""
    is_plain: bool = True
    """Whether it is a claim even in a sentence without "I"; else it is only talk of the vendor."""
    is_firm: bool = False
    """Whether it holds even in an answer that names the true vendor elsewhere."""
    is_role: bool = False
    """Whether it is no claim where the prompt asks for that role."""
