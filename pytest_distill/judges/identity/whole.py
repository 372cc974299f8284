"""What an answer as a whole says of how to read its statements."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise

from pytest_distill.judges.aliases import Mention
from pytest_distill.judges.identity.claims import SURVEY
from pytest_distill.judges.identity.marks import names_foreign, names_own
from pytest_distill.judges.identity.statements import Statement


def is_chorus(said: Sequence[Statement], mentions: Mapping[int, Mention]) -> bool:
    """Say whether an answer names many vendors in the first person: it cannot be all of them."""
    starts = [one.start for one in said]
    speaking = (said[bisect_right(starts, at) - 1].is_self for at in mentions if starts)
    named = {
        one.vendor for one, is_self in zip(mentions.values(), speaking, strict=False) if is_self
    }
    return len(named) >= SURVEY


def is_surface(said: Sequence[Statement]) -> bool:
    """Say whether an answer calls its true name, in the same statement or the next, a label."""
    named = [first for first in said if names_own(first.text)]
    then = [second for first, second in pairwise(said) if names_own(first.text)]
    return any(one.lexicon.search("surface", one.text) for one in (*named, *then))


def after_others(said: Sequence[Statement]) -> frozenset[int]:
    """Return where statements begin that follow one about another vendor: what is behind that?"""
    return frozenset(
        second.start
        for first, second in pairwise(said)
        if names_foreign(first.text) and not names_own(first.text)
    )
