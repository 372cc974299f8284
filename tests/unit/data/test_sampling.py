"""A cap on cases that stays spread."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.data import probes
from pytest_distill.data.sampling import stratified
from pytest_distill.records import Case
from pytest_distill.suites import cases

ALL = cases.from_probes("ice", probes.load_shipped(), 1)


@given(st.integers(1, 200), st.integers(0, 5))
def test_it_takes_as_many_as_asked_for_in_their_order(limit: int, seed: int) -> None:
    """All of them where there are fewer."""
    picked = stratified(ALL, limit, seed=seed)

    assert len(picked) == min(limit, len(ALL))
    assert list(picked) == [case for case in ALL if case in set(picked)]


@given(st.integers(1, 80), st.integers(0, 5))
def test_categories_stay_balanced(limit: int, seed: int) -> None:
    """No category is ahead of another by more than one."""
    counts = Counter(case.category for case in stratified(ALL, limit, seed=seed))

    assert max(counts.values()) - min(counts.values(), default=0) <= 1 or limit < 5


@given(st.integers(1, 100), st.integers(0, 5))
def test_a_larger_limit_keeps_what_a_smaller_one_picked(limit: int, seed: int) -> None:
    """So that a longer run can use the answers of a shorter one."""
    small, large = (stratified(ALL, n, seed=seed) for n in (limit, limit + 10))

    assert set(small) <= set(large)


def test_cases_without_category_or_language_are_sampled_too() -> None:
    """As transcripts may have neither."""
    plain = tuple(Case(id=f"ice/{i}", suite="ice", query="q", probe_key="q") for i in range(9))

    assert len(stratified(plain, 4, seed=0)) == 4
