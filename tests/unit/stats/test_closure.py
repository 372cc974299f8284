"""Closure: which part of the distance from a base to a ceiling is closed."""

# ruff: noqa: S311 - simulated answers

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.records import Estimate
from pytest_distill.stats.closure import closure
from pytest_distill.stats.distributions import t_quantile

SCORES = st.lists(
    st.tuples(*[st.sampled_from([0.0, 0.25, 1.0])] * 3, st.integers(0, 30)),
    min_size=2,
    max_size=60,
)


def rates(size: int, student: float, base: float, ceiling: float) -> Estimate:
    """Return the closure of exact rates, whose cases agree as little as chance lets them."""
    shares = (student, base, ceiling)
    scores = [
        [float(Random(f"{role}/{place}").random() < share) for place in range(size)]
        for role, share in enumerate(shares)
    ]
    for found, share in zip(scores, shares, strict=True):
        off = round(share * size) - round(sum(found))
        for place, score in enumerate(found):
            if off and score == (off < 0):
                found[place] = float(off > 0)
                off -= 1 if off > 0 else -1
    first, second, third = scores
    return closure(first, second, third, range(size))


@pytest.mark.parametrize(
    ("student", "base", "ceiling", "wanted"),
    [(0.81, 0.13, 0.83, 0.97), (0.15, 0.20, 0.31, -0.45), (0.27, 0.20, 0.31, 0.64)],
)
def test_published_figures(student: float, base: float, ceiling: float, wanted: float) -> None:
    """Style, and capability with broad and with local imitation (arXiv 2305.15717)."""
    found = rates(3000, student, base, ceiling)

    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert round(found.value, 2) == wanted
    assert found.low < found.value < found.high


def test_where_the_ceiling_is_no_higher_nothing_can_be_closed() -> None:
    """A teacher that is worse than the base, one that is like it, and one that may be."""
    for ceiling in (0.2, 0.5, 0.52):
        found = rates(200, 0.5, 0.5, ceiling)

        assert (found.value, found.low, found.high) == (None, None, None)
        assert found.n == 200


def test_one_cluster_says_nothing_of_others() -> None:
    """Ten questions about one passage."""
    found = closure([1.0] * 10, [0.0] * 10, [1.0] * 10, ["passage"] * 10, missing=3)

    assert found.value is None
    assert (found.n, found.clusters, found.missing) == (10, 1, 3)


def test_no_case_is_undefined() -> None:
    """As every other number."""
    assert closure([], [], [], []).value is None


def test_a_student_that_never_differs_from_its_teacher_is_not_known_without_error() -> None:
    """The next question may be of another kind."""
    few, many = (closure([1.0] * n, [0.0] * n, [1.0] * n, range(n)) for n in (20, 500))

    assert few.value == many.value == 1
    for found, half in ((few, 0.2), (many, 0.0084)):
        assert found.low == pytest.approx(1 - half, abs=0.06 * half + 0.03)
        assert found.low is not None
        assert found.low < 1
        assert found.design_effect is None


def test_clusters_widen_the_interval() -> None:
    """Five answers of a kind are not five answers."""
    chance = Random(0)
    student, base, ceiling, clusters = [], [], [], []
    for cluster in range(40):
        scores = [float(chance.random() < share) for share in (0.5, 0.1, 0.9)]
        for _ in range(5):
            student.append(scores[0])
            base.append(scores[1])
            ceiling.append(scores[2])
            clusters.append(cluster)

    alone = closure(student, base, ceiling, range(200))
    together = closure(student, base, ceiling, clusters)

    assert together.design_effect == pytest.approx(5, rel=0.1)
    assert _width(together) > 2 * _width(alone)


def test_the_truth_is_held_as_often_as_promised() -> None:
    """Of 400 runs of 80 questions."""
    chance, held = Random(1), 0
    for _ in range(400):
        scores = [[float(chance.random() < share) for _ in range(80)] for share in (0.5, 0.3, 0.8)]
        first, second, third = scores
        found = closure(first, second, third, range(80))
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.4 <= found.high
    assert held / 400 == pytest.approx(0.955, abs=0.03)


@given(SCORES)
def test_bounds_are_where_the_difference_is_just_not_significant(
    cases: list[tuple[float, float, float, int]],
) -> None:
    """Fieller's interval inverts the test of ``rise - closure * distance``."""
    student, base, ceiling, clusters = (list(column) for column in zip(*cases, strict=True))

    found = closure(student, base, ceiling, clusters)

    if found.value is None:
        return
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.value <= found.high
    groups = found.clusters
    unseen = 1 - 0.05 ** (1 / groups)
    for bound in (found.low, found.high):
        rest = [s - b - bound * (c - b) for s, b, c, _ in cases]
        mean = sum(rest) / len(rest)
        sums: dict[int, float] = {}
        for value, cluster in zip(rest, clusters, strict=True):
            sums[int(cluster)] = sums.get(int(cluster), 0.0) + value - mean
        variance = sum(v * v for v in sums.values()) * groups / (groups - 1) / len(rest) ** 2
        half = math.sqrt(t_quantile(0.95, groups - 1) ** 2 * variance + unseen**2 * (1 + bound**2))
        assert abs(mean) == pytest.approx(half, rel=1e-6, abs=1e-7)


def _width(found: Estimate) -> float:
    assert found.low is not None
    assert found.high is not None
    return found.high - found.low
