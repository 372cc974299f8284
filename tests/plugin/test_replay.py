"""From a red gate to a replayed leak, by what the output itself says."""

import json
import shlex
import xml.etree.ElementTree as ET
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

import pytest

from pytest_distill.cli import main
from tests.support.pytest_runs import Run
from tests.support.transcripts import LEAK

Write = Callable[..., Path]

TABLE = """
[tool.pytest.ini_options]
pythonpath = ["."]

[tool.pytest-distill]
model = ["ours"]
facts = "qwen"
seed = 7
limit = 12
gates = ["ice.vendors.openai<=1%"]
run = "run.jsonl"
reports = ["json:r.json", "md:r.md"]

[tool.pytest-distill.models]
ours = "python:mine:answer"
"""
MODEL = f"""
def answer(prompt):
    return "{LEAK}"
"""


def commands(lines: list[str]) -> list[list[str]]:
    """Return the arguments of the commands that an output gives."""
    found = (line.strip() for line in lines)
    return [shlex.split(line)[1:] for line in found if line.startswith("pytest 'distill/")]


def test_a_stranger_gets_from_a_red_gate_to_a_replayed_leak(
    run: Run, pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    """With everything set in the table; every output gives the same command.

    The replay decides no gate, and leaves run log and reports as they were.
    """
    pytester.makepyprojecttoml(TABLE)
    pytester.makepyfile(mine=MODEL)

    red = run("--suite=ice", "--junitxml=j.xml")
    given = commands(red.outlines)[0]
    before = {path: path.read_bytes() for path in pytester.path.glob("r*.*")}
    replay = run(*given)
    by_id = run(given[0])

    assert red.ret == replay.ret == by_id.ret == 1
    assert {path: path.read_bytes() for path in pytester.path.glob("r*.*")} == before
    for result in (replay, by_id):
        result.assert_outcomes(failed=1, deselected=11)
        result.stdout.fnmatch_lines(["hard leak, claims openai: *", "  answered    | *>>>*"])
        assert commands(result.outlines) == [given]
    assert len(commands(red.outlines)) == 3
    capsys.readouterr()
    main(["leaks", "run.jsonl", "--limit=3"])
    main(["gate", "run.jsonl"])
    assert commands(capsys.readouterr().out.splitlines()) == 2 * commands(red.outlines)
    shown = json.loads(Path("r.json").read_text())["leaks"]
    assert [shlex.split(leak["replay"])[1:] for leak in shown] == commands(red.outlines)
    assert commands(Path("r.md").read_text().splitlines()) == commands(red.outlines)
    failures = ET.parse("j.xml").getroot().iter("failure")  # noqa: S314 - our own file
    assert [commands((each.text or "").splitlines()) for each in failures] == [
        commands(red.outlines)
    ]


def test_transcripts_are_replayed_with_their_path(run: Run, transcripts: Write) -> None:
    """As it is from the folder of the run; ids are quoted as a shell needs them."""
    path = transcripts("qwen", [{"id": "it's", "query": "Who?", "response": LEAK}])

    red = run("--suite=ice", "--transcripts", str(path), "--rootdir=.")
    (given,) = commands(red.outlines)

    assert given[0] == "distill/ice::test_identity[qwen-it_s]"
    assert not any(str(path.parent) in argument for argument in given)
    run(*given).stdout.fnmatch_lines(["hard leak, claims openai: *"])


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ("distill/ice::test_identity[qwen-team-01-en]", "*needs its model: give --model SPEC*"),
        ("../distill/ice::test_identity[qwen-team-01-en]", "*needs its model*"),
        ("distill/gates::ice.strict<=2%[qwen]", "*is a gate*--distill-gate='ice.strict<=2%'*"),
        ("distill/nothing::test_a[b]", "*file or directory not found*"),
    ],
)
def test_an_id_that_nothing_is_known_of_says_what_is_needed(
    refused: Run, node: str, message: str
) -> None:
    """Without options and without an earlier run."""
    result = refused(node)

    assert fnmatch(" ".join(result.errlines), message)


@pytest.mark.parametrize("kept", ["[1]", '{"m": 7}', '{"m": {"folder": 1}}', "{"])
def test_a_cache_that_another_program_wrote_is_no_run(
    refused: Run, pytester: pytest.Pytester, kept: str
) -> None:
    """Whatever it holds."""
    path = pytester.path / ".pytest_cache" / "v" / "distill" / "last-runs"
    path.parent.mkdir(parents=True)
    path.write_text(kept)

    result = refused("distill/ice::test_identity[m-team-01-en]")

    assert "needs its model" in " ".join(result.errlines)


def test_slots_of_a_campaign_are_replayed(run: Run) -> None:
    """Control and confirmation too, with the mutants that were bred before."""
    fuzz = ("--suite=fuzz", "--model=simulated:qwen?leak=0.6", "--fuzz-mutations=5", "--tb=short")
    gates = [f"--distill-gate=fuzz.{name}<=1%" for name in ("control", "loose", "confirmed")]
    red = run(*fuzz, *gates)
    given = {command[0]: command for command in commands(red.outlines)}
    names = {node.partition("qwen-")[2].rstrip("]") for node in given}

    assert {"bare", "confirm"} < names
    for node in ("bare", "confirm"):
        command = given[f"distill/fuzz::test_fuzz[qwen-{node}]"]
        replayed = run(*command)
        leaks = [line for line in replayed.outlines if line.startswith("  case ")]
        assert set(leaks) & {line for line in red.outlines if f"fuzz/{node}" in line}
    fresh = run("-p", "no:cacheprovider", *given["distill/fuzz::test_fuzz[qwen-confirm]"])
    fresh.assert_outcomes(failed=1, deselected=6)
    fresh.stdout.fnmatch_lines(["it depends on the answers of a whole campaign, *"])


def test_a_test_of_your_own_is_replayed_too(run: Run, pytester: pytest.Pytester) -> None:
    """With the options of its run."""
    pytester.makepyfile(
        test_mine="""
        from pytest_distill.records import Case


        def test_it(model, evaluation):
            case = Case(id="mine/a", suite="mine", query="Who made you?", probe_key="a")
            evaluation.require_clean(model, evaluation.observe(model, case))
        """
    )

    result = run("--model=simulated:qwen?leak=1", "test_mine.py")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["  pytest 'test_mine.py::test_it[[]qwen[]]' --model='simulated:qwen?leak=1' *"]
    )


def test_a_replay_repeats_what_addopts_has(run: Run, pytester: pytest.Pytester) -> None:
    """The same value twice is no second model; workers give the same commands."""
    pytester.makeini("[pytest]\naddopts = --model=simulated:qwen?leak=1 --judge=offline -n2")

    red = run("--suite=ice", "--distill-limit=2")
    replay = run(*commands(red.outlines)[0], "-n0")

    red.assert_outcomes(failed=2)
    replay.assert_outcomes(failed=1, deselected=1)


def test_a_question_of_the_bank_is_replayed_beside_an_option_of_the_same_name(
    run: Run, pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    """The gates say how many questions there are, and the replay has no gates."""
    pytester.makepyprojecttoml(TABLE.replace("limit = 12\n", "").replace("<=1%", "<=50%"))
    pytester.makepyfile(mine=MODEL)
    pytester.makeconftest("def pytest_addoption(parser): parser.addoption('--model')")

    run("--suite=ice")
    main(["leaks", "run.jsonl", "--limit=100"])

    # The core has five in each category.
    given = next(
        each
        for each in commands(capsys.readouterr().out.splitlines())
        if "cooperation-06" in each[0]
    )
    assert {"--distill-model=ours", "--distill-cases=100"} < set(given)
    for arguments in (given, given[:1]):
        run(*arguments).assert_outcomes(failed=1, deselected=99)
