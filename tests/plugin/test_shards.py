"""--distill-shard: parts of a run that together are the run."""

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.cli import main
from tests.support.pytest_runs import Run
from tests.support.reports import undated

ARGUMENTS = (
    "--suite=ice",
    "--suite=rse",
    "--suite=fuzz",
    "--distill-limit=20",
    "--model=simulated:qwen?leak=0.4",
    "--model=simulated:glm",
    "--reference=simulated:glm",
    "--reference=simulated:claude",
    "--fuzz-mutations=4",
    "--fuzz-probes=2",
    "-q",
    "--tb=no",
    "-p",
    "no:cacheprovider",
)
GATES = ("ice.strict<=0.9", "ice.loose<=0.01", "rse.overall<=4.99", "fuzz.control<=0.99")
GATED = [f"--distill-gate={gate}" for gate in GATES]

INTERRUPTING = """
    def pytest_runtest_setup(item):
        if "technology" in item.name:
            raise KeyboardInterrupt
"""


def report(log: Path) -> dict[str, Any]:
    """Return the report of a log, as text and without the date."""
    path = log.with_suffix(".json")
    assert main(["report", str(log), "-o", str(path), *(f"--gate={gate}" for gate in GATES)]) == 0
    return undated(path)


def test_the_shards_of_a_run_are_the_run(
    run: Run, inside: Run, pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    """In every number, with workers and after an interruption; two of three decide nothing."""
    pytester.makepyfile(interrupting=INTERRUPTING)
    whole, one, two, three, joined, rest = (
        pytester.path / f"{name}.jsonl" for name in ("whole", "1", "2", "3", "all", "rest")
    )

    inside(*ARGUMENTS, *GATED, f"--distill-run={whole}")
    shard = inside(*ARGUMENTS, *GATED, f"--distill-run={one}", "--distill-shard=1/3")
    broken = run(
        *ARGUMENTS,
        *GATED,
        f"--distill-run={two}",
        "--distill-shard=2/3",
        "-p",
        "interrupting",
    )
    resumed = run(*ARGUMENTS, *GATED, f"--distill-run={two}", "--distill-shard=2/3", "-n2")
    inside(*ARGUMENTS, *GATED, f"--distill-run={three}", "--distill-shard=3/3")
    capsys.readouterr()
    status = main(["merge", str(three), str(one), str(two), "-o", str(joined)])
    told = capsys.readouterr().err
    partial = main(["merge", str(three), str(one), "-o", str(rest)])

    assert shard.ret == 1, "a shard decides no gate"
    shard.stdout.fnmatch_lines(["shard 1 of 3: * of the run's 124 cases; pytest-distill merge*"])
    shard.stdout.no_fnmatch_line("the same command resumes*")
    broken.stdout.fnmatch_lines(["the same command resumes the run from *"])
    resumed.stdout.no_fnmatch_line("the same command resumes*")
    assert (status, partial) == (0, 0)
    assert told == f"127 cases written to {joined}\n"
    assert "shard 2 of 3 is missing" in capsys.readouterr().err
    assert json.dumps(report(joined)) == json.dumps(report(whole))
    found = report(rest)
    assert {gate["verdict"] for gate in found["gates"]} == {"inconclusive"}
    assert all(gate["why"].startswith("shard 2 of 3 is missing") for gate in found["gates"])
    assert found["run"]["shards"] == {"numbers": [1, 3], "of": 3}


def test_a_log_is_resumed_by_its_own_shard_only(inside: Run) -> None:
    """With what differs."""
    ice = ("--suite=ice", "--distill-limit=6", "--model=simulated:qwen")
    inside(*ice, "--distill-run=r.jsonl", "--distill-shard=1/3")

    other = inside(*ice, "--distill-run=r.jsonl", "--distill-shard=2/3")

    assert other.ret is pytest.ExitCode.USAGE_ERROR
    other.stderr.fnmatch_lines(["*shards.numbers: was ?1?, is now ?2?"])


def test_a_users_tests_are_divided_and_failures_run_again(
    inside: Run, pytester: pytest.Pytester
) -> None:
    """Those that ask a model; --lf and -k select within the shard."""
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("n", range(8))
        def test_asks(model, n):
            model.ask("Who are you?")

        def test_asks_nothing():
            pass
        """
    )
    settings = ("--suite=ice", "--model=simulated:qwen?leak=1", "--distill-limit=9", "--tb=no")

    first, second = (
        inside(*settings, ".", f"--distill-run={at}.jsonl", f"--distill-shard={at}/2")
        for at in (1, 2)
    )
    again = inside(*settings, "--lf", "--distill-run=2.jsonl", "--distill-shard=2/2")

    counts = [result.parseoutcomes() for result in (first, second)]
    assert sum(count["failed"] for count in counts) == 9
    assert sum(count["passed"] for count in counts) == 8 + 2
    assert again.parseoutcomes()["failed"] == counts[1]["failed"]
