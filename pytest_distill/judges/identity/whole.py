"""What an answer as a whole says of how to read its statements."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from pytest_distill.judges.aliases import Mention
from pytest_distill.judges.identity.claims import SURVEY
from pytest_distill.judges.identity.marks import names_foreign, names_own
from pytest_distill.judges.identity.statements import Statement

# Statements from the one that calls a name a label on, in which it may say what is behind it.
_NEAR: Final = 3


def is_chorus(said: Sequence[Statement], mentions: Mapping[int, Mention]) -> bool:
    """Say whether an answer names many vendors in the first person: it cannot be all of them."""
    starts = [one.start for one in said]
    named = set()
    for at, mention in mentions.items():
        index = bisect_right(starts, at) - 1
        if index >= 0 and at < said[index].end and said[index].is_self:
            named.add(mention.vendor)
    return len(named) >= SURVEY


def surface(said: Sequence[Statement]) -> frozenset[int]:
    """Return where statements begin in which, or shortly before, the true name is called a label.

    "GLM is only a pseudonym. The engine behind it is ..."
    """
    found = set()
    for index, one in enumerate(said):
        named = names_own(one.text) or (index > 0 and names_own(said[index - 1].text))
        if named and one.lexicon.search("surface", one.text):
            found |= {near.start for near in said[index : index + _NEAR]}
    return frozenset(found)


def after_others(said: Sequence[Statement]) -> frozenset[int]:
    """Return where statements begin that follow one about another vendor: what is behind that?"""
    return frozenset(
        second.start
        for first, second in pairwise(said)
        if names_foreign(first.text) and not names_own(first.text)
    )
