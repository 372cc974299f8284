"""Lengths of time."""

import pytest

from pytest_distill.errors import UsageError
from pytest_distill.settings import duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("30m", 1800),
        ("1.5h", 5400),
        (" 1d ", 86400),
        ("2w", 1209600),
        ("0", 0),
        ("forever", None),
    ],
)
def test_a_length_has_a_unit(text: str, seconds: float | None) -> None:
    """Nothing at all needs none."""
    assert duration.read(text, option="--x") == seconds


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("3", "it has no unit"),
        ("2.5", "it has no unit"),
        ("1 year", "it is no duration"),
        ("-1d", "it is no duration"),
        ("off", "it is no duration"),
        ("9" * 5000 + "d", "it is no duration"),
    ],
)
def test_anything_else_says_how_one_reads(text: str, why: str) -> None:
    """And which option it was given to."""
    with pytest.raises(UsageError, match=rf"--x '.*': {why}\n  give a number with s, m, h, d or w"):
        duration.read(text, option="--x")
