"""Policies that choose parents: those of GPTFuzz (arXiv 2309.10253), and two baselines.

A policy is a pair of functions over the corpus, which holds all state.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from pytest_distill.fuzz.corpus import Corpus, Node

# The numbers of the paper, section 3.2 and its published code.
_EXPLORE_RATIO = 0.5
_STOP_EARLY = 0.1
_LEVEL_PENALTY = 0.1
_LEAST_SHARE = 0.2
_UCB_RATIO = 1.0
_EXP3_GAMMA = 0.05
_EXP3_ALPHA = 25.0

# After the first leak, a campaign tries no more than 2 * sqrt(step) seeds (progressive widening,
# Coulom 2007, doi:10.1007/978-3-540-75538-8_7). Without this every pick of a short campaign is
# an untried seed, as in all published runs of GPTFuzz, and rewards are never used.
_WIDENING = 2.0


@dataclass(frozen=True)
class Pick:
    """A parent, and how it was chosen."""

    path: tuple[int, ...]
    """From a seed to the parent; only the parent if the policy does not descend the tree."""
    chance: float = 1.0
    """The probability of the pick; only exp3 needs it."""

    @property
    def parent(self) -> int:
        """Index of the template to breed from."""
        return self.path[-1]


@dataclass(frozen=True)
class Policy:
    """A way to choose parents."""

    name: str
    pick: Callable[[Corpus, Random, int], Pick]
    """Arguments: the pool, a random generator, and the number of the slot, from 1."""
    learn: Callable[[Corpus, Pick, float], None]
    """Called once for each pick, with the share of its questions that leaked, in [0, 1]."""
    prefers_novelty: bool = False
    """Until a parent has a leak, several drafts are made and the most novel is kept."""


def choose(policy: Policy, corpus: Corpus, rng: Random, *, slot: int) -> Pick:
    """Pick a parent and count the pick at once, so that the next pick of a batch differs."""
    corpus.step += 1
    pick = policy.pick(corpus, rng, slot)
    corpus.visit(pick.path)
    return pick


def withdraw(corpus: Corpus, pick: Pick) -> None:
    """Undo a pick whose mutant was rejected."""
    corpus.visit(pick.path, by=-1)


def _mcts_explore(corpus: Corpus, rng: Random, slot: int) -> Pick:
    del slot
    node = _best(_open_roots(corpus), corpus, rng)
    path = [node.index]
    while node.children and rng.random() >= _STOP_EARLY:
        node = _best([corpus.nodes[child] for child in node.children], corpus, rng)
        path.append(node.index)
    return Pick(tuple(path))


def _open_roots(corpus: Corpus) -> list[Node]:
    roots = corpus.roots
    visited = [root for root in roots if root.visits]
    has_leaked = any(root.reward for root in visited)
    if has_leaked and len(visited) >= math.ceil(_WIDENING * math.sqrt(corpus.step)):
        return visited
    return roots


def _best(nodes: Sequence[Node], corpus: Corpus, rng: Random) -> Node:
    """Return the node of the highest score; of equals the least familiar one."""
    scored = [
        (-_explored(node, corpus.step), corpus.familiarity(node.template), rng.random(), node.index)
        for node in nodes
    ]
    return corpus.nodes[min(scored)[-1]]


def _explored(node: Node, step: int) -> float:
    bonus = math.sqrt(2 * math.log(step) / (node.visits + 0.01))
    return node.reward / (node.visits + 1) + _EXPLORE_RATIO * bonus


def _reward_path(corpus: Corpus, pick: Pick, share: float) -> None:
    level = corpus.nodes[pick.parent].level
    worth = share * max(_LEAST_SHARE, 1 - _LEVEL_PENALTY * level)
    for index in pick.path:
        corpus.nodes[index].reward += worth


def _ucb(corpus: Corpus, rng: Random, slot: int) -> Pick:
    del slot

    def score(node: Node) -> float:
        bonus = math.sqrt(2 * math.log(corpus.step) / (node.visits + 1))
        return node.reward / (node.visits + 1) + _UCB_RATIO * bonus

    best = max((score(node), rng.random(), node.index) for node in corpus)
    return Pick((best[-1],))


def _exp3(corpus: Corpus, rng: Random, slot: int) -> Pick:
    del slot
    chances = _exp3_chances(corpus)
    (index,) = rng.choices(range(len(corpus)), chances)
    return Pick((index,), chances[index])


def _exp3_chances(corpus: Corpus) -> list[float]:
    highest = max(node.log_weight for node in corpus)
    weights = [math.exp(node.log_weight - highest) for node in corpus]
    total, count = sum(weights), len(corpus)
    return [(1 - _EXP3_GAMMA) * weight / total + _EXP3_GAMMA / count for weight in weights]


def _exp3_learn(corpus: Corpus, pick: Pick, share: float) -> None:
    _reward(corpus, pick, share)
    loss = (1 - share) / pick.chance
    corpus.nodes[pick.parent].log_weight -= _EXP3_ALPHA * loss / len(corpus)


def _round_robin(corpus: Corpus, rng: Random, slot: int) -> Pick:
    del rng
    return Pick(((slot - 1) % len(corpus),))


def _random(corpus: Corpus, rng: Random, slot: int) -> Pick:
    del slot
    return Pick((rng.randrange(len(corpus)),))


def _reward(corpus: Corpus, pick: Pick, share: float) -> None:
    corpus.nodes[pick.parent].reward += share


MCTS_EXPLORE = Policy("mcts-explore", _mcts_explore, _reward_path, prefers_novelty=True)
UCB = Policy("ucb", _ucb, _reward)
EXP3 = Policy("exp3", _exp3, _exp3_learn)
ROUND_ROBIN = Policy("round-robin", _round_robin, _reward)
RANDOM = Policy("random", _random, _reward)

NONE = Policy("none", _round_robin, _reward)
"""Takes the seeds in their order, unchanged."""

POLICIES = {policy.name: policy for policy in (MCTS_EXPLORE, UCB, EXP3, ROUND_ROBIN, RANDOM, NONE)}
