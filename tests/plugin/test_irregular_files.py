"""What is no file is refused wherever a file is named, before anything is asked; nobody waits."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pytest_distill.cli import main
from tests.support.pytest_runs import Run
from tests.support.transcripts import four_lines

ASKING = ("--suite=ice", "--model=simulated:qwen")
GATED = (*ASKING, "--distill-gate=ice.strict<=baseline+0.1")

OPTIONS: dict[str, Sequence[str]] = {
    "transcripts": ("--suite=ice", "--transcripts={}"),
    "recorded answers": ("--suite=ice", "--facts=qwen", "--model=recorded:{}"),
    "weights": ("--suite=ice", "--facts=qwen", "--model=local:{}.gguf"),
    "facts": (*ASKING, "--facts={}.toml"),
    "prompts": ("--suite=rse", "--model=simulated:a", "--reference=simulated:b", "--prompts={}"),
    "questions": (
        *("--suite=imitation", "--model=simulated:a", "--reference=simulated:b"),
        *("--base=simulated:c", "--prompts={}"),
    ),
    "calibration": (*ASKING, "--distill-calibration={}"),
    "baseline": (*GATED, "--distill-baseline={}"),
    "baseline of a first run": (
        *(*GATED, "--distill-baseline={}"),
        "--distill-baseline-missing=ok",
    ),
    "run log": (*ASKING, "--distill-run={}"),
    "cache": (
        *("--suite=ice", "--facts=qwen", "--model=openai:m@http://127.0.0.1:9?key_env=NONE"),
        "--distill-cache={}",
    ),
    "corpus": ("--suite=fuzz", "--model=simulated:qwen", "--fuzz-corpus={}"),
    "json report": (*ASKING, "--distill-report=json:{}"),
    "html report": (*ASKING, "--distill-report=html:{}"),
}

COMMANDS: dict[str, Sequence[str]] = {
    "judge": ("judge", "{}", "--facts", "glm"),
    "judge, output": ("judge", "qwen.jsonl", "-o", "{}"),
    "calibrate": ("calibrate", "{}"),
    "calibrate, output": ("calibrate", "-o", "{}"),
    "trace": ("trace", "{}", "--teacher", "a=qwen.jsonl"),
    "trace, teacher": ("trace", "qwen.jsonl", "--teacher", "a={}"),
    "compare": ("compare", "{}", "qwen.jsonl"),
    "report": ("report", "{}"),
    "gate": ("gate", "{}", "--gate", "ice.strict<=0.1"),
    "gate, baseline": (
        *("gate", "qwen.jsonl", "--gate", "ice.strict<=baseline+0.1"),
        *("--baseline", "{}"),
    ),
    "leaks": ("leaks", "{}"),
    "merge": ("merge", "{}", "-o", "all.jsonl"),
    "acquire": ("acquire", "{}", "--n", "1", "--strategy", "random"),
}


Write = Callable[..., Path]

TOO_LONG = "x" * 300


def pipe(folder: Path, argument: str) -> str:
    """Return an argument with the name of a pipe, which nobody writes to or reads."""
    if "{}" in argument:
        os.mkfifo(folder / f"pipe{argument.partition('{}')[2]}")
    return argument.format(folder / "pipe")


@pytest.mark.parametrize("role", OPTIONS)
def test_a_pipe_is_a_usage_error(
    refused: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    """One message, which names it."""
    monkeypatch.setenv("NONE", "key")

    result = refused(*(pipe(tmp_path, option) for option in OPTIONS[role]))

    said = " ".join(result.errlines)
    assert "it is a pipe, not a file" in said
    assert str(tmp_path / "pipe") in said


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_refuse_pipes(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    transcripts: Write,
    command: str,
) -> None:
    """As input and as output."""
    transcripts("qwen", four_lines())
    monkeypatch.chdir(tmp_path)

    status = main([pipe(tmp_path, argument) for argument in COMMANDS[command]])

    said = capsys.readouterr().err
    assert status == 4
    assert "it is a pipe, not a file" in said
    assert "Traceback" not in said


def loop(folder: Path, argument: str) -> str:
    """Return an argument with the name of a link to itself."""
    if "{}" in argument:
        path = folder / f"loop{argument.partition('{}')[2]}"
        path.symlink_to(path)
    return argument.format(folder / "loop")


@pytest.mark.parametrize("role", OPTIONS)
def test_what_cannot_be_looked_at_is_a_usage_error(
    refused: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    """Links that lead nowhere, and names that are too long."""
    monkeypatch.setenv("NONE", "key")

    looping = refused(*(loop(tmp_path, option) for option in OPTIONS[role]))
    long = refused(*(option.format(TOO_LONG) for option in OPTIONS[role]))

    assert "Too many levels of symbolic links" in " ".join(looping.errlines)
    assert "File name too long" in " ".join(long.errlines)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_refuse_what_cannot_be_looked_at(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    transcripts: Write,
    command: str,
) -> None:
    """As input and as output."""
    transcripts("qwen", four_lines())
    monkeypatch.chdir(tmp_path)

    assert main([loop(tmp_path, argument) for argument in COMMANDS[command]]) == 4
    assert "Too many levels of symbolic links" in capsys.readouterr().err
    assert main([argument.format(TOO_LONG) for argument in COMMANDS[command]]) == 4
    assert "File name too long" in capsys.readouterr().err


def test_a_table_that_is_a_pipe_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its settings would be lost in silence."""
    os.mkfifo(tmp_path / "pyproject.toml")
    monkeypatch.chdir(tmp_path)

    assert main(["gate", "run.jsonl", "--gate", "ice.strict<=0.1"]) == 4
    assert "pyproject.toml: it is a pipe, not a file" in capsys.readouterr().err
