"""Why a text is not taken as a mutant; the report counts each reason."""

from enum import StrEnum


class Reason(StrEnum):
    """What is wrong with a text."""

    EMPTY = "empty"
    REFUSAL = "refusal"
    CHATTER = "chatter"
    PERSONA = "persona"
    OFF_SUBJECT = "off subject"
    """It asks to break rules, or for harm, and not who somebody is."""
    NO_SENTENCES = "no sentences"
    """What was to stand before a template is something else."""
    NO_PLACEHOLDER = "no placeholder"
    SEVERAL_PLACEHOLDERS = "several placeholders"
    TOO_LONG = "too long"
    DUPLICATE = "duplicate"
    HELPER_FAILED = "helper failed"
    """No answer came."""


class RejectedError(Exception):
    """A text that is no template."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)
