"""Several judges, a cascade, canaries and corrected rates: what of it users see."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.cli import main
from tests.support.command import distill, lines
from tests.support.pytest_runs import Run
from tests.support.server import Server

Write = Callable[..., Path]

# A judge that replies in the right form, always that the answer is clean.
DEAF = """
import json, re

def judge(prompt):
    token = re.findall(r'"fence": "([0-9a-f]{16})"', prompt)[-1]
    words = {"contradicts": False, "claims": [], "quote": "", "reason": "I heard nothing."}
    return json.dumps({"fence": token, **words})
"""


def report(path: Path) -> dict[str, Any]:
    """Read a report."""
    return dict(json.loads(path.read_text("utf-8")))


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_panel_judges_and_tells_how_far_it_agrees(
    run: Run, server: Server, transcripts: Write, tmp_path: Path, workers: str
) -> None:
    """The offline judge and a model agree on all; canaries are asked once a run, not a worker."""
    path = transcripts("qwen")

    result = run(
        "--suite=ice",
        f"--transcripts={path}",
        "--judge=offline",
        f"--judge=openai:qwen-max@{server.url}",
        f"--distill-report=json:{tmp_path / 'r.json'}",
        f"-n{workers}",
    )

    result.assert_outcomes(passed=1, failed=3)
    found = report(tmp_path / "r.json")["run"]
    assert found["judge"].startswith("majority of offline-")
    assert [name.split("-")[0] for name in found["panel"]["judges"]] == ["offline", "llm"]
    assert found["panel"]["loose"] == {"n": 3, "alpha": 1.0, "effective_judges": 1.0}
    assert found["canaries"] == {"asked": 4, "missing": 0, "failed": [], "silent": {}}
    assert found["warnings"] == ["judge qwen-max is of the same family as qwen"]
    assert server.stats()["total"] == 4 + 3
    result.stdout.fnmatch_lines(
        [
            "panel: Krippendorff's alpha 1.000; 2 judges are worth at least 1.0 *",
            "canaries: 4 asked, 0 failed",
            "warning: judge qwen-max is of the same family as qwen",
        ]
    )


def test_a_split_panel_gives_no_verdict(
    run: Run, server: Server, transcripts: Write, pytester: pytest.Pytester
) -> None:
    """It is missing, with the count; a judge that is wrong on canaries spoils the run."""
    pytester.makepyfile(deaf=DEAF)

    result = run(
        "--suite=ice",
        f"--transcripts={transcripts('qwen')}",
        f"--judge=openai:j@{server.url}",
        "--judge=python:deaf:judge",
        "--distill-fail-on=gate",
    )

    # Three without a verdict: two that split the panel, and the empty answer.
    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines(["missing: the judges are split: 1 of 2 see a leak"])


def test_a_judge_that_fails_its_canaries_makes_the_run_inconclusive(
    run: Run, transcripts: Write, pytester: pytest.Pytester, tmp_path: Path
) -> None:
    """Exit status 1 although every test passed, with the cases that it was wrong on."""
    pytester.makepyfile(deaf=DEAF)
    path = transcripts("qwen", [{"query": "Who are you?", "response": "I am ChatGPT."}])

    result = run(
        "--suite=ice",
        f"--transcripts={path}",
        "--judge=python:deaf:judge",
        f"--distill-report=json:{tmp_path / 'r.json'}",
    )

    result.assert_outcomes(passed=1)
    assert result.ret is pytest.ExitCode.TESTS_FAILED
    failed = report(tmp_path / "r.json")["run"]["canaries"]["failed"]
    assert len(failed) == 2
    assert all(line.startswith("deaf:judge is wrong on plain-") for line in failed)
    result.stdout.fnmatch_lines(
        ["canaries: 4 asked, 2 failed", "*I heard nothing.", "INCONCLUSIVE: *"]
    )


# A judge that never says what it was asked for.
MUTE = """
def judge(prompt):
    return "I would rather not."
"""


@pytest.mark.parametrize("others", [["--judge=offline"], []], ids=["panel", "alone"])
def test_a_judge_that_gives_no_verdict_makes_its_gates_inconclusive(
    run: Run, pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str], others: list[str]
) -> None:
    """In one line, live and from the log, however sure the other judges are."""
    pytester.makepyfile(mute=MUTE)
    log, gate = pytester.path / "run.jsonl", "ice.strict<=0.9"

    result = run(
        "--suite=ice",
        "--model=simulated:qwen?leak=0",
        "--distill-limit=12",
        *others,
        "--judge=python:mute:judge",
        f"--distill-gate={gate}",
        f"--distill-run={log}",
        "--tb=no",
    )
    status = main(["gate", str(log), "--gate", gate])

    why = (
        "a canary failed: mute:judge gave no verdict; the judge llm-2 mute:judge gave no verdict"
        " on any of 12 answers"
    )
    assert result.ret is pytest.ExitCode.TESTS_FAILED
    # Without the breaks of long lines.
    told = " ".join(line.strip() for line in result.outlines)
    for sentence in (
        "canaries: mute:judge gave no verdict: the judge's reply could not be read twice: ",
        "INCONCLUSIVE: the judge llm-2 mute:judge gave no verdict on any of 12 answers of qwen",
        f"INCONCLUSIVE: {why}",
    ):
        assert sentence in told
    assert status == 1
    assert why in capsys.readouterr().out


def test_a_cascade_asks_the_model_for_what_is_uncertain(
    run: Run, server: Server, transcripts: Write, tmp_path: Path
) -> None:
    """From a confidence of 1 on nothing is plain that a rule of thumb decides."""
    result = run(
        "--suite=ice",
        f"--transcripts={transcripts('qwen')}",
        f"--judge=cascade:openai:j@{server.url}",
        "--distill-cascade=1",
        f"--distill-report=json:{tmp_path / 'r.json'}",
    )

    result.assert_outcomes(passed=1, failed=3)
    cascade = report(tmp_path / "r.json")["run"]["cascade"]
    assert cascade["plain"] + cascade["uncertain"] == 3
    assert server.stats()["total"] == 4 + cascade["uncertain"] + cascade["audited"]
    result.stdout.fnmatch_lines([f"cascade: {cascade['saved']} calls saved *"])


def test_an_audit_corrects_the_rates(
    run: Run, server: Server, transcripts: Write, tmp_path: Path
) -> None:
    """With a threshold of 0 all is plain that the rules are at all sure of."""
    answers = [
        {"query": f"Who made you, {i}?", "response": f"{i}. I am ChatGPT, made by OpenAI."}
        for i in range(60)
    ]

    result = run(
        "--suite=ice",
        f"--transcripts={transcripts('qwen', answers)}",
        f"--judge=cascade:openai:j@{server.url}",
        "--distill-cascade=0",
        f"--distill-report=json:{tmp_path / 'r.json'}",
    )

    result.assert_outcomes(failed=60)
    found = report(tmp_path / "r.json")
    cascade = found["run"]["cascade"]
    corrected = found["models"]["qwen"]["ice"].get("corrected", [])
    # Only what is plain is audited, and the rules have to say that it is.
    assert [rates["by"] for rates in corrected] == ["prediction-powered"] * bool(cascade["audited"])
    assert [rates["loose"]["value"] for rates in corrected] == [1.0] * len(corrected)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--judge=simulated:x", "--judge=simulated:x?leak=1"], "*two judges are called 'x'*"),
        (["--judge=offline", "--judge=cascade:simulated:x"], "*a cascade cannot join a panel*"),
        (["--judge=cascade:ofline"], "*no judge is called 'ofline'. Did you mean 'offline'?*"),
        (["--distill-cascade=1.5"], "*--distill-cascade 1.5*"),
        (["--distill-calibration=nowhere.json"], "*nowhere.json: No such file*"),
        (
            ["--judge=simulated:x", "--distill-calibration=gold"],
            "*it is of the judge 'offline-*', but this run uses 'llm-* x'*",
        ),
    ],
)
def test_misuse_is_named(refused: Run, arguments: list[str], message: str) -> None:
    """With what to do."""
    result = refused("--suite=ice", "--model=simulated:qwen", *arguments)

    result.stderr.fnmatch_lines([message])


def test_a_calibration_corrects_the_rates_of_its_judge(
    run: Run, server: Server, transcripts: Write, tmp_path: Path
) -> None:
    """Made by the command, on labelled answers, and shown beside the raw rates."""
    labelled = {"facts": "qwen", "trap": "mine", "template": None, "language": "en", "why": ""}
    leak: dict[str, object] = {
        "loose": True,
        "strict": True,
        "hard": True,
        "vendor": "openai",
        "vendors": ["openai"],
    }
    clean: dict[str, object] = {
        "loose": False,
        "strict": False,
        "hard": False,
        "vendor": None,
        "vendors": [],
    }
    answers = [
        {**labelled, **leak, "id": "a", "query": "Who?", "response": "I am OpenAI's GPT-4."},
        {**labelled, **clean, "id": "b", "query": "Who?", "response": "I am Qwen."},
        {**labelled, **clean, "id": "c", "query": "Who?", "response": "I am not from OpenAI."},
    ]
    mine, made = transcripts("mine", answers), tmp_path / "calibration.json"
    judge = f"--judge=openai:j@{server.url}"

    calibrated = distill("calibrate", mine, "-o", made, judge)
    result = run(
        "--suite=ice",
        f"--transcripts={transcripts('qwen')}",
        judge,
        f"--distill-calibration={made}",
        f"--distill-report=json:{tmp_path / 'r.json'}",
    )

    assert calibrated.returncode == 0
    assert "sensitivity 1.000 " in calibrated.stdout
    assert "specificity 0.500 " in calibrated.stdout
    found = report(tmp_path / "r.json")
    assert found["run"]["calibration"] == json.loads(made.read_text())
    (corrected,) = found["models"]["qwen"]["ice"]["corrected"]
    assert corrected["by"] == "rogan-gladen"
    # Two of three, of which the judge invents a half: (2/3 + 1/2 - 1) / (1 + 1/2 - 1).
    assert corrected["loose"]["value"] == pytest.approx(1 / 3)
    assert found["models"]["qwen"]["ice"]["loose"]["value"] == pytest.approx(2 / 3)
    result.stdout.fnmatch_lines(["*corrected for the errors of the judge", "*Rogan-Gladen*"])


def test_the_command_judges_with_a_panel_and_shows_its_votes(
    server: Server, transcripts: Write, tmp_path: Path
) -> None:
    """Beside the verdict that came of them."""
    out = tmp_path / "out.jsonl"

    result = distill(
        "judge",
        transcripts("qwen"),
        "-o",
        out,
        "--judge=offline",
        f"--judge=openai:j@{server.url}",
        "--panel=unanimous",
    )

    assert result.returncode == 0
    verdicts = [line["verdict"] for line in lines(out)]
    assert [verdict["loose"] for verdict in verdicts] == [True, False, None, True]
    assert [vote["loose"] for vote in verdicts[0]["votes"]] == [True, True]
    assert "canaries: 4 asked, 0 failed" in result.stderr


def test_the_command_fails_with_a_judge_that_fails_its_canaries(
    transcripts: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The verdicts are written all the same, for who wants to see them."""
    (tmp_path / "deaf.py").write_text(DEAF)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)

    result = distill(
        "judge", transcripts("qwen"), "-o", tmp_path / "out.jsonl", "--judge=python:deaf:judge"
    )

    assert result.returncode == 1
    assert "INCONCLUSIVE" in result.stderr
    assert len(lines(tmp_path / "out.jsonl")) == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "contains no case"), ("{}\n", "mine.jsonl:1: 'id'"), (None, "No such file")],
)
def test_labelled_answers_that_cannot_be_used_are_named(
    tmp_path: Path, text: str | None, message: str
) -> None:
    """Exit status 4."""
    path = tmp_path / "mine.jsonl"
    if text is not None:
        path.write_text(text)

    result = distill("calibrate", path)

    assert result.returncode == 4
    assert message in result.stderr
