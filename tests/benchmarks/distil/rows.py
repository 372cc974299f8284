"""Conversations packed into rows of one length, behind the prefix that all of them share."""

from collections.abc import Iterable, Iterator, Sequence
from os.path import commonprefix
from typing import Any, NamedTuple

import numpy as np

from tests.benchmarks.distil.llama import Row

LENGTH = 256
"""Tokens of a row: a handful of short answers. Longer rows train no faster on two cores."""

TARGETS = LENGTH * 3 // 4
"""Tokens of a row that are learnt. Predictions are made for these alone, which is a tenth faster."""


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


def packed(conversations: Sequence[Conversation]) -> Iterator[Batch]:
    """Yield the conversations in their order, as many in each row as fit into it."""
    shared = len(commonprefix([list(each.tokens) for each in conversations]))
    shared = min(shared, *(each.answer_starts - 1 for each in conversations))
    pending: list[Conversation] = []
    for each in conversations:
        if not _fits([each], shared):
            message = f"a conversation of {len(each.tokens)} tokens does not fit into a row"
            raise ValueError(message)
        if not _fits([*pending, each], shared):
            yield _batch(pending, shared)
            pending = []
        pending.append(each)
    yield _batch(pending, shared)


def _fits(conversations: Iterable[Conversation], shared: int) -> bool:
    sizes = [(len(each.tokens) - shared, _targets(each)) for each in conversations]
    own, targets = (sum(column) for column in zip(*sizes, strict=True))
    return shared + own <= LENGTH and targets <= TARGETS


def _targets(conversation: Conversation) -> int:
    return len(conversation.tokens) - conversation.answer_starts


def _batch(conversations: Sequence[Conversation], shared: int) -> Batch:
    row = Row(*(np.zeros(LENGTH, np.int32) for _ in range(2)), np.full(LENGTH, -1, np.int32))
    places, targets, learnt = (np.zeros(TARGETS, np.int32) for _ in range(3))
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
