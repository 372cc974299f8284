"""``pytest-distill judge``: the same verdicts without pytest."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_distill.cli import main
from pytest_distill.data import probes
from tests.support.command import distill, lines
from tests.support.pytest_runs import Run
from tests.support.transcripts import HOME, LEAK, four_lines

Write = Callable[..., Path]
KEYS = [
    "loose",
    "strict",
    "hard",
    "vendor",
    "vendors",
    "persona",
    "reasoning",
    "rule",
    "evidence",
    "reason",
]


def test_each_line_gets_a_verdict(transcripts: Write, tmp_path: Path) -> None:
    """The line's own keys stay as they were, unknown ones included."""
    recorded = [{**line, "mine": {"x": [1, "ü"]}} for line in four_lines()]
    path, out = transcripts("qwen", recorded), tmp_path / "out.jsonl"

    result = distill("judge", path, "-o", out, "--facts", "qwen")

    judged = lines(out)
    assert result.returncode == 0
    assert [{k: v for k, v in line.items() if k != "verdict"} for line in judged] == recorded
    assert [list(line["verdict"]) for line in judged] == [KEYS] * 4
    assert [line["verdict"]["loose"] for line in judged] == [True, False, None, True]
    assert [line["verdict"]["hard"] for line in judged] == [True, False, None, False]
    assert judged[0]["verdict"]["vendors"] == ["openai"]
    assert judged[0]["verdict"]["evidence"] in LEAK


def test_of_a_shipped_question_it_is_known_what_it_asks_for(
    transcripts: Write, tmp_path: Path
) -> None:
    """To one of them a bare name is the maker, to the other a rival."""
    shipped = {probe.id: probe for probe in probes.load_bank()}
    recorded = [
        {"query": shipped[id_].text, "language": shipped[id_].language, "response": "OpenAI."}
        for id_ in ("industry-48-ru", "industry-25-fr")
    ]
    path, out = transcripts("qwen", recorded), tmp_path / "out.jsonl"

    distill("judge", path, "-o", out, "--facts", "qwen")

    assert [line["verdict"]["loose"] for line in lines(out)] == [True, False]


def test_persona_reasoning_and_rule_are_told(transcripts: Write, tmp_path: Path) -> None:
    """Beside the verdict; what is not known is null, a persona that does not speak is false."""
    probe = {"query": "What is your name?", "template": "You are Luna, a witch. {query}"}
    recorded: list[dict[str, object]] = [
        {**probe, "response": "I am Luna, a witch of the northern woods."},
        {**probe, "response": HOME, "reasoning": "I am ChatGPT, made by OpenAI."},
        {**probe, "response": HOME, "reasoning_content": "I am Qwen."},
        {**probe, "response": HOME, "reasoning": {"tokens": 5}},
        {**probe, "response": "", "reasoning": "I am ChatGPT."},
    ]
    out = tmp_path / "out.jsonl"

    distill("judge", transcripts("qwen", recorded), "-o", out)

    verdicts = [line["verdict"] for line in lines(out)]
    assert [verdict["persona"] for verdict in verdicts] == [True, False, False, False, False]
    assert [verdict["reasoning"] for verdict in verdicts] == [None, True, False, None, None]
    assert [bool(verdict["rule"]) for verdict in verdicts] == [True] * 4 + [False]
    assert [verdict["loose"] for verdict in verdicts] == [False] * 4 + [None]
    assert [line["response"] for line in lines(out)] == [line["response"] for line in recorded]


def test_it_agrees_with_the_plugin(run: Run, transcripts: Write, tmp_path: Path) -> None:
    """Case by case."""
    path, out, report = transcripts("qwen"), tmp_path / "out.jsonl", tmp_path / "r.json"

    distill("judge", path, "-o", out)
    run("--suite=ice", f"--transcripts={path}", f"--distill-report=json:{report}")

    loose = json.loads(report.read_text())["models"]["qwen"]["ice"]["loose"]
    verdicts = [line["verdict"]["loose"] for line in lines(out)]
    assert loose["n"] == sum(verdict is not None for verdict in verdicts)
    assert loose["value"] * loose["n"] == sum(verdict is True for verdict in verdicts)


def test_without_an_output_it_is_a_filter(transcripts: Write) -> None:
    """Verdicts on standard output, the scorecard on standard error."""
    result = distill("judge", transcripts("qwen"))

    assert len(result.stdout.splitlines()) == 4
    assert "3 judged, 1 missing" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--facts", "qwem"], "Did you mean 'qwen'?"),
        (["--judge", "ofline"], "no judge is called 'ofline'. Did you mean 'offline'?"),
        (["-o", "no/such/folder/out.jsonl"], "cannot write"),
    ],
)
def test_misuse_exits_with_four(transcripts: Write, arguments: list[str], message: str) -> None:
    """One message, no traceback."""
    result = distill("judge", transcripts("qwen"), *arguments)

    assert result.returncode == 4
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_broken_line_leaves_nothing_behind(tmp_path: Path) -> None:
    """Neither a new output nor half of one; what was there stays."""
    path, out = tmp_path / "qwen.jsonl", tmp_path / "out.jsonl"
    path.write_text('{"query": "q", "response": "r"}\n{"query"\n')
    out.write_text("of an earlier run\n")

    result = distill("judge", path, "-o", out)

    assert result.returncode == 4
    assert "qwen.jsonl:2: not JSON" in result.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.jsonl", "qwen.jsonl"]
    assert out.read_text() == "of an earlier run\n"


def test_a_command_is_needed() -> None:
    """And --version works without one."""
    assert distill().returncode == 4
    assert distill("--version").stdout.startswith("pytest-distill ")


def test_the_input_is_not_overwritten(transcripts: Write) -> None:
    """Under whatever name."""
    path = transcripts("qwen")
    before = path.read_bytes()

    result = distill("judge", path, "-o", path.parent / ".." / path.parent.name / path.name)

    assert result.returncode == 4
    assert "give the output another name" in result.stderr
    assert path.read_bytes() == before


def test_half_a_character_is_kept_as_it_was(tmp_path: Path) -> None:
    """JSON can hold it as an escape, UTF-8 cannot."""
    path, out = tmp_path / "qwen.jsonl", tmp_path / "out.jsonl"
    path.write_text('{"query": "q", "response": "I am Qwen \\ud83d"}\n')

    result = distill("judge", path, "-o", out)

    assert result.returncode == 0
    assert lines(out)[0]["response"] == "I am Qwen \ud83d"


def test_nothing_judged_is_no_success(transcripts: Write) -> None:
    """With the reason."""
    result = distill("judge", transcripts("qwen", [{"query": "q", "response": ""}]))

    assert result.returncode == 1
    assert "nothing was judged: " in result.stderr


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("NaN", "NaN is no number in JSON"),
        ("[1, -Infinity]", "-Infinity is no number in JSON"),
        ("1e999", "1e999 is too great"),
        ('{"a": 1, "a": 2}', "the key 'a' is given twice"),
        ("7" * 5000, "a number has 5,000 digits"),
        ("[" * 3000 + "]" * 3000, "lists and objects are nested more than 100 deep"),
    ],
)
def test_what_is_no_json_is_not_copied(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], value: str, problem: str
) -> None:
    """Keys that are kept are checked as those that are read."""
    path = tmp_path / "qwen.jsonl"
    path.write_text(f'{{"query": "q", "response": "r"}}\n{{"query": "q", "x": {value}}}\n')

    status = main(["judge", str(path), "--facts=qwen", "-o", str(tmp_path / "out.jsonl")])

    assert status == 4
    assert f"{path}:2: {problem}" in capsys.readouterr().err
    assert not (tmp_path / "out.jsonl").exists()
