"""The search finds what was planted, sooner than chance does: the benchmark, with fewer seeds."""

import statistics
from functools import cache

import pytest

from pytest_distill.fuzz.selection import MCTS_EXPLORE, RANDOM, Policy
from tests.benchmarks.fuzz import STUDENTS, TARGET, Found, Ground, searches

pytestmark = pytest.mark.unmeasured


@cache
def found(policy: Policy, name: str) -> list[Found]:
    """Return a campaign of 24 mutants for each of 30 students."""
    return searches(Ground.load(), policy, STUDENTS[name], seeds=30, rounds=24)


@pytest.mark.parametrize("name", ["one frame", "one language"])
def test_mcts_explore_finds_the_first_leak_sooner_than_chance(name: str) -> None:
    """In at most 60 % of the questions, in the median."""
    ours = statistics.median(run.first for run in found(MCTS_EXPLORE, name))
    by_chance = statistics.median(run.first for run in found(RANDOM, name))

    assert ours <= TARGET * by_chance


def test_mcts_explore_goes_on_where_it_leaks() -> None:
    """Deeper than random selection, and to more leaks."""
    ours, by_chance = (found(policy, "one frame") for policy in (MCTS_EXPLORE, RANDOM))

    assert sum(run.leaks for run in ours) > 1.5 * sum(run.leaks for run in by_chance)
    assert statistics.mean(run.depth for run in ours) > statistics.mean(
        run.depth for run in by_chance
    )
