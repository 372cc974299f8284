"""Checks of new templates: exactly one placeholder, not too long, no near-duplicate."""

from pytest_distill.fuzz.chatter import tidy
from pytest_distill.fuzz.novelty import SeenTexts
from pytest_distill.fuzz.rejection import Reason, RejectedError

PLACEHOLDER = "{query}"

# Three times the longest seed. The templates that GPTFuzz published reach 3,000 characters: too
# long for a probe of 60 and for the context of a small model.
LONGEST = 1600


class Hygiene:
    """Remembers every text, so that none is used twice."""

    def __init__(self) -> None:
        self._seen = SeenTexts()

    def admit(self, text: str) -> str:
        """Return `text` tidied, and remember it.

        Raises:
            RejectedError: it is no template, or nearly one that was admitted before.
        """
        tidied = checked(text)
        if not self._seen.add(tidied):
            raise RejectedError(Reason.DUPLICATE)
        return tidied

    def novelty(self, text: str) -> float:
        """Return the novelty of `text` among the admitted ones."""
        return self._seen.novelty(text)


def checked(text: str) -> str:
    """Return `text` tidied.

    Raises:
        RejectedError: it is empty, too long, or does not hold the placeholder once.
    """
    text = tidy(text)
    count = text.count(PLACEHOLDER)
    if not text:
        raise RejectedError(Reason.EMPTY)
    if count != 1:
        raise RejectedError(Reason.SEVERAL_PLACEHOLDERS if count else Reason.NO_PLACEHOLDER)
    if len(text) > LONGEST:
        raise RejectedError(Reason.TOO_LONG)
    return text
