"""--transcripts: recorded answers are judged, nobody is asked."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.pytest_runs import Run
from tests.support.reports import undated
from tests.support.transcripts import HOME, LEAK

Write = Callable[..., Path]


def test_each_line_is_a_case(inside: Run, transcripts: Write) -> None:
    """With the line's own id; a missing answer is neither passed nor a leak."""
    path = transcripts("qwen-test")

    result = inside("--suite=ice", f"--transcripts={path}", "-v", "--tb=line")

    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines(
        [
            "distill/ice::test_identity[[]qwen-test-a[]] FAILED*",
            "distill/ice::test_identity[[]qwen-test-b[]] PASSED*",
            "*3 judged, 1 missing*",
        ]
    )


def test_the_report_counts_what_was_judged(inside: Run, transcripts: Write, tmp_path: Path) -> None:
    """Loose, strict and hard: the template names ChatGPT, so one strict leak is not hard."""
    path, report = transcripts("qwen-test"), tmp_path / "r.json"

    inside("--suite=ice", f"--transcripts={path}", f"--distill-report=json:{report}")

    ice = json.loads(report.read_text())["models"]["qwen-test"]["ice"]
    assert (ice["loose"]["n"], ice["loose"]["missing"]) == (3, 1)
    assert [ice[kind]["value"] for kind in ("loose", "strict", "hard")] == [2 / 3, 2 / 3, 1 / 3]
    assert ice["vendors"]["openai"]["value"] == 2 / 3
    assert ice["by_category"]["industry"]["loose"]["value"] == 0


def test_two_workers_give_the_same_report(inside: Run, transcripts: Write, tmp_path: Path) -> None:
    """To the last digit, whatever the order in which the cases end."""
    lines = [
        {
            "query": f"q{i % 10}",
            "template": f"t{i // 10} {{query}}",
            "response": LEAK if i % 3 else HOME,
        }
        for i in range(60)
    ]
    path = transcripts("qwen-test", lines)
    serial, spread = tmp_path / "serial.json", tmp_path / "spread.json"

    inside("--suite=ice", f"--transcripts={path}", f"--distill-report=json:{serial}")
    inside("--suite=ice", f"--transcripts={path}", f"--distill-report=json:{spread}", "-n2")

    assert undated(serial) == undated(spread)


def test_several_files_are_several_models(inside: Run, transcripts: Write) -> None:
    """Each with the facts that its name calls for."""
    arguments = [f"--transcripts={transcripts(name)}" for name in ("qwen-a", "glm-b")]

    result = inside("--suite=ice", *arguments, "--distill-fail-on=gate")

    result.stdout.fnmatch_lines(["ice * qwen-a * facts qwen *", "ice * glm-b * facts glm *"])


def test_gate_makes_leaks_data_but_missing_ones_fail(inside: Run, transcripts: Write) -> None:
    """--distill-fail-on=gate: no verdict is not a pass."""
    result = inside(
        "--suite=ice", f"--transcripts={transcripts('qwen-t')}", "--distill-fail-on=gate"
    )

    result.assert_outcomes(passed=3, failed=1)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"query": "q", "response"', "*qwen.jsonl:2: not JSON*"),
        ('["query"]', "*qwen.jsonl:2: an object is needed, not list*"),
        ('{"response": "x"}', "*qwen.jsonl:2: 'query' or 'prompt' is missing*"),
        ('{"query": "q"}', "*qwen.jsonl:2: 'response' is missing; the line has: query*"),
        ('{"question": "q", "answer": "r"}', "*say so: --map question=query --map answer=response"),
        ('{"query": "q", "response": 3}', "*qwen.jsonl:2: 'response' must be a text, not 3*"),
        ('{"id": "a", "query": "q", "response": "x"}', "*qwen.jsonl:2: id 'a' was used in line 1*"),
    ],
)
def test_a_broken_line_is_a_usage_error(
    refused: Run, tmp_path: Path, line: str, message: str
) -> None:
    """FILE:LINE and what is wrong; no case of the file is run."""
    path = tmp_path / "qwen.jsonl"
    path.write_text('{"id": "a", "query": "q", "response": "r"}\n' + line + "\n")

    result = refused("--suite=ice", f"--transcripts={path}")

    result.stderr.fnmatch_lines([message])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "*No such file*"),
        (b"", "*holds no line*"),
        (b"\xff\xfe", "*qwen.jsonl:1: not UTF-8*"),
    ],
)
def test_an_unreadable_file_is_a_usage_error(
    refused: Run, tmp_path: Path, content: bytes | None, message: str
) -> None:
    """Absent, empty, or not text."""
    path = tmp_path / "qwen.jsonl"
    if content is not None:
        path.write_bytes(content)

    result = refused("--suite=ice", f"--transcripts={path}")

    result.stderr.fnmatch_lines([message])


def test_transcripts_and_models_exclude_each_other(refused: Run, transcripts: Write) -> None:
    """Either somebody is asked or the answers are there."""
    result = refused(
        "--suite=ice", f"--transcripts={transcripts('qwen')}", "--model=simulated:qwen"
    )

    result.stderr.fnmatch_lines(["*--model and --transcripts exclude each other*"])


def test_two_files_of_one_name_are_a_usage_error(refused: Run, tmp_path: Path) -> None:
    """The name of the file is the name of the model."""
    arguments = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / "qwen.jsonl"
        path.write_text('{"query": "q", "response": "r"}\n')
        arguments.append(f"--transcripts={path}")

    result = refused("--suite=ice", *arguments)

    result.stderr.fnmatch_lines(["*two transcripts are called 'qwen'*"])


def test_ids_may_hold_anything(inside: Run, transcripts: Write) -> None:
    """Characters that a shell, -k or a JUnit reader cannot take are replaced, none is lost."""
    ids = ["a b", "a\nb", "a[b]::c", "Ü", "é", "a/b"]
    lines = [{"id": name, "query": "q", "response": HOME} for name in ids]

    result = inside("--suite=ice", f"--transcripts={transcripts('qwen', lines)}", "-n2")

    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines(["*6 judged, 0 missing*"])


def test_lone_surrogates_do_not_break_a_run(inside: Run, tmp_path: Path) -> None:
    """JSON can hold half a character; reports and workers cannot."""
    path = tmp_path / "qwen.jsonl"
    path.write_text('{"query": "q\\ud800", "response": "' + LEAK + '\\udfff"}\n')

    result = inside("--suite=ice", f"--transcripts={path}", "-n1", "--junitxml=j.xml")

    result.assert_outcomes(failed=1)


def test_columns_of_another_name_are_mapped(inside: Run, tmp_path: Path) -> None:
    """As the message suggests."""
    path = tmp_path / "qwen.jsonl"
    path.write_text(json.dumps({"question": "Who?", "answer": LEAK}) + "\n")

    result = inside(
        "--suite=ice", f"--transcripts={path}", "--map=question=query", "--map=answer=response"
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*1 judged, 0 missing*"])


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ("question", "*--map 'question' is not THEIRS=OURS, a key of the file and one of ours*"),
        ("question=qery", "*--map 'question=qery': we have no key 'qery'. Did you mean 'query'?*"),
    ],
)
def test_columns_that_cannot_be_mapped_are_a_usage_error(
    refused: Run, columns: str, message: str
) -> None:
    """With our keys."""
    result = refused("--suite=ice", "--model=simulated:qwen", f"--map={columns}")

    result.stderr.fnmatch_lines([message, "*our keys: id, template, query, prompt, response*"])
