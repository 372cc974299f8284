"""The formulas of GPTFuzz, against numbers worked out by hand, and what keeps them honest."""

import math
from collections import Counter
from random import Random

import pytest

from pytest_distill.fuzz.corpus import Corpus
from pytest_distill.fuzz.selection import (
    EXP3,
    MCTS_EXPLORE,
    NONE,
    POLICIES,
    RANDOM,
    ROUND_ROBIN,
    UCB,
    Pick,
    Policy,
    choose,
    withdraw,
)
from pytest_distill.records import Template
from tests.support.templates import seeds


def corpus(count: int = 3) -> Corpus:
    """Return a pool of seeds, each in a frame of its own."""
    return Corpus(seeds(count).seeds)


def mutant(name: str, frame: str = "frame0") -> Template:
    """Return a template to add."""
    return Template(id=name, frame=frame, language="en", text=f"{name}: {{query}}")


def picks(policy: Policy, pool: Corpus, count: int, *, seed: int = 0) -> list[int]:
    """Return the parents of so many picks, none of which is learnt from."""
    rng = Random(seed)
    return [choose(policy, pool, rng, slot=slot).parent for slot in range(1, count + 1)]


def test_mcts_explore_scores_as_published() -> None:
    """R / (n + 1) + 0.5 sqrt(2 ln(step) / (n + 0.01)); worked out by hand for step 10."""
    pool = corpus(2)
    pool.step = 9
    first, second = pool.nodes
    # 0.9 / 5 + 0.5 sqrt(2 ln 10 / 4.01) = 0.716; 0 / 3 + 0.5 sqrt(2 ln 10 / 2.01) = 0.757
    first.visits, first.reward = 4, 0.9
    second.visits = 2
    assert choose(MCTS_EXPLORE, pool, Random(0), slot=1).parent == 1

    # With 1.2 / 5 the first has 0.776.
    pool.step, second.visits, first.reward = 9, 2, 1.2
    assert choose(MCTS_EXPLORE, pool, Random(0), slot=1).parent == 0


def test_mcts_explore_rewards_the_whole_path_and_less_the_deeper() -> None:
    """Share * max(0.2, 1 - 0.1 level), on every node from the seed down."""
    pool = corpus(1)
    path = [0]
    for level in range(1, 10):
        path.append(pool.add(mutant(f"m{level}"), parent=path[-1]).index)

    MCTS_EXPLORE.learn(pool, Pick(tuple(path[:4])), 0.5)
    MCTS_EXPLORE.learn(pool, Pick(tuple(path)), 1.0)

    assert pool.nodes[0].reward == pytest.approx(0.5 * 0.7 + 0.2)
    assert pool.nodes[3].reward == pytest.approx(0.5 * 0.7 + 0.2)
    assert pool.nodes[4].reward == pytest.approx(0.2)


def test_mcts_explore_stops_early_in_one_of_ten_descents() -> None:
    """At the inner node; otherwise it goes down to the child."""
    pool = corpus(1)
    pool.add(mutant("m1"), parent=0)
    parents = Counter(picks(MCTS_EXPLORE, pool, 2000))

    assert 150 <= parents[0] <= 250


def test_a_batch_of_picks_spreads_out() -> None:
    """A pick counts at once, so that the next goes elsewhere: virtual loss."""
    assert sorted(picks(MCTS_EXPLORE, corpus(8), 8)) == list(range(8))


def test_of_equal_seeds_the_least_tried_frame_and_language_comes_first() -> None:
    """Coverage breaks the ties that the formula leaves."""
    pool = corpus(4)
    for frame in ("frame0", "frame1", "frame3"):
        pool.note(mutant("m", frame))

    assert picks(MCTS_EXPLORE, pool, 1) == [2]


def test_once_something_leaked_seeds_are_opened_slowly() -> None:
    """Otherwise a short campaign with many seeds would never come back to what leaked."""
    pool = corpus(8)
    for node in pool.nodes[:5]:
        node.visits = 1
    pool.step = 4
    assert choose(MCTS_EXPLORE, pool, Random(0), slot=5).parent in {5, 6, 7}

    # In the fifth step ceil(2 sqrt(5)) = 5 seeds may be open, and they are.
    pool.step, pool.nodes[0].reward = 4, 1.0
    assert choose(MCTS_EXPLORE, pool, Random(0), slot=5).parent == 0


def test_a_withdrawn_pick_leaves_no_trace_on_the_tree() -> None:
    """What the helper spoiled is not held against the parent."""
    pool = corpus(2)
    pick = choose(MCTS_EXPLORE, pool, Random(0), slot=1)

    withdraw(pool, pick)

    assert [node.visits for node in pool] == [0, 0]


def test_ucb_scores_as_published() -> None:
    """R / (n + 1) + sqrt(2 ln(step) / (n + 1)); worked out by hand for step 10."""
    pool = corpus(2)
    pool.step = 9
    first, second = pool.nodes
    # 1 / 4 + sqrt(2 ln 10 / 4) = 1.323; 0 + sqrt(2 ln 10 / 3) = 1.239
    first.visits, first.reward, second.visits = 3, 1.0, 2
    assert choose(UCB, pool, Random(0), slot=1).parent == 0

    # 0.5 / 4 makes 1.198.
    pool.step, first.visits, first.reward = 9, 3, 0.5
    assert choose(UCB, pool, Random(0), slot=1).parent == 1


def test_exp3_takes_weight_from_what_did_not_leak() -> None:
    """exp(-25 (1 - share) / (chance * arms)), and never less than gamma / arms to pick."""
    pool = corpus(2)
    pick = choose(EXP3, pool, Random(3), slot=1)
    assert pick.chance == pytest.approx(0.5)

    EXP3.learn(pool, pick, 0.5)
    lost = pool.nodes[pick.parent]
    parents = Counter(picks(EXP3, pool, 2000))

    assert lost.log_weight == pytest.approx(-25 * 0.5 / 0.5 / 2)
    share = 0.95 / (1 + math.exp(12.5)) + 0.025
    assert parents[pick.parent] / 2000 == pytest.approx(share, abs=0.01)


def test_exp3_survives_weights_beyond_any_float() -> None:
    """It reckons in logarithms."""
    pool = corpus(3)
    for _ in range(400):
        EXP3.learn(pool, choose(EXP3, pool, Random(1), slot=1), 0.0)

    assert len(picks(EXP3, pool, 10)) == 10


def test_round_robin_and_none_follow_the_slot() -> None:
    """So that a slot is the same whether those before it ran or not."""
    pool = corpus(3)

    for policy in (ROUND_ROBIN, NONE):
        chosen = [choose(policy, pool, Random(0), slot=slot).parent for slot in (1, 2, 3, 4, 9)]
        assert chosen == [0, 1, 2, 0, 2]


def test_random_picks_each_as_often() -> None:
    """Whatever was rewarded."""
    pool = corpus(4)
    RANDOM.learn(pool, Pick((0,)), 1.0)

    assert min(Counter(picks(RANDOM, pool, 2000)).values()) > 400


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.name)
def test_a_policy_depends_on_its_random_numbers_only(policy: Policy) -> None:
    """Twice the same."""
    assert picks(policy, corpus(8), 30) == picks(policy, corpus(8), 30)


def test_a_tree_that_is_none_is_found_out() -> None:
    """A child knows how deep it is."""
    pool = corpus(1)
    pool.add(mutant("m1"), parent=0).level = 7

    with pytest.raises(AssertionError, match="one level down"):
        pool.check_invariants()


def test_a_pool_needs_a_seed() -> None:
    """There is nothing to breed from otherwise."""
    with pytest.raises(ValueError, match="at least one seed"):
        Corpus([])
