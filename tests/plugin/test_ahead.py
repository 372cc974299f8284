"""Look-ahead: the server is kept busy, and asked for nothing that no test needs."""

import time

import pytest

from tests.support.pytest_runs import Run
from tests.support.server import Server, serving


def suite(server: Server, *arguments: str) -> tuple[str, ...]:
    """Return the arguments of a run against `server`."""
    return ("--suite=ice", "--facts=qwen", f"--model=openai:m@{server.url}", *arguments)


def test_requests_are_in_flight_together(run: Run) -> None:
    """As many as asked for, never more; one after the other this takes 30 s."""
    with serving("--latency", "0.3") as server:
        started = time.monotonic()
        result = run(*suite(server, "--distill-limit=100", "--distill-concurrency=20"))
        seconds = time.monotonic() - started
        stats = server.stats()

    result.assert_outcomes(passed=100)
    assert stats["total"] == 100
    assert 15 <= stats["max_in_flight"] <= 20
    assert seconds < 15


@pytest.mark.parametrize("workers", [1, 4])
def test_workers_share_the_requests_in_flight(run: Run, workers: int) -> None:
    """All of them together keep to the limit, and each looks ahead on its part."""
    with serving("--latency", "0.3") as server:
        result = run(
            *suite(server, "--distill-limit=100", "--distill-concurrency=20"), f"-n{workers}"
        )
        stats = server.stats()

    result.assert_outcomes(passed=100)
    assert stats["total"] == 100
    assert 10 <= stats["max_in_flight"] <= 20


@pytest.mark.parametrize("dist", ["worksteal", "loadscope", "loadfile"])
def test_other_modes_ask_each_question_once(run: Run, server: Server, dist: str) -> None:
    """Without looking ahead, since nobody knows who will run what."""
    result = run(*suite(server, "--distill-limit=20"), "-n2", f"--dist={dist}")

    result.assert_outcomes(passed=20)
    assert server.stats()["total"] == 20


def test_x_stops_asking(run: Run) -> None:
    """What is in flight when the first leak is seen is all that was asked in vain."""
    with serving("--latency", "0.2", "--answer", "I am ChatGPT, made by OpenAI.") as server:
        result = run(*suite(server, "--distill-concurrency=8"), "-x")
        stats = server.stats()

    result.assert_outcomes(failed=1)
    assert stats["total"] < 60


def test_deselected_and_skipped_cases_are_never_asked(
    run: Run, server: Server, pytester: pytest.Pytester
) -> None:
    """Neither by -k nor by a conftest's marks."""
    pytester.makeconftest(
        """
        import pytest

        def pytest_collection_modifyitems(items):
            for item in items[::2]:
                item.add_marker(pytest.mark.skip(reason="not today"))
        """
    )

    result = run(*suite(server), "-k", "team-01")

    outcomes = result.parseoutcomes()
    assert (outcomes["passed"], outcomes["skipped"]) == (5, 5)
    assert server.stats()["total"] == outcomes["passed"]


def test_the_order_of_the_tests_is_pytests_own(run: Run, server: Server) -> None:
    """Whatever comes first from the server."""
    result = run(*suite(server, "--distill-limit=12"), "-v")
    collected = run(*suite(server, "--distill-limit=12"), "--collect-only", "-q")

    ran = [line.split()[0] for line in result.outlines if "PASSED" in line]
    assert ran == [line for line in collected.outlines if "::" in line]


def test_a_crashed_worker_loses_its_running_case_only(
    run: Run, server: Server, pytester: pytest.Pytester
) -> None:
    """The rest of its part is run by others, and the crash is reported."""
    pytester.makeconftest(
        """
        import os

        def pytest_runtest_protocol(item):
            if "team-02-zh" in item.nodeid:
                os._exit(1)
        """
    )

    result = run(*suite(server), "-n2")

    outcomes = result.parseoutcomes()
    assert (outcomes["passed"], outcomes["failed"]) == (161, 1)
    result.stdout.fnmatch_lines(["*worker*crashed while running*team-02-zh*"])
    result.stdout.fnmatch_lines(["*161 judged*"])
