"""When a run that may end early looks at its numbers."""

import pytest

from pytest_distill.records import Estimate
from pytest_distill.stats import clustered_rate, looks


def estimate(value: float | None, half: float, *, design_effect: float | None = 1.0) -> Estimate:
    """Return a number with a symmetric interval."""
    return Estimate(
        value=value,
        low=None if value is None else value - half,
        high=None if value is None else value + half,
        n=200,
        clusters=20,
        design_effect=design_effect,
        missing=0,
    )


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        (3000, (187, 375, 750, 1500, 3000)),
        (162, (20, 40, 81, 162)),
        (39, (39,)),
        (0, (0,)),
    ],
)
def test_looks_double_and_end_with_all_cases(cases: int, expected: tuple[int, ...]) -> None:
    """At most five, none at fewer than twenty cases."""
    assert looks.sizes(cases) == expected


def test_all_looks_together_make_the_error_promised() -> None:
    """If they are independent, which is the worst that they can be."""
    each = looks.alpha_of_look(0.05, 5)

    assert 1 - (1 - each) ** 5 == pytest.approx(0.05)
    assert looks.alpha_of_look(0.05, 1) == pytest.approx(0.05)


def test_the_order_is_random_and_the_same_everywhere() -> None:
    """It depends on the seed and the case alone."""
    names = [f"ice/team-{number:02}-en" for number in range(50)]
    one = sorted(names, key=lambda name: looks.order_key(0, name))
    other = sorted(names, key=lambda name: looks.order_key(1, name))

    assert one == sorted(other, key=lambda name: looks.order_key(0, name))
    assert one not in (names, other)
    assert looks.order_key(0, "ice/team-01-en") == "1878ad304569e0b7"


def conditional_power(
    found: Estimate, limit: float, share: float, *, is_rate: bool = False
) -> float:
    """Return the hope at errors of 5 %."""
    return looks.conditional_power(found, limit, share, (0.05, 0.05), is_rate=is_rate)


def test_there_is_little_hope_at_the_limit() -> None:
    """All cases would have to look other than half of them."""
    assert conditional_power(estimate(0.1, 0.05), 0.1, 0.5) < 0.15


@pytest.mark.parametrize("is_rate", [True, False])
def test_there_is_hope_where_a_bound_nearly_clears_the_limit(*, is_rate: bool) -> None:
    """Twice the cases will do, on either side."""
    assert conditional_power(estimate(0.2, 0.05), 0.16, 0.5, is_rate=is_rate) > 0.5
    assert conditional_power(estimate(0.1, 0.05), 0.14, 0.5, is_rate=is_rate) > 0.5


def test_clusters_that_are_known_already_leave_less_hope() -> None:
    """More cases of the same templates tell little."""
    alike = estimate(0.2, 0.05, design_effect=10.0)
    apart = estimate(0.2, 0.05, design_effect=1.0)

    assert conditional_power(alike, 0.16, 0.25) < conditional_power(apart, 0.16, 0.25)


CLUSTERS = [[case % 20 for case in range(60)], [case // 20 for case in range(60)]]


def test_no_leak_in_few_cases_is_no_certainty() -> None:
    """The chance of a rate whose interval has closed at 0 is reckoned at the limit."""
    clean = clustered_rate([0.0] * 60, CLUSTERS, level=0.9)

    assert clean.design_effect is None
    assert 0.1 < conditional_power(clean, 0.4, 0.1, is_rate=True) < 0.9


def test_a_rate_that_only_leaked_is_reckoned_from_below() -> None:
    """The upper end says nothing there; the limit mirrors that of a clean one."""
    leaky = clustered_rate([1.0] * 60, CLUSTERS, level=0.9)
    clean = clustered_rate([0.0] * 60, CLUSTERS, level=0.9)

    mirrored = conditional_power(clean, 0.4, 0.1, is_rate=True)
    assert conditional_power(leaky, 0.6, 0.1, is_rate=True) == pytest.approx(mirrored)


def test_what_is_undefined_may_still_become_anything() -> None:
    """No case has a verdict yet."""
    assert conditional_power(estimate(None, 0.0), 0.1, 0.1) == 1.0
