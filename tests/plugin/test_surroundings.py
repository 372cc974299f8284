"""Where a run happens: the names of its files, its locale, its folder, the plugins beside it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.pytest_runs import Run
from tests.support.reports import undated

HOME = "I am Qwen, made by Alibaba Cloud. 我是通义千问。"
COMMAND = Path(sys.executable).with_name("pytest-distill")
GATE = "ice.strict<=0.9"

NAMES = {
    "spaces": "my answers",
    "brackets": "a[b]{c}(d)",
    "percent": "50%s %d%%",
    "colons": "a::b",
    "other letters": "Übung 模型",
    "quotes": "a'b\"c",
    "shell": "a#b?c*~",
    "a line end": "a\nb",
    "no UTF-8": os.fsdecode(b"caf\xe9"),
}

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}
"""A locale in which Python knows no letters but those of ASCII."""

BESIDE: dict[str, list[str]] = {
    "pytest_rerunfailures": ["--reruns=2"],
    "pytest_randomly": ["-p", "randomly"],
    "pytest_cov": ["--cov=."],
    "pytest_html": ["--html=r.html"],
    "pytest_sugar": [],
    "pytest_asyncio": [],
}
"""Plugins that are in no group of ours, with what has them act."""


def transcripts(folder: Path, name: str) -> Path:
    """Write eight answers to a file with a name."""
    path = folder / f"{name}.jsonl"
    lines = [{"id": f"q{i}", "query": "Who are you?", "response": HOME} for i in range(8)]
    path.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), "utf-8")
    return path


def arguments(folder: Path, name: str) -> list[str]:
    """Return those of a run whose files all have a name."""
    formats = ("json", "md", "csv", "jsonl")
    return [
        "--suite=ice",
        "--facts=qwen",
        f"--transcripts={transcripts(folder, name)}",
        f"--distill-gate={GATE}",
        f"--distill-run={folder / f'{name}.run'}",
        *(f"--distill-report={kind}:{folder / f'{name}.{kind}.out'}" for kind in formats),
    ]


def judged(folder: Path, name: str) -> dict[str, Any]:
    """Return how many answers the report has, by the name of their file."""
    found = json.loads((folder / f"{name}.json.out").read_text("utf-8"))
    return {label: suites["ice"]["strict"]["n"] for label, suites in found["models"].items()}


def outside(
    *command: str | Path, folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a folder and an environment of its own."""
    return subprocess.run(
        [os.fsencode(part) for part in command],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_files_and_folders_may_have_any_name(
    inside: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Also the folder of the project; a line end is shown as a space, other bytes as escapes."""
    folder = pytester.path / name
    folder.mkdir()
    monkeypatch.chdir(folder)

    result = inside(*arguments(folder, name), f"--rootdir={folder}")

    result.assert_outcomes(passed=9)
    assert judged(folder, name) == {name.replace("\n", " ").replace("\udce9", "\\xe9"): 8}


def test_a_locale_without_other_letters_changes_no_name(
    clean_environment: None, tmp_path: Path
) -> None:
    """Neither in the run, nor where a command reads its log; without a home folder."""
    del clean_environment
    name, environment = "模型", {**ASCII, "HOME": ""}
    gate = ("gate", tmp_path / f"{name}.run", "--gate", GATE)

    run = outside(
        sys.executable,
        "-m",
        "pytest",
        *arguments(tmp_path, name),
        folder=tmp_path,
        environment=environment,
    )
    offline = outside(COMMAND, *gate, folder=tmp_path, environment=environment)

    assert (run.returncode, run.stderr) == (0, b"")
    assert judged(tmp_path, name) == {name: 8}
    assert (offline.returncode, offline.stderr) == (0, b"")
    assert b"gates \\xb7 1 passed" in offline.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_an_output_that_takes_nothing_is_said_in_one_line() -> None:
    """The status is never that of a success."""
    reading, writing = os.pipe()
    os.close(reading)
    found = []

    with Path("/dev/full").open("w") as full, os.fdopen(writing, "w") as broken:
        for output, script in (
            (full, '"$0" schema'),
            (None, '"$0" schema >&-'),
            (broken, '"$0" schema'),
        ):
            run = subprocess.run(
                ["/bin/sh", "-c", script, COMMAND],
                stdout=output,
                stderr=subprocess.PIPE,
                check=False,
                text=True,
            )
            found.append((run.returncode, run.stderr))

    assert found == [
        (4, "pytest-distill: [Errno 28] No space left on device\n"),
        (4, "pytest-distill: standard output is closed\n"),
        (1, ""),
    ]


def test_a_report_on_standard_output_is_utf_8_in_any_locale(tmp_path: Path) -> None:
    """As it is in a file."""
    path = transcripts(tmp_path, "qwen")

    found = outside(
        COMMAND, "judge", path, "-o", "-", "--facts=qwen", folder=tmp_path, environment=ASCII
    )

    assert found.returncode == 0
    assert HOME in json.loads(found.stdout.splitlines()[0].decode("utf-8"))["response"]


@pytest.mark.parametrize("columns", ["1", "0", "-3", "wide"])
def test_a_terminal_of_any_width_shows_the_scorecard(
    inside: Run, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    """Not wider than it needs."""
    monkeypatch.setenv("COLUMNS", columns)

    result = inside("--suite=ice", "--model=simulated:qwen", "--distill-limit=4")

    result.stdout.fnmatch_lines(["ice * qwen * 4 judged, 0 missing *"])


def test_a_cache_that_cannot_be_written_costs_no_run(
    inside: Run, pytester: pytest.Pytester
) -> None:
    """Where warnings are errors pytest itself fails at its end; the report is written by then."""
    (pytester.path / ".pytest_cache").write_text("a file, so that no folder can be there")
    suite = ("--suite=ice", "--model=simulated:qwen", "--distill-limit=4", "-W", "error")

    inside(*suite, f"--distill-report=json:{pytester.path / 'r.json'}")

    found = json.loads((pytester.path / "r.json").read_text("utf-8"))
    assert found["run"]["cases_observed"] == 4


@pytest.mark.parametrize("plugin", BESIDE)
def test_other_plugins_change_no_number(run: Run, pytester: pytest.Pytester, plugin: str) -> None:
    """Whatever they make of tests, their order and their output."""
    pytest.importorskip(plugin, reason="is not installed")
    suite = ("--suite=fuzz", "--model=simulated:qwen?leak=0.5", "--fuzz-mutations=5")
    more = ("--distill-gate=fuzz.loose<=0.99", "--distill-cache=off", "-p", "no:cacheprovider")
    found = []
    for name, other in (("plain", ["-p", "no:randomly"]), ("beside", BESIDE[plugin])):
        path = pytester.path / f"{name}.json"
        run(*suite, *more, *other, f"--distill-report=json:{path}")
        found.append(undated(path))

    assert found[0] == found[1]
