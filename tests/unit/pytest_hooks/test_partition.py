"""The parts of workers."""

import pytest

from pytest_distill.engine.limits import Share
from pytest_distill.pytest_hooks.xdist import part_of


def by_stem(node_id: str) -> str | None:
    """Return the repeated case of a test."""
    stem, has_number, _ = node_id.partition("#")
    return stem if has_number else None


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (["a", "b", "c", "d"], ([0, 2], [1, 3])),
        (["a#1", "a#2", "b#1", "b#2", "c#1", "c#2"], ([0, 1, 4, 5], [2, 3])),
        (["a#1", "b#1", "c#1", "a#2", "b#2", "c#2"], ([0, 2, 3, 5], [1, 4])),
    ],
)
def test_one_worker_runs_all_tests_of_a_repeated_case(
    ids: list[str], expected: tuple[list[int], ...]
) -> None:
    """Only it knows that there is a verdict already."""
    parts = [list(part_of(ids, Share(index, 2), by_stem)) for index in range(2)]

    assert tuple(parts) == expected


def test_no_more_workers_are_waited_for_than_may_start(pytester: pytest.Pytester) -> None:
    """``--maxprocesses`` comes after ``-n``."""
    pytester.runpytest_subprocess(
        *("--suite=ice", "--model=simulated:qwen", "--distill-limit=4", "-n2", "--maxprocesses=1"),
        *("-p", "no:cacheprovider", "--distill-cache=off"),
        timeout=60,
    ).assert_outcomes(passed=4)


def test_workers_may_be_called_anything(pytester: pytest.Pytester) -> None:
    """``--tx`` names them."""
    pytester.runpytest_subprocess(
        *("--suite=ice", "--model=simulated:qwen", "--distill-limit=4", "--dist=load"),
        *("--tx=popen//id=one", "--tx=popen//id=two", "-p", "no:cacheprovider"),
        "--distill-cache=off",
        timeout=60,
    ).assert_outcomes(passed=4)
