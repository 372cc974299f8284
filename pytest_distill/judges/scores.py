"""Reads replies in the forms that judges of quality use: a score in brackets, a ranking."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from pytest_distill.judges.reply import Unreadable, objects, without_reasoning
from pytest_distill.records import Completion

_BRACKETS: Final = re.compile(r"\[\[|\]\]")
_SCORE: Final = re.compile(r"(?<![0-9\[])\[\[\s*([0-9]{1,4}(?:\.[0-9]+)?)\s*\]\]")


def score(completion: Completion, *, low: int, high: int) -> int | Unreadable:
    """Return the score of ``... Rating: [[7]]``: the last thing in double brackets.

    Code that was judged has double brackets too. So other scores must be the same, and none
    may be begun or ended after it: ``[[1`` may be what is left of a 10.

    Args:
        completion: the reply.
        low: the least of the scale, which has whole numbers only.
        high: the most.
    """
    text = without_reasoning(completion)
    if isinstance(text, Unreadable):
        return text
    found = list(_SCORE.finditer(text))
    if not found or _BRACKETS.search(text, found[-1].end()):
        return Unreadable.NO_SCORE
    if len({match[1] for match in found}) > 1 or not found[-1][1].isdecimal():
        return Unreadable.NO_SCORE
    value = int(found[-1][1])
    return value if low <= value <= high else Unreadable.NO_SCORE


def ranking(completion: Completion, names: Iterable[str]) -> tuple[str, ...] | Unreadable:
    """Return `names`, the best first, from ``{"ordered_models": [{"model": .., "rank": 1}, ..]}``.

    Args:
        completion: the reply.
        names: who is ranked; each has to have a rank of its own, and nobody else one.
    """
    text = without_reasoning(completion)
    if isinstance(text, Unreadable):
        return text
    found = [ranks for each in objects(text) if (ranks := _ranks(each.content)) is not None]
    wanted = sorted(names)
    # A second ranking is a second opinion: which of the two is meant nobody can say.
    if len(found) != 1 or sorted(name for _, name in found[0]) != wanted:
        return Unreadable.NO_RANKING
    ranks = sorted(found[0])
    if [rank for rank, _ in ranks] != list(range(1, len(wanted) + 1)):
        return Unreadable.NO_RANKING
    return tuple(name for _, name in ranks)


def _ranks(content: Mapping[str, object]) -> list[tuple[int, str]] | None:
    """Return rank and name of each that `content` ranks; None where it is no ranking."""
    entries = content.get("ordered_models")
    if not isinstance(entries, list):
        return None
    ranks = [_rank(entry) for entry in entries]
    known = [rank for rank in ranks if rank is not None]
    return known if len(known) == len(ranks) else None


def _rank(entry: object) -> tuple[int, str] | None:
    if not isinstance(entry, dict) or set(entry) != {"model", "rank"}:
        return None
    rank, name = entry["rank"], entry["model"]
    return (rank, name) if type(rank) is int and isinstance(name, str) else None
