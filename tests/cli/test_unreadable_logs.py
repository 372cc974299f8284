"""Logs that cannot be reported again: status 4 and one sentence, for every command that reads."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.cli import main
from pytest_distill.errors import FileFormatError
from pytest_distill.store import lines
from pytest_distill.store.contents import read_log
from pytest_distill.store.runlog import RunLog
from tests.support.run_logs import Log

COMMANDS = {
    "gate": ["--gate", "ice.strict<=0.5"],
    "report": ["--format", "md"],
    "merge": ["-o", "joined.jsonl"],
}


def sealed(name: str, content: Mapping[str, Any]) -> bytes:
    """Return a line with the right checksum, whatever it holds."""
    text = json.dumps(content).encode()
    if name == "run":
        start = lines.START + b'2", "crc": "'
        return start + b'%b", "run": %b}\n' % (lines.checksum(text), text)
    return b'{"crc": "%b", "%b": %b}\n' % (lines.checksum(text), name.encode(), text)


def changed_header(log: bytes, **changes: object) -> bytes:
    """Return a log whose header says something else."""
    first, rest = log.split(b"\n", 1)
    return sealed("run", {**json.loads(first)["run"], **changes}) + rest


def without(log: bytes, field: str) -> bytes:
    """Return a log whose header lacks a field."""
    first, rest = log.split(b"\n", 1)
    header = json.loads(first)["run"]
    del header[field]
    return sealed("run", header) + rest


def newer_observation(log: bytes) -> bytes:
    """Return a log with an observation that has a field which this version does not know."""
    found = log.split(b"\n")
    at = next(n for n, line in enumerate(found) if b'"observation"' in line)
    observation = json.loads(found[at])["observation"]
    found[at] = sealed("observation", {**observation, "mood": "calm"})[:-1]
    return b"\n".join(found)


UNREADABLE: Mapping[str, tuple[Callable[[bytes], bytes], str]] = {
    "format 1": (
        lambda log: b'{"format": "pytest-distill-run/1", "settings": {}}\n' + log,
        "a run log of an earlier version of pytest-distill (format 1",
    ),
    "format 3": (
        lambda log: log.replace(b"run/2", b"run/3", 1),
        "a run log of a later version of pytest-distill (format 3",
    ),
    "a new setting": (
        lambda log: changed_header(log, mood="calm"),
        "a run of another version of pytest-distill: mood: ",
    ),
    "a setting too few": (
        lambda log: without(log, "plans"),
        "a run of another version of pytest-distill: plans: ",
    ),
    "a new field": (newer_observation, "observation of another version of pytest-distill: mood: "),
    "a plan without cases": (
        lambda log: changed_header(log, plans={"qwen": {"ice": {"looks": []}}}),
        "a run of another version of pytest-distill: plans.qwen.ice.looks: ",
    ),
    "a flipped letter": (
        lambda log: log.replace(b'"ice"', b'"icf"', 1),
        ":1: damaged: its content",
    ),
    "half a header": (lambda log: log[40:], "not a run log: it does not begin with the header"),
    "a cut header": (
        lambda log: log[:60] + b"\n" + log.split(b"\n", 1)[1],
        ":1: damaged: not a line as pytest-distill writes it",
    ),
    "a header in one line with its first case": (
        lambda log: log.replace(b"\n", b" ", 1),
        ":1: damaged: its content has the checksum",
    ),
    "only a part of the header": (lambda log: log.split(b"\n")[0], "not a run log: it is empty"),
    "nothing": (lambda _: b"", "not a run log: it is empty"),
    "something else": (lambda _: b"Dear diary,\n", "not a run log: it does not begin"),
}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("command", COMMANDS)
def test_what_cannot_be_read_is_said_in_one_sentence(
    log: Log,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    name: str,
) -> None:
    """Where it is, what is wrong, and no traceback."""
    monkeypatch.chdir(tmp_path)
    spoil, message = UNREADABLE[name]
    path = tmp_path / "spoilt.jsonl"
    path.write_bytes(spoil(log("a", leak=0.5, limit=3).read_bytes()))

    status = main([command, str(path), *COMMANDS[command]])

    said = capsys.readouterr().err
    assert status == 4
    assert message in said
    assert "spoilt.jsonl" in said
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "joined.jsonl").exists()


@pytest.mark.parametrize("command", ["gate", "report"])
def test_a_suite_that_no_plugin_adds_is_named(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """With what to do: its numbers cannot be made without it."""
    before = log("a", leak=0.5, limit=3).read_bytes()
    header = json.loads(before.split(b"\n")[0])["run"]
    plans = {"qwen": {**header["plans"]["qwen"], "loudness": header["plans"]["qwen"]["ice"]}}
    path = tmp_path / "plugin.jsonl"
    path.write_bytes(changed_header(before, suites=["ice", "loudness"], plans=plans))

    assert main([command, str(path), *COMMANDS[command]]) == 4

    said = capsys.readouterr().err
    assert "the suite 'loudness' of the run comes from a plugin that is not loaded here" in said
    assert "load that plugin with -p MODULE" in said


def test_parts_by_two_versions_are_not_one_run(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One of them may have asked or judged differently."""
    path, other = log("a", leak=0.5, limit=3), tmp_path / "b.jsonl"
    other.write_bytes(changed_header(path.read_bytes(), version="0.0.1"))

    assert main(["gate", str(path), str(other), "--gate", "ice.strict<=0.5"]) == 4
    assert 'version: "' in capsys.readouterr().err
    assert main(["report", str(other), "--format", "md"]) == 0, "alone it can be read"


def test_a_run_does_not_go_on_with_what_it_cannot_read(log: Log, tmp_path: Path) -> None:
    """It is left as it is."""
    path = log("a", leak=0.5, limit=3)
    description = read_log(path).description
    spoilt = tmp_path / "spoilt.jsonl"
    for spoil, _ in UNREADABLE.values():
        content = spoil(path.read_bytes())
        spoilt.write_bytes(content)
        if content.endswith(b"\n"):
            with pytest.raises(FileFormatError):
                RunLog.open(spoilt, description)
            assert spoilt.read_bytes() == content
