"""Why a test ended without an observation."""

import pytest

from pytest_distill.errors import failure
from pytest_distill.pytest_hooks.keys import WHY_ENDED
from pytest_distill.text import one_line

CRASHED = "its worker crashed"

_NOT_ASKED = "its test ended without asking"


def note(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Keep the first reason why a test ended; a test that runs again has a new one."""
    if call.when == "setup" and WHY_ENDED in item.stash:
        del item.stash[WHY_ENDED]
    if call.excinfo is not None:
        reason = why(call.excinfo.value, is_setup=call.when == "setup")
        item.stash.setdefault(WHY_ENDED, reason)


def reason_of(item: pytest.Item) -> str:
    """Return why the test ended."""
    return item.stash.get(WHY_ENDED, _NOT_ASKED)


def why(error: BaseException, *, is_setup: bool = False) -> str:
    """Return why a test ended without an answer.

    Args:
        error: that ended it.
        is_setup: whether a fixture or a hook raised it before the test itself ran.
    """
    if isinstance(error, pytest.skip.Exception):
        return one_line(f"skipped: {error}")
    if isinstance(error, pytest.xfail.Exception):
        return one_line(f"expected to fail: {error}")
    # What pytest raises to end a test says it all, and where it was raised says nothing.
    text = str(error) if isinstance(error, pytest.fail.Exception) else failure(error)
    return one_line(f"{'its set-up failed' if is_setup else 'its test failed'}: {text}")
