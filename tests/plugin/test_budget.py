"""--distill-budget: a hard cap, whatever the number of workers."""

import pytest

from tests.support.pytest_runs import Run
from tests.support.server import Server, serving

SIMULATED = ("--suite=ice", "--model=simulated:qwen")


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_past_the_cap_the_rest_is_missing(inside: Run, server: Server, workers: list[str]) -> None:
    """Neither leak nor clean, and the run does not pass."""
    model = f"--model=openai:m@{server.url}"
    budget = "--distill-budget=calls=30"

    result = inside("--suite=ice", "--facts=qwen", model, budget, "--distill-cache=off", *workers)

    result.assert_outcomes(passed=30, failed=132)
    result.stdout.fnmatch_lines(["*30 judged, 132 missing*"])
    assert server.stats()["total"] == 30


def test_a_missing_case_names_the_cap(inside: Run) -> None:
    """In the reason."""
    result = inside(*SIMULATED, "--distill-budget=calls=0", "-x")

    result.stdout.fnmatch_lines(["missing: not asked: --distill-budget calls=0 would be exceeded*"])


def test_the_first_cases_are_paid_first(inside: Run) -> None:
    """In the order of the tests, so that a run can be repeated."""
    result = inside(*SIMULATED, "--distill-budget=calls=40", "-q", "--tb=no")

    assert result.outlines[0].startswith("." * 40 + "F" * 10)


def test_cached_answers_cost_nothing(inside: Run, server: Server) -> None:
    """What was paid for stays paid."""
    suite = ("--suite=ice", "--facts=qwen", f"--model=openai:m@{server.url}")
    inside(*suite, "--distill-limit=20")

    result = inside(*suite, "--distill-limit=20", "--distill-budget=calls=0")

    result.assert_outcomes(passed=20)


def test_tokens_and_dollars_need_a_bound_on_the_answer(inside: Run, server: Server) -> None:
    """Else no cap would hold."""
    suite = ("--suite=ice", "--facts=qwen", "--distill-budget=tokens=3000")
    model = f"--model=openai:m@{server.url}"

    unbound = inside(*suite, model)
    bound = inside(
        *suite, f"{model}?max_tokens=20", "--distill-cache=off", "--distill-fail-on=gate"
    )

    assert unbound.ret is pytest.ExitCode.USAGE_ERROR
    unbound.stderr.fnmatch_lines(["*set a limit*max_tokens=512*"])
    outcomes = bound.parseoutcomes()
    assert outcomes["passed"] >= 20
    assert outcomes["failed"] > 0


def test_dollars_are_a_cap_at_the_users_prices(
    inside: Run, server: Server, pytester: pytest.Pytester
) -> None:
    """At a dollar an answer of ten tokens, and with prompts for nothing."""
    pytester.makepyprojecttoml(
        "[tool.pytest-distill.prices]\nm = { input = 0, output = 100_000 }\n"
    )
    model = f"--model=openai:m@{server.url}?max_tokens=10"

    result = inside(
        "--suite=ice",
        "--facts=qwen",
        model,
        "--distill-budget=usd=5",
        "--distill-fail-on=gate",
        "--distill-concurrency=1",
    )

    assert 5 <= result.parseoutcomes()["passed"] <= 10


def test_a_cap_holds_through_retries(inside: Run) -> None:
    """Each try is a call."""
    with serving("--latency", "0", "--faults", "500=1") as server:
        result = inside(
            "--suite=ice",
            "--facts=qwen",
            f"--model=openai:m@{server.url}",
            "--distill-budget=calls=50",
            "--distill-concurrency=4",
            "--distill-limit=40",
        )
        stats = server.stats()

    assert stats["total"] == 50
    assert result.parseoutcomes()["passed"] <= 25


@pytest.mark.parametrize("budget", ["call=1", "calls=x", "calls", "usd=1"])
def test_a_budget_that_cannot_be_kept_is_a_usage_error(refused: Run, budget: str) -> None:
    """The last one: nobody knows what the model costs."""
    result = refused(
        "--suite=ice",
        "--facts=qwen",
        "--model=openai:m@http://127.0.0.1:9/v1?max_tokens=5",
        f"--distill-budget={budget}",
    )

    result.stderr.fnmatch_lines(["*--distill-budget*"])
