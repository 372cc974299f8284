"""Which answers from before the run a gate may rest on."""

import pytest

from pytest_distill.gates.freshness import Freshness
from pytest_distill.records import Reuse

DAY_S = 86400.0


def reuse(
    *, oldest_s: float | None = DAY_S / 2, undated: int = 0, releases: tuple[str, ...] = ("",)
) -> Reuse:
    """Return three of four answers from the cache."""
    return Reuse(
        answers=4, cached=3, logged=0, undated=undated, oldest_s=oldest_s, releases=releases
    )


def problem(
    found: Reuse, release: str | None = None, *, max_age_s: float | None = DAY_S, fixed: str = ""
) -> str | None:
    """Return why there can be no verdict on a model whose endpoint reports `release`."""
    releases = {} if release is None else {"m": release}
    freshness = Freshness(max_age_s, frozenset({fixed}))
    return next(freshness.problems({"m": found}, releases), None)


def test_old_answers_and_those_of_unknown_age_do_not_count() -> None:
    """How many, how old, and what to do."""
    assert problem(reuse()) is None
    assert problem(reuse(oldest_s=3 * DAY_S)) == (
        "3 of 4 answers of m came from the cache, the oldest 3 days old, and may be of an earlier"
        " release: ask again with --distill-cache off or a deleted cache, raise"
        " --distill-cache-max-age (1 day), or name the release in the spec (?release=NAME)"
    )
    unknown = problem(reuse(oldest_s=None, undated=3))
    assert unknown is not None
    assert "came from the cache, 3 of unknown age, and may be" in unknown


def test_age_is_no_matter_where_it_was_allowed_or_nothing_can_change() -> None:
    """By the user, or by what the model is."""
    old = reuse(oldest_s=None, undated=3)

    assert problem(old, max_age_s=None) is None
    assert problem(old, fixed="m") is None


@pytest.mark.parametrize(
    ("releases", "now", "is_fine"),
    [
        (("m-0613",), "m-0613", True),
        (("fp_abc123",), "fp_abc123", True),
        (("m-0613", "m-0713"), "m-0713", False),
        (("", "m-0613"), "m-0613", False),
        (("fp_abc123",), "fp_abc124", False),
        (("m-0613",), None, False),
    ],
)
def test_old_answers_of_the_release_that_answers_now_count(
    releases: tuple[str, ...],
    now: str | None,
    is_fine: bool,  # noqa: FBT001 - one of three columns
) -> None:
    """All of them have to be."""
    assert (problem(reuse(oldest_s=9 * DAY_S, releases=releases), now) is None) is is_fine


def test_young_answers_of_another_release_do_not_count() -> None:
    """But of another fingerprint they do: one release may have several."""
    other = problem(reuse(releases=("m-0613",)), "m-0713")

    assert other is not None
    assert "they are of m-0613, and m-0713 answers now: ask again" in other
    assert problem(reuse(releases=("fp_abc123",)), "fp_abc124") is None
