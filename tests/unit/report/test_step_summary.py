"""The summary of a job on GitHub: added to, never too long, and no reason to fail."""

import os
from pathlib import Path

from pytest_distill.records import Section
from pytest_distill.report.step_summary import LIMIT, VARIABLE, append
from tests.support.runs import empty_report


def test_a_report_is_added_to_what_other_steps_wrote(tmp_path: Path) -> None:
    """Two runs in one job are two reports."""
    path = tmp_path / "summary.md"
    path.write_text("# Build\n")

    problems = [append(empty_report(), (), {VARIABLE: str(path)}) for _ in range(2)]

    assert problems == [None, None]
    text = path.read_text()
    assert text.startswith("# Build\n\n## pytest-distill: no gate\n")
    assert text.count("\n\n## pytest-distill") == 2


def test_without_a_job_nothing_is_written() -> None:
    """Nor is anything said."""
    assert append(empty_report(), (), {}) is None
    assert append(empty_report(), (), {VARIABLE: ""}) is None


def test_a_summary_is_never_too_long(tmp_path: Path) -> None:
    """Of a longer one GitHub would show nothing at all, not even what others wrote."""
    path = tmp_path / "summary.md"
    path.write_bytes(b"x" * (LIMIT - 2_000))
    big = tuple(Section(title=f"{at}" * 300, blocks=()) for at in range(10))

    assert append(empty_report(), big, {VARIABLE: str(path)}) is None
    assert LIMIT - 2_000 < path.stat().st_size <= LIMIT
    path.write_bytes(b"x" * LIMIT)
    assert append(empty_report(), big, {VARIABLE: str(path)}) == (
        "not added to $GITHUB_STEP_SUMMARY: it has no room left"
    )
    assert path.stat().st_size == LIMIT


def test_a_summary_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """In a sentence."""
    problem = append(empty_report(), (), {VARIABLE: str(tmp_path / "no" / "summary.md")})

    assert problem is not None
    assert problem.startswith("not added to $GITHUB_STEP_SUMMARY: FileNotFoundError")


def test_a_summary_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Nobody may ever read it."""
    os.mkfifo(tmp_path / "summary.md")

    problem = append(empty_report(), (), {VARIABLE: str(tmp_path / "summary.md")})

    assert problem == "not added to $GITHUB_STEP_SUMMARY: it is a pipe, not a file"
