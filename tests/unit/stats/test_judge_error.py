"""Rates corrected for the judge's errors."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.records import Accuracy, Estimate
from pytest_distill.stats.clustered import clustered_rate
from pytest_distill.stats.judge_error import accuracy_rate, prediction_powered, rogan_gladen
from tests.support.known_answers import PREDICTION_POWERED, ROGAN_GLADEN

NOWHERE: list[list[int]] = []


def accuracy(found: int, leaks: int, cleared: int, clean: int) -> Accuracy:
    """Return how a judge did."""
    return Accuracy(
        sensitivity=accuracy_rate(found, leaks), specificity=accuracy_rate(cleared, clean)
    )


def rate(leaks: int, cases: int, *, level: float = 0.95) -> Estimate:
    """Return a raw rate of independent cases."""
    return clustered_rate([1] * leaks + [0] * (cases - leaks), NOWHERE, level=level)


@pytest.mark.parametrize(("given_", "known"), ROGAN_GLADEN.items())
def test_rogan_gladen_gives_what_other_programs_do(
    given_: tuple[int, int, int, int, int, int, float], known: tuple[float, float, float]
) -> None:
    """For independent cases, to the last digits."""
    leaks, cases, found, tried, cleared, clean, level = given_

    estimate = rogan_gladen(
        rate(leaks, cases, level=level), accuracy(found, tried, cleared, clean), level=level
    )

    assert (estimate.value, estimate.low, estimate.high) == pytest.approx(known, abs=1e-12)


def test_clusters_stay_in_the_interval() -> None:
    """Ten cases that are copies of each other are worth one."""
    judge = accuracy(90, 100, 95, 100)
    cases = [i % 3 == 0 for i in range(60)]
    copies = [leak for leak in cases for _ in range(10)]

    alone = rogan_gladen(clustered_rate(cases, NOWHERE), judge)
    copied = clustered_rate(copies, [[i // 10 for i in range(600)]])
    together = rogan_gladen(copied, judge)

    assert together.value == pytest.approx(alone.value)
    assert width(together) == pytest.approx(width(alone), rel=0.2)
    assert (together.clusters, together.design_effect) == (60, copied.design_effect)


def width(estimate: Estimate) -> float:
    """Return how wide the interval is."""
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.high - estimate.low


@settings(max_examples=200)
@given(
    leaks=st.integers(0, 200),
    found=st.integers(0, 100),
    cleared=st.integers(0, 100),
    level=st.sampled_from([0.5, 0.9, 0.95, 0.99]),
)
def test_a_corrected_rate_is_a_rate(leaks: int, found: int, cleared: int, level: float) -> None:
    """With its value inside, or undefined; the counts are those of the raw one."""
    raw = rate(leaks, 200, level=level)

    estimate = rogan_gladen(raw, accuracy(found, 100, cleared, 100), level=level)

    if estimate.value is None:
        assert (estimate.low, estimate.high) == (None, None)
    else:
        assert estimate.low is not None
        assert estimate.high is not None
        assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
    assert (estimate.n, estimate.missing) == (200, 0)


def test_a_judge_of_which_much_is_known_and_who_never_errs_changes_little() -> None:
    """The correction vanishes."""
    raw = rate(30, 200)

    estimate = rogan_gladen(raw, accuracy(10**6, 10**6, 10**6, 10**6))

    assert estimate.value == pytest.approx(raw.value)
    assert width(estimate) == pytest.approx(width(raw), rel=0.05)


@pytest.mark.parametrize(
    "judge",
    [
        accuracy(50, 100, 50, 100),
        accuracy(10, 100, 20, 100),
        accuracy(0, 0, 90, 100),
        accuracy(90, 100, 0, 0),
        # Better than chance by one case in a million, and not once smoothed.
        accuracy(1, 1, 1, 1_000_000),
        # Here it raises fewer alarms than it ever did there.
        accuracy(95, 100, 90, 100),
    ],
)
def test_a_judge_that_says_nothing_of_the_truth_corrects_nothing(judge: Accuracy) -> None:
    """Undefined, not 0."""
    estimate = rogan_gladen(rate(10, 1000), judge)

    assert (estimate.value, estimate.low, estimate.high) == (None, None, None)


def test_a_judge_that_finds_more_than_it_can_corrects_nothing_either() -> None:
    """It found half of the leaks on gold, and sees one in each answer here."""
    assert rogan_gladen(rate(1000, 1000), accuracy(500, 1000, 999, 1000)).value is None


def test_where_nothing_was_judged_nothing_is_corrected() -> None:
    """The raw rate is undefined too."""
    assert rogan_gladen(clustered_rate([], NOWHERE), accuracy(9, 10, 9, 10)).value is None


def drawn(seed: int, cases: int, share: float) -> list[tuple[bool, float | None]]:
    """Return what a judge that errs in 8 % says, and the truth of a share of the cases."""
    rng = random.Random(seed)  # noqa: S311 - an example, not a secret
    rows: list[tuple[bool, float | None]] = []
    for _ in range(cases):
        truth = rng.random() < 0.3
        said = truth if rng.random() < 0.92 else not truth
        rows.append((said, float(truth) if rng.random() < share else None))
    return rows


@pytest.mark.parametrize(("given_", "known"), PREDICTION_POWERED.items())
def test_prediction_powered_gives_what_its_authors_do(
    given_: tuple[int, int, float, float | None], known: tuple[float, float, float]
) -> None:
    """Theirs weighs the cases without a label only, and trusts a small sample more."""
    seed, cases, share, weight = given_
    rows = drawn(seed, cases, share)
    labelled = sum(label is not None for _, label in rows) / cases
    own = None if weight is None else weight / (1 - labelled)

    estimate = prediction_powered(
        [said for said, _ in rows], [label for _, label in rows], NOWHERE, weight=own
    )

    assert estimate.value == pytest.approx(known[0], abs=1e-12 if own is not None else 1e-4)
    assert known[2] - known[1] < width(estimate) < 1.2 * (known[2] - known[1])


def test_labels_that_agree_with_every_prediction_correct_nothing() -> None:
    """But the interval is wider: the sample could have missed a disagreement."""
    said = [i % 4 == 0 for i in range(400)]
    labels = [float(leak) if i % 20 < 3 else None for i, leak in enumerate(said)]

    estimate = prediction_powered(said, labels, NOWHERE)

    raw = clustered_rate(said, NOWHERE)
    assert estimate.value == pytest.approx(raw.value)
    assert width(estimate) > width(raw)


def test_clusters_widen_the_interval() -> None:
    """The disagreements come in one cluster."""
    said = [False] * 200
    labels = [float(i < 20) if i % 2 else None for i in range(200)]

    alone = prediction_powered(said, labels, NOWHERE)
    together = prediction_powered(said, labels, [[i // 20 for i in range(200)]])

    assert together.value == alone.value == pytest.approx(0.1)
    assert width(together) > width(alone)


def test_settled_cases_need_no_label() -> None:
    """The rate over all is the one over both parts."""
    said = [True] * 50 + [False] * 150
    labels = [None] * 50 + [float(i % 10 == 0) if i < 100 else None for i in range(150)]

    estimate = prediction_powered(
        said, labels, NOWHERE, is_settled=[True] * 50 + [False] * 150, weight=1.0
    )

    assert estimate.value == pytest.approx((50 + 150 * 0.1) / 200)


def test_where_all_is_settled_the_raw_rate_stands() -> None:
    """Nothing is left to correct."""
    said = [True, False, True, False]

    estimate = prediction_powered(said, [None] * 4, NOWHERE, is_settled=[True] * 4)

    assert estimate == clustered_rate(said, NOWHERE)


def test_without_labels_there_is_no_corrected_rate() -> None:
    """Undefined, not the raw one."""
    estimate = prediction_powered([True, False], [None, None], NOWHERE)

    assert (estimate.value, estimate.low, estimate.high) == (None, None, None)


def test_one_case_is_not_enough_to_break_it() -> None:
    """Nor are cases that are all the same."""
    estimate = prediction_powered([True], [1.0], NOWHERE)

    assert estimate.value == 1
    assert width(estimate) > 0.5


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from([None, 0.0, 1.0]), st.booleans()),
        min_size=1,
        max_size=30,
    )
)
def test_a_prediction_powered_rate_is_a_rate(rows: list[tuple[bool, float | None, bool]]) -> None:
    """Or undefined, whatever comes."""
    estimate = prediction_powered(
        [said for said, _, _ in rows],
        [label for _, label, _ in rows],
        [[i % 3 for i in range(len(rows))]],
        is_settled=[own for _, _, own in rows],
    )

    if estimate.value is not None:
        assert estimate.low is not None
        assert estimate.high is not None
        assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1


def test_accuracy_without_a_known_answer_is_undefined() -> None:
    """Missing ones are counted."""
    estimate = accuracy_rate(0, 0, missing=3)

    assert (estimate.value, estimate.n, estimate.missing) == (None, 0, 3)
