"""Private characters that stand for names while rules read a text, so that no rule needs one."""

import re
from typing import Final, Literal, NamedTuple

# One character a name, then as many fillers as the name has further characters: positions in
# the marked text are positions in the text.
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
    """One way to say something about oneself."""

    reason: str
    """Completes "the answer ...", for the verdict."""
    pattern: re.Pattern[str]
    """The claimed name, where there is one, is the group ``n`` or ``m``."""
    needs_self: bool = True
    """Whether the sentence must speak in the first person."""
    is_plain: bool = True
    """Whether it claims the vendor even in a sentence without "I": else it only strays."""
    is_firm: bool = False
    """Whether it holds even in an answer that names the true vendor elsewhere."""
    is_role: bool = False
    """Whether it is no claim where the prompt asks for that very role."""
