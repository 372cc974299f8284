"""Why a test ended."""

import pytest

from pytest_distill.pytest_hooks.endings import why


def broken() -> None:
    """Fail as a user's code does."""
    message = "no\ndatabase \x1b[2J"
    raise ValueError(message)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (pytest.skip.Exception("not today"), "skipped: not today"),
        (pytest.xfail.Exception("[NOTRUN] known"), "expected to fail: [NOTRUN] known"),
        (pytest.fail.Exception("Timeout (>1.0s)"), "its test failed: Timeout (>1.0s)"),
        (RuntimeError("gone"), "its test failed: RuntimeError: gone"),
    ],
)
def test_a_reason_is_one_sentence(error: BaseException, expected: str) -> None:
    """Of pytest's own exceptions the text is enough."""
    assert why(error) == expected


def test_a_foreign_error_is_shown_as_untrusted_text() -> None:
    """In one line, with where it was raised and nothing that steers a terminal."""
    with pytest.raises(ValueError, match="database") as raised:
        broken()

    text = why(raised.value, is_setup=True)

    assert text.startswith("its set-up failed: ValueError: no database \\x1b[2J (pytest_hooks/")
