"""--distill-stop: a run ends as soon as every gate is decided."""

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.cli import main
from tests.support.pytest_runs import SHUFFLE, Run
from tests.support.server import Server
from tests.support.writers import WRITERS, answers, prompts, student

SUITE = ("--suite=ice", "--distill-stop", "--distill-cases=162", "-q")
GATE = "ice.strict<=0.1"


def report(path: Path) -> dict[str, Any]:
    """Return what was written."""
    return dict(json.loads(path.read_text()))


@pytest.mark.parametrize("workers", [[], ["-n2"], ["-n2", "--dist=worksteal"]])
def test_a_clear_truth_is_not_paid_for_twice(
    run: Run, tmp_path: Path, workers: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The same verdict in every mode and from the log; what was not asked is skipped."""
    path, log = tmp_path / "r.json", tmp_path / "run.jsonl"

    result = run(
        *SUITE,
        "--model=simulated:qwen?leak=0.5",
        f"--distill-gate={GATE}",
        f"--distill-report=json:{path}",
        f"--distill-run={log}",
        *workers,
    )
    main(["gate", str(log), "--gate", GATE])

    found = report(path)
    (gate,) = found["gates"]
    observed, skipped_early = found["run"]["cases_observed"], found["run"]["cases_skipped_early"]
    assert gate["verdict"] == "fail"
    assert gate["why"] == "8 of 20 answers claim another vendor (40 %, at least 20 %), limit 10 %"
    assert gate["why"] in capsys.readouterr().out
    assert observed + skipped_early == 162
    assert skipped_early > 100
    assert result.parseoutcomes()["skipped"] == skipped_early
    assert result.ret == 1


def test_a_plugin_that_shuffles_tests_leaves_the_looks_in_order(
    inside: Run, pytester: pytest.Pytester
) -> None:
    """The first one decides, as without it."""
    pytester.makepyfile(shuffling=SHUFFLE)
    pytester.syspathinsert()
    path = pytester.path / "r.json"
    gate = (f"--distill-gate={GATE}", f"--distill-report=json:{path}")

    inside(*SUITE, "--model=simulated:qwen?leak=0.5", *gate, "-p", "shuffling")

    assert report(path)["run"]["cases_observed"] == 20


def test_nobody_is_asked_for_what_was_decided(run: Run, server: Server, tmp_path: Path) -> None:
    """Not even ahead."""
    path = tmp_path / "r.json"

    result = run(
        *SUITE,
        f"--model=openai:qwen@{server.url}",
        "--facts=qwen",
        "--distill-gate=ice.strict<=0.3",
        f"--distill-report=json:{path}",
    )

    found = report(path)
    assert found["gates"][0]["verdict"] == "pass"
    assert server.stats()["total"] == found["run"]["cases_observed"] < 60
    result.stdout.fnmatch_lines(["* of 162 cases were enough: *% of the calls were saved"])


def test_each_model_ends_on_its_own(run: Run, tmp_path: Path) -> None:
    """One that is clear early does not wait for one that is not."""
    path = tmp_path / "r.json"

    run(
        *SUITE,
        "--model=simulated:qwen?leak=0.9",
        "--model=simulated:glm?leak=0.12",
        f"--distill-gate={GATE}",
        f"--distill-report=json:{path}",
    )

    cases = report(path)["run"]["cases"]
    assert len(cases["qwen"]["ice"]) == 20
    assert len(cases["glm"]["ice"]) > 20


def test_a_part_of_the_run_never_looks(run: Run, tmp_path: Path) -> None:
    """No look will ever have its cases; nothing waits for it either."""
    path = tmp_path / "r.json"

    run(
        *SUITE,
        "--model=simulated:qwen?leak=0.5",
        f"--distill-gate={GATE}",
        f"--distill-report=json:{path}",
        "-n2",
        "-k",
        "team",
    )

    assert report(path)["run"]["cases_observed"] == 33
    assert report(path)["gates"][0]["verdict"] == "inconclusive"


def test_it_needs_a_gate(refused: Run) -> None:
    """Without one there is nothing that could be decided."""
    result = refused(*SUITE, "--model=simulated:qwen")

    result.stderr.fnmatch_lines(["*--distill-stop ends a run when its gates are decided*"])


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_tracing_asks_until_the_teacher_is_found(
    run: Run, tmp_path: Path, workers: list[str]
) -> None:
    """Without gates; all references of a prompt are asked in the same look."""
    asked = prompts(320)
    said = {name: answers(write, asked, seed=1) for name, write in WRITERS.items()}
    said["pupil"] = student(WRITERS["talker"], WRITERS["lister"], asked, alpha=0.95, seed=2)
    for name, found in said.items():
        lines = ({"prompt": prompt, "response": answer} for prompt, answer in found.items())
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    own = tmp_path / "own.jsonl"
    own.write_text(
        "".join(json.dumps({"id": f"q{n}", "prompt": p}) + "\n" for n, p in enumerate(asked))
    )
    path = tmp_path / "r.json"

    result = run(
        "--suite=rse",
        "--distill-stop",
        "-q",
        f"--prompts={own}",
        f"--model=recorded:{tmp_path}/pupil.jsonl",
        *(f"--reference=recorded:{tmp_path}/{name}.jsonl" for name in WRITERS),
        f"--distill-report=json:{path}",
        *workers,
    )

    written = report(path)
    trace = written["lineage"]["pupil"]
    assert result.ret == 0
    assert (trace["verdict"], trace["set"]) == ("one", ["talker"])
    assert trace["prompts"] * len(WRITERS) == written["run"]["cases_observed"]
    assert trace["prompts"] < len(asked) / 2
    assert written["run"]["cases_skipped_early"] > len(asked) * len(WRITERS) / 2


def test_one_reference_alone_gives_tracing_no_choice(run: Run) -> None:
    """So that nothing would end the run early."""
    result = run(
        "--suite=rse", "--distill-stop", "--model=simulated:a", "--reference=simulated:b", "-q"
    )

    result.stderr.fnmatch_lines(["*--distill-stop ends a run when its gates are decided*"])
