"""Whether a process lives, as far as one can see."""

import os
import subprocess
import sys

import pytest

from pytest_distill.store.owner import Owner

HERE = Owner.here()


def test_a_living_process_is_not_dead() -> None:
    """Nor is it the same owner twice."""
    again = Owner.here()

    assert not HERE.is_known_dead(seen_from=again)
    assert HERE.token != again.token
    assert HERE.pid == os.getpid()


@pytest.mark.parametrize("started", [HERE.started, ""], ids=["proc", "signal"])
def test_a_process_that_ended_is_dead(started: str) -> None:
    """With ``/proc``, and as seen where there is none."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()

    assert HERE._replace(pid=process.pid, started=started).is_known_dead(seen_from=HERE)


def test_a_pid_that_was_used_again_is_another_process() -> None:
    """It began at another time."""
    if not HERE.started:
        pytest.skip("there is no /proc")

    assert HERE._replace(started="1").is_known_dead(seen_from=HERE)


def test_without_proc_a_pid_that_answers_lives() -> None:
    """Its own, and one of another user."""
    assert not HERE._replace(started="").is_known_dead(seen_from=HERE)
    assert not HERE._replace(started="", pid=1).is_known_dead(seen_from=HERE)


def test_another_machine_cannot_be_looked_into() -> None:
    """A pid means nothing there; its lease decides."""
    assert not HERE._replace(host="elsewhere", pid=2**22 + 1).is_known_dead(seen_from=HERE)
