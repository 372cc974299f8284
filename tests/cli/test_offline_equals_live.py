"""What a log says of a run is what the run said of itself, however the run ended."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pytest_distill.cli import main
from tests.support.imitation import BASE, TEACHER, student
from tests.support.pytest_runs import Run
from tests.support.server import Server

ICE = ("--suite=ice", "--distill-limit=12", "--model=simulated:qwen?leak=0.4")
FUZZ = (
    "--suite=fuzz",
    "--model=simulated:qwen?leak=0.4",
    "--fuzz-mutations=4",
    "--fuzz-probes=2",
)
RSE = (
    "--suite=rse",
    "--distill-limit=12",
    "--model=simulated:qwen",
    "--reference=simulated:glm",
    "--reference=simulated:claude",
)
IMITATION = (
    "--suite=imitation",
    "--distill-limit=120",
    "--distill-samples=2",
    f"--model={student('style=0.9&knowledge=0.1')}",
    f"--reference={TEACHER}",
    "--reference=simulated:other?accuracy=0.9&manner=designer",
    f"--base={BASE}",
)
GATES = {
    "ice": ("ice.strict<=0.2", "ice.loose<=0.99", "ice.vendors.openai<=0.5", "ice.strict>=0.001"),
    "fuzz": ("fuzz.loose<=0.2", "fuzz.loose<=0.999", "fuzz.control<=0.5", "fuzz.confirmed<=0.9"),
    "imitation": (
        "imitation.style_closure>=0.1",
        "imitation.capability_closure.en<=0.9",
        "imitation.gap<=0.1",
        "imitation.accuracy_teacher>=0.5",
    ),
    "rse": ("rse.overall<=2.5", "rse.style<=4.99", "rse.content>=1.1", "rse.overall<=4.99"),
}


class Ran(NamedTuple):
    """A real run, and what its log says of it."""

    result: pytest.RunResult
    live: dict[str, Any]
    again: dict[str, Any]
    """The report that is made from the log."""
    printed: list[str]
    """The lines of ``pytest-distill gate``."""
    status: int
    """Of ``pytest-distill gate``."""

    @property
    def verdicts(self) -> list[str]:
        """What the gates said while the run was there."""
        return [gate["verdict"] for gate in self.live["gates"]]


Both = Callable[..., Ran]
"""Makes a real run of a suite, with further arguments, and reads its log again."""


@pytest.fixture
def both(run: Run, inside: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Both:
    """Give what makes a real run and reads its log again.

    In this process where nothing is special about it: that takes a third of the time.
    """

    def start(suite: tuple[str, ...], *arguments: str) -> Ran:
        name = suite[0].removeprefix("--suite=")
        log, live, again = tmp_path / "run.jsonl", tmp_path / "live.json", tmp_path / "again.json"
        result = (run if {"-p", "-n2"} & {*arguments} else inside)(
            *suite,
            "-q",
            "--tb=no",
            "-p",
            "no:cacheprovider",
            f"--distill-run={log}",
            f"--distill-report=json:{live}",
            *(f"--distill-gate={gate}" for gate in GATES[name]),
            *arguments,
        )
        gates = [flag for gate in GATES[name] for flag in ("--gate", gate)]
        capsys.readouterr()
        assert main(["report", str(log), "-o", str(again), *gates]) == 0
        capsys.readouterr()
        status = main(["gate", str(log), *gates])
        printed = capsys.readouterr().out.splitlines()
        return Ran(result, read(live), read(again), printed, status)

    return start


def read(path: Path) -> dict[str, Any]:
    """Return a report."""
    return dict(json.loads(path.read_text()))


def assert_equal(ran: Ran) -> None:
    """Hold the log against the run: every number, every verdict, the exit status."""
    assert ran.again["gates"] == ran.live["gates"]
    assert ran.again == ran.live
    told = [f"  {gate['verdict'].upper()}: {gate['why']}" for gate in ran.live["gates"]]
    assert [line for line in ran.printed if line in told] == told
    assert ran.status == int(any(verdict != "pass" for verdict in ran.verdicts))


@pytest.mark.parametrize(
    "suite", [ICE, FUZZ, RSE, IMITATION], ids=["ice", "fuzz", "rse", "imitation"]
)
@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["serial", "n2"])
def test_a_whole_run(both: Both, suite: tuple[str, ...], workers: tuple[str, ...]) -> None:
    """Serial and spread."""
    ran = both(suite, *workers)

    assert_equal(ran)
    assert all(gate["value"] is not None for gate in ran.live["gates"])
    assert set(ran.verdicts) != {"inconclusive"}


@pytest.mark.parametrize(
    ("suite", "chosen"),
    [
        (ICE, "industry or team"),
        (FUZZ, "bare or mut001 or mut002"),
        (FUZZ, "mut003"),
        (RSE, "glm"),
    ],
)
def test_a_part_of_a_run(both: Both, suite: tuple[str, ...], chosen: str) -> None:
    """No gate is decided on a part, and neither is one from the log."""
    ran = both(suite, "-k", chosen)

    assert_equal(ran)
    assert ran.live["run"]["cases_observed"]
    assert set(ran.verdicts) == {"inconclusive"}


@pytest.mark.parametrize(
    "gate", ["fuzz-control.vendors.openai<=0.0001", "regression.loose<=0.1", "fuzz.loos<=0.1"]
)
def test_a_gate_on_what_was_not_measured_is_refused(
    both: Both, tmp_path: Path, capsys: pytest.CaptureFixture[str], gate: str
) -> None:
    """Status 4: no gate is ever dropped in silence."""
    both(FUZZ)

    status = main(["gate", str(tmp_path / "run.jsonl"), "--gate", gate])

    assert status == 4
    assert f"gate '{gate}'" in capsys.readouterr().err


INTERRUPTING = """
    import pytest

    count = 0

    def pytest_runtest_setup(item):
        global count
        count += 1
        if count == 4:
            raise KeyboardInterrupt
"""


@pytest.mark.parametrize(
    "suite", [ICE, FUZZ, RSE, IMITATION], ids=["ice", "fuzz", "rse", "imitation"]
)
def test_an_interrupted_run(
    both: Both,
    pytester: pytest.Pytester,
    suite: tuple[str, ...],
) -> None:
    """What was answered ahead of the tests that did not come is no part of it."""
    pytester.makepyfile(interrupting=INTERRUPTING)

    ran = both(suite, "-p", "interrupting")

    assert ran.result.ret is pytest.ExitCode.INTERRUPTED
    assert_equal(ran)
    assert set(ran.verdicts) == {"inconclusive"}
    assert all("the run was interrupted" in gate["why"] for gate in ran.live["gates"])


CRASHING = """
    import os
    import pytest

    def pytest_runtest_call(item):
        if {when} and "PYTEST_XDIST_WORKER" in os.environ:
            os._exit(1)
"""


@pytest.mark.parametrize(
    ("suite", "when"),
    [
        (ICE, "'team' in item.name and not os.path.exists('x') and not open('x', 'x').close()"),
        (ICE, "'industry' in item.name"),
        (FUZZ, "'mut002' in item.name"),
        (RSE, "'glm' in item.name and not os.path.exists('x') and not open('x', 'x').close()"),
    ],
    ids=["ice-once", "ice-often", "fuzz", "rse"],
)
def test_a_run_whose_workers_crashed(
    both: Both,
    pytester: pytest.Pytester,
    suite: tuple[str, ...],
    when: str,
) -> None:
    """Their cases are lost, also where the log has an answer that nobody reported."""
    pytester.makepyfile(crashing=CRASHING.format(when=when))

    ran = both(suite, "-n2", "--max-worker-restart=10", "-p", "crashing")

    assert_equal(ran)
    assert set(ran.verdicts) != {"pass"}
    ran.result.stdout.fnmatch_lines(["*crashed*"])


SLOW = """
    import time

    def pytest_runtest_setup(item):
        time.sleep(0.2)
"""


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["serial", "n2"])
@pytest.mark.parametrize("suite", [ICE, FUZZ], ids=["ice", "fuzz"])
def test_a_run_that_ends_with_its_first_failure(
    both: Both,
    pytester: pytest.Pytester,
    suite: tuple[str, ...],
    workers: tuple[str, ...],
) -> None:
    """-x: what was answered ahead is no part of it."""
    pytester.makepyfile(slow=SLOW)

    early = ("-x", "--distill-fail-on=leak", "-p", "slow")

    ran = both((*suite, "--model=simulated:glm?leak=1"), *early, *workers)

    assert_equal(ran)
    assert "inconclusive" in ran.verdicts
    assert ran.live["run"]["cases_observed"] < ran.live["run"]["cases_expected"]


@pytest.mark.parametrize(
    ("suite", "missing"),
    [(ICE, "qwen?missing=0.3&leak=0.4"), (FUZZ, "qwen?missing=0.3"), (RSE, "qwen?missing=0.3")],
    ids=["ice", "fuzz", "rse"],
)
def test_a_run_with_missing_answers(both: Both, suite: tuple[str, ...], missing: str) -> None:
    """They are missing in both."""
    others = tuple(option for option in suite if not option.startswith("--model="))

    ran = both((*others, f"--model=simulated:{missing}"))

    assert_equal(ran)


@pytest.mark.parametrize(
    "suite", [ICE, FUZZ, RSE, IMITATION], ids=["ice", "fuzz", "rse", "imitation"]
)
def test_a_run_whose_budget_was_spent(both: Both, suite: tuple[str, ...]) -> None:
    """Its last cases were not asked."""
    ran = both(suite, "--distill-budget=calls=9", "--distill-cache=off", "--distill-concurrency=1")

    assert_equal(ran)
    assert set(ran.verdicts) == {"inconclusive"}
    assert all("budget was spent" in gate["why"] for gate in ran.live["gates"])


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["serial", "n2"])
def test_a_run_that_ends_when_it_is_decided(both: Both, workers: tuple[str, ...]) -> None:
    """--distill-stop: at an early look, with what was saved."""
    suite = ("--suite=ice", "--model=simulated:qwen?leak=1", "--distill-limit=80")

    ran = both((*suite, "--distill-stop", "--model=simulated:glm?leak=0"), *workers)

    assert_equal(ran)
    assert ran.live["run"]["cases_observed"] < 160


def test_a_run_that_went_on(both: Both, pytester: pytest.Pytester) -> None:
    """What an earlier session said of its end is over."""
    pytester.makepyfile(interrupting=INTERRUPTING)
    both(ICE, "-p", "interrupting")

    ran = both(ICE)

    assert_equal(ran)
    assert ran.live["run"]["cases_observed"] == 12
    assert not any("interrupted" in gate["why"] for gate in ran.live["gates"])


def test_a_campaign_that_asks_known_leaks_again(both: Both, tmp_path: Path) -> None:
    """They are cases beside the plan."""
    corpus = f"--fuzz-corpus={tmp_path / 'leaks.jsonl'}"
    first = both(FUZZ, corpus)
    (tmp_path / "run.jsonl").unlink()

    second = both(FUZZ, corpus)
    (tmp_path / "run.jsonl").unlink()
    part = both(FUZZ, corpus, "-k", "bare or regression")

    assert "regression" not in first.live["models"]["qwen"]
    for ran in (first, second, part):
        assert_equal(ran)
        assert ran is first or ran.live["models"]["qwen"]["regression"]["loose"]["n"]


@pytest.mark.parametrize("dist", ["worksteal", "loadgroup"])
def test_a_campaign_out_of_order(both: Both, dist: str) -> None:
    """It is not reproducible, and the log says so too."""
    ran = both(FUZZ, "-n2", f"--dist={dist}")

    assert_equal(ran)
    assert not ran.live["models"]["qwen"]["fuzz"]["campaign"]["is_reproducible"]


@pytest.mark.parametrize(
    "judges", [("offline", "openai:j@{}"), ("cascade:openai:j@{}",)], ids=["panel", "cascade"]
)
def test_a_run_with_judging_models(both: Both, server: Server, judges: tuple[str, ...]) -> None:
    """Their votes, their agreement and their canaries."""
    names = [f"--judge={judge.format(server.url)}" for judge in judges]

    ran = both(ICE, *names, "--distill-cache=off")

    assert_equal(ran)
    assert ran.live["run"]["canaries"]["asked"] == 4


def test_a_run_with_two_parts_in_one_log(both: Both) -> None:
    """What an earlier session reported is part of the run; nobody reports both parts live."""
    first = both(ICE, "-k", "team or industry")
    rest = both(ICE, "-k", "not team and not industry")
    whole = both(ICE)

    assert_equal(first)
    assert_equal(whole)
    assert rest.live["run"]["cases_observed"] < rest.again["run"]["cases_observed"] == 12
    # They say how old the answers of the earlier sessions are, which differs.
    for gate in (*rest.again["gates"], *whole.live["gates"]):
        gate["why"] = gate["why"].partition(" (")[0]
    assert rest.again["gates"] == whole.live["gates"]
