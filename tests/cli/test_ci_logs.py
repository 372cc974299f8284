"""What names, answers and files hold, where a CI server shows it: no command, no forged line."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from pytest_distill.cli import main
from tests.support.hostile import is_inert
from tests.support.pytest_runs import Run
from tests.support.transcripts import LEAK

FORGED = "=== 41 passed in 0.5s ==="
EVIL = (
    f"\n::error file=a,line=1::x\n  ::add-mask::x\n##[error]x\n##vso[task.setvariable x]\n{FORGED}"
    "\r::stop-commands::x\x1b[2J\u202e\u2028::warning::x\n"
)
NAMES = ("::add-mask::x", "##[error]x", "qwen\n::error::x", f"qwen\n{FORGED}")
JUDGED = {"query": f"Who?{EVIL}", "template": f"Say{EVIL}{{query}}", "response": LEAK + EVIL}


def answers(path: Path) -> Path:
    """Write answers whose every text is hostile."""
    line = {**JUDGED, "id": f"a{EVIL}", "language": f"en{EVIL}", "category": f"team{EVIL}"}
    path.write_text(json.dumps(line) + "\n")
    return path


def harmless(text: str) -> bool:
    """Return whether a log can be shown: no command, and no line that pytest would write."""
    return is_inert(text) and not any(line.startswith("===") for line in text.split("\n"))


@pytest.fixture(params=NAMES)
def folder(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, str]:
    """Give the folder of a run on hostile answers in a file with a hostile name, and that name."""
    monkeypatch.chdir(tmp_path)
    return tmp_path, request.param


def commands(name: str) -> Sequence[Sequence[str]]:
    """Return commands about the run and its files, some of them wrong."""
    file, prompts = f"{name}.jsonl", f"p-{name}.jsonl"
    return [
        ["judge", file, "--facts=glm", "-o", "j.jsonl"],
        ["judge", file],
        ["judge", file, "--facts=glm"],
        ["judge", f"bad-{file}", "--facts=glm"],
        ["judge", f"no-{file}", "--facts=glm"],
        ["gate", "run.jsonl", "--gate=ice.strict<=0.01"],
        ["gate", "run.jsonl", "--gate=ice.strict.zz<=0.01"],
        ["gate", "run.jsonl", f"--gate={name}"],
        ["report", "run.jsonl", "--format=md"],
        ["report", "run.jsonl", "--format=json"],
        ["report", "run.jsonl", "--format=jsonl"],
        ["report", "run.jsonl", "--format=csv"],
        ["leaks", "run.jsonl", "--format=csv"],
        ["compare", "r.json", "run.jsonl", "--format=csv"],
        ["report", "run.jsonl", "--format=json", f"-o={name}.json"],
        ["report", "run.jsonl", f"--format={name}"],
        ["leaks", "run.jsonl"],
        ["leaks", "run.jsonl", "--format=md"],
        ["leaks", "run.jsonl", "--language=zz"],
        ["leaks", "run.jsonl", f"--suite={name}"],
        ["compare", "r.json", "run.jsonl"],
        ["compare", "r.json", "run.jsonl", "--format=md"],
        ["compare", "r.json", "run.jsonl", "--format=json"],
        ["merge", "run.jsonl", "-o", f"{name}.merged"],
        ["plan", "--suite=ice", f"--model=simulated:{name}"],
        ["plan", f"--suite={name}"],
        ["trace", prompts, f"--teacher={name}={file}", f"--teacher=b={prompts}x", "--json=-"],
        ["trace", prompts, f"--teacher={name}={prompts}y", f"--teacher=b={prompts}x", "--json=-"],
        ["trace", prompts, f"--teacher={name}={prompts}y", f"--teacher=b={prompts}x"],
        ["trace", prompts, f"--teacher={name}={file}", f"--teacher={name}={file}"],
        ["trace", prompts, f"--teacher={name}"],
    ]


def test_no_command_shows_what_acts(
    folder: tuple[Path, str], inside: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor does a run; neither in what they find nor in what they refuse."""
    path, name = folder
    file = answers(path / f"{name}.jsonl")
    (path / f"bad-{name}.jsonl").write_text(json.dumps({"query": 1, f"x{EVIL}": EVIL}) + "\n")
    for number, style in enumerate(["", "x", "y"]):
        lines = [
            {"prompt": f"{at}{EVIL}", "response": f"- {at}{EVIL}{'So indeed. ' * number}"}
            for at in range(40)
        ]
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (path / f"p-{name}.jsonl{style}").write_text(text)
    arguments = ("--suite=ice", f"--transcripts={file}", "-rA", "-v", f"--rootdir={path}")

    live = inside(
        *(*arguments, "--facts=glm", f"--distill-run={path}/run.jsonl"),
        *(f"--distill-report=json:{path}/r.json", "--distill-gate=ice.strict<=0.01"),
        f"--distill-report=md:{path}/{name}.md",
    )
    leaking = inside(*arguments, "--facts=glm")
    wrong = inside(*arguments)
    ours = "\n".join(
        line
        for result in (live, leaking, wrong)
        for line in (*result.outlines, *result.errlines)
        # The rules between pytest's own sections.
        if not line.endswith("===")
    )
    capsys.readouterr()

    assert harmless(ours), ours
    assert FORGED not in [*live.outlines, *leaking.outlines]
    for command in commands(name):
        main(command)
        said = capsys.readouterr()
        assert harmless(said.out), (command, said.out)
        assert harmless(said.err), (command, said.err)
        assert "Traceback" not in said.err
