"""``pytest-distill leaks``: the leaks of a run, from its log."""

import csv
import json
import shlex
from pathlib import Path

import pytest

from pytest_distill.cli import main
from tests.support.run_logs import Log

REPLAY = {"qwen": ("--model=simulated:qwen?leak=0.5&x", "--distill-seed=0")}


def cases(text: str) -> list[str]:
    """Return the cases that are listed."""
    return [line.split()[1] for line in text.splitlines() if line.startswith("  case ")]


def test_leaks_are_listed_with_their_commands(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    """All of them, and how many cases there were."""
    path = str(log("a", leak=0.5, replay=REPLAY))

    status = main(["leaks", path])

    text = capsys.readouterr().out
    commands = [line for line in text.splitlines() if line.startswith("  pytest ")]
    found = cases(text)
    assert status == 0
    assert text.splitlines()[-2:] == [f"{len(found)} leaks", "60 cases, 0 missing"]
    assert len(commands) == len(found) == 20
    for case, command in zip(found, commands, strict=True):
        node = f"distill/ice::test_identity[qwen-{case.removeprefix('ice/')}]"
        assert shlex.split(command) == ["pytest", node, *REPLAY["qwen"]]


@pytest.mark.parametrize(
    ("flags", "kept"),
    [
        (["--suite=ice"], lambda _: True),
        (["--vendor=openai"], lambda _: True),
        (["--vendor=zhipu"], lambda _: False),
        (["--language=zh"], lambda case: case.endswith("-zh")),
    ],
)
def test_leaks_are_filtered(
    log: Log, capsys: pytest.CaptureFixture[str], flags: list[str], kept: object
) -> None:
    """By suite, claimed vendor and language; what is hidden is counted."""
    assert callable(kept)
    path = str(log("a", leak=0.5))
    main(["leaks", path])
    every = cases(capsys.readouterr().out)

    status = main(["leaks", path, *flags])

    text = capsys.readouterr().out
    assert status == 0
    assert cases(text) == [case for case in every if kept(case)]
    assert (f"of {len(every)} in all" in text) == (cases(text) != every)


def test_a_limit_is_said(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    """With how many there are."""
    main(["leaks", str(log("a", leak=1, limit=10)), "--limit", "2"])

    text = capsys.readouterr().out
    assert len(cases(text)) == 2
    assert "2 leaks of 10\n" in text


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--suite=fuzz"], "--suite fuzz: the run has none of that name.\n  there are: ice"),
        (["--vendor=opena"], "Did you mean 'openai'?"),
        (["--language=xx"], "  there are: "),
        (["--limit=0"], "'0' is not a number of leaks: 1 or more"),
        (["--limit=x"], "'x' is not a number of leaks: 1 or more"),
    ],
)
def test_a_filter_that_can_select_nothing_is_refused(
    log: Log, capsys: pytest.CaptureFixture[str], flags: list[str], message: str
) -> None:
    """With what exists."""
    path = str(log("a", leak=0, limit=5))

    try:
        status: object = main(["leaks", path, *flags])
    except SystemExit as end:  # of argparse
        status = end.code

    assert status == 4
    assert message in capsys.readouterr().err


def test_no_leaks_are_said(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    """And what they were looked for in."""
    assert main(["leaks", str(log("a", leak=0, limit=5))]) == 0

    assert capsys.readouterr().out == "0 leaks\n5 cases, 0 missing\n"


def test_a_log_that_is_not_there_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its path."""
    assert main(["leaks", str(tmp_path / "no.jsonl")]) == 4

    assert "no.jsonl cannot be read" in capsys.readouterr().err


def test_gate_shows_the_leaks_behind_it(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    """As the run did: the first ones, each with its command."""
    path = str(log("a", leak=0.5, replay=REPLAY))

    main(["gate", path, "--gate", "ice.strict<=0.02", "--gate", "ice.strict<=0.99"])

    lines = capsys.readouterr().out.splitlines()
    assert next(line.strip() for line in lines if " answers " in line).startswith("FAIL: ")
    assert sum(line.startswith("    pytest 'distill/ice::") for line in lines) == 3


def test_leaks_have_formats(log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each has the same leaks, the worst first, and nothing else on standard output."""
    path = str(log("a", leak=0.5))
    main(["leaks", path])
    every = cases(capsys.readouterr().out)

    found = {}
    for name in ("md", "json", "jsonl", "csv"):
        out = tmp_path / f"leaks.{name}"
        assert main(["leaks", path, "--format", name, "-o", str(out)]) == 0
        found[name] = out.read_text("utf-8")

    rows = [json.loads(line) for line in found["jsonl"].splitlines()]
    assert [row["case"] for row in rows] == every
    assert json.loads(found["json"]) == {"format": "pytest-distill-leaks/1", "leaks": rows}
    assert [row["case"] for row in csv.DictReader(found["csv"].splitlines())] == every
    assert found["md"].startswith(f"## {len(every)} leaks, 60 cases, 0 missing\n")
    assert [line.split()[1] for line in found["md"].splitlines() if "  case  " in line] == every
    assert capsys.readouterr().out == ""
