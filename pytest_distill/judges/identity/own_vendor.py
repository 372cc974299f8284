"""Finds whether a statement names its true vendor as its own, or denies it."""

from collections.abc import Iterator

from pytest_distill.judges.identity.marks import OWN_COMPANY, OWN_MODEL, names_own
from pytest_distill.judges.identity.statements import Statement

# Characters before a name in which a denial of it may stand.
_REACH = 80


def affirms_own_vendor(statement: Statement) -> bool:
    """Say whether a statement names the true vendor without denying it."""
    return any(not is_own_denied(statement, at) for at in own_positions(statement.text))


def denies_own_vendor(statement: Statement) -> bool:
    """Say whether a statement says that the true vendor did not make the model."""
    positions = list(own_positions(statement.text))
    if not positions or not all(is_own_denied(statement, at) for at in positions):
        return False
    return statement.is_self or statement.lexicon.search("of_oneself", statement.text) is not None


def own_positions(text: str) -> Iterator[int]:
    """Yield where marked `text` names the true vendor."""
    if names_own(text):
        for position, char in enumerate(text):
            if char in (OWN_COMPANY, OWN_MODEL):
                yield position


def is_own_denied(statement: Statement, position: int) -> bool:
    """Say whether the true name at `position` is denied."""
    words = statement.lexicon
    before = words.sub("no_denial", " ", statement.text[max(0, position - _REACH) : position])
    if words.search("own_vendor_denied_before", before):
        return True
    return words.match("own_vendor_denied_after", statement.text, position) is not None
