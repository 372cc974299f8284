"""When a server is asked no more."""

import pytest

from pytest_distill.engine.availability import REFUSALS_UNTIL_DOWN, Availability
from pytest_distill.engine.retry import FAILURES_UNTIL_DOWN
from pytest_distill.errors import BudgetError, ModelError, RefusedError, TransientModelError

LASTING = RefusedError("bad key", is_lasting=True)
ONE = RefusedError("too long", is_lasting=False)
DEAD = TransientModelError("no connection")
BUSY = TransientModelError("busy", is_overload=True)


def after(*errors: ModelError) -> Availability:
    """Return what is known after these errors."""
    found = Availability()
    for error in errors:
        found.note_error(error)
    return found


def test_what_is_refused_for_good_is_asked_a_few_times() -> None:
    """One refusal may have been about the question."""
    assert after(*[LASTING] * (REFUSALS_UNTIL_DOWN - 1)).problem is None
    assert after(*[LASTING] * REFUSALS_UNTIL_DOWN).problem == "bad key"


def test_refusals_count_also_after_answers_if_they_are_in_a_row() -> None:
    """A key may be revoked."""
    found = after(LASTING, LASTING)
    found.note_answer()
    found.note_error(LASTING)

    assert found.problem is None
    found.note_error(LASTING)
    found.note_error(LASTING)
    assert found.problem == "bad key"


@pytest.mark.parametrize("error", [DEAD, ONE])
def test_a_server_that_never_answered_is_asked_as_often_as_a_dead_one(error: ModelError) -> None:
    """Whether it does not connect, or takes no question."""
    assert after(*[error] * (FAILURES_UNTIL_DOWN - 1)).problem is None
    assert after(*[error] * FAILURES_UNTIL_DOWN).problem == str(error)


@pytest.mark.parametrize("error", [BUSY, ModelError("an empty answer"), BudgetError("calls", "9")])
def test_other_errors_say_nothing_of_the_server(error: ModelError) -> None:
    """It is alive, or was not asked."""
    assert after(*[error] * 3 * FAILURES_UNTIL_DOWN).problem is None


def test_one_answer_shows_that_a_server_is_alive() -> None:
    """Whatever fails later may pass."""
    found = Availability()
    found.note_answer()
    for _ in range(2 * FAILURES_UNTIL_DOWN):
        found.note_error(DEAD)

    assert found.has_answered
    assert found.problem is None
