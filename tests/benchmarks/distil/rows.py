"""Conversations packed into rows of one length, behind the prefix that all of them share."""

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

import numpy as np

from tests.benchmarks.distil.llama import Row

LENGTH = 288
"""Tokens of a row: two long answers or nine short ones. Longer rows train no faster."""

TARGETS = LENGTH * 3 // 4
"""Tokens of a row that are learnt: predictions are made for these alone."""


class Conversation(NamedTuple):
    """One question and its answer, as the model's chat template writes them."""

    tokens: Sequence[int]
    answer_starts: int
    """Index of the first token that is learnt."""


class Batch(NamedTuple):
    """A row, and what is learnt from it."""

    row: Row
    places: Any
    """Index of the token before each target."""
    targets: Any
    learnt: Any
    """1 for each target, 0 for padding."""


def packed(conversations: Sequence[Conversation]) -> list[Batch]:
    """Return rows of the conversations, each in the first row that has room for it.

    Raises:
        ValueError: one is longer than a row.
    """
    shared = _shared(conversations)
    rows: list[list[Conversation]] = []
    for each in conversations:
        row = next((row for row in rows if _fits([*row, each], shared)), None)
        if row is not None:
            row.append(each)
        elif _fits([each], shared):
            rows.append([each])
        else:
            message = f"a conversation of {len(each.tokens)} tokens does not fit into a row"
            raise ValueError(message)
    return [_batch(row, shared) for row in rows]


def _shared(conversations: Sequence[Conversation]) -> int:
    """Return how many tokens all begin with; of a single one, those before its answer."""
    columns = zip(*(each.tokens for each in conversations), strict=False)
    same = list(takewhile(lambda column: len(set(column)) == 1, columns))
    return min(len(same), *(each.answer_starts - 1 for each in conversations))


def _fits(conversations: Iterable[Conversation], shared: int) -> bool:
    own = sum(len(each.tokens) - shared for each in conversations)
    targets = sum(_targets(each) for each in conversations)
    return shared + own <= LENGTH and targets <= TARGETS


def _targets(conversation: Conversation) -> int:
    return len(conversation.tokens) - conversation.answer_starts


def _batch(conversations: Sequence[Conversation], shared: int) -> Batch:
    row = Row(_zeros(LENGTH), _zeros(LENGTH), _zeros(LENGTH) - 1)
    places, targets, learnt = _zeros(TARGETS), _zeros(TARGETS), _zeros(TARGETS)
    row.tokens[:shared] = conversations[0].tokens[:shared]
    row.positions[:shared] = range(shared)
    row.sequence[:shared] = 0
    start, count = shared, 0
    for number, (tokens, answer_starts) in enumerate(conversations, start=1):
        end, learns = start + len(tokens) - shared, len(tokens) - answer_starts
        row.tokens[start:end] = tokens[shared:]
        row.positions[start:end] = range(shared, len(tokens))
        row.sequence[start:end] = number
        places[count : count + learns] = range(end - learns - 1, end - 1)
        targets[count : count + learns] = tokens[answer_starts:]
        learnt[count : count + learns] = 1
        start, count = end, count + learns
    return Batch(row, places, targets, learnt)


def _zeros(count: int) -> Any:  # noqa: ANN401 - an array
    return np.zeros(count, np.int32)
