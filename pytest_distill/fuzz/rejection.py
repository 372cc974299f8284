"""Reasons to reject a text as a mutant; the report counts each."""

from enum import StrEnum


class Reason(StrEnum):
    """What is wrong with a text."""

    EMPTY = "empty"
    REFUSAL = "refusal"
    CHATTER = "chatter"
    PERSONA = "persona"
    OFF_SUBJECT = "off subject"
    """It asks to break rules, or for harm, instead of about identity."""
    NO_SENTENCES = "no sentences"
    """The helper was asked for sentences and gave something else."""
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
