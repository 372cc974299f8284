"""What a student is asked, by the product itself: runs of pytest, whose reports are read."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pytest_distill.data import resources
from tests.benchmarks.distil import teachers
from tests.benchmarks.distil.arms import Arm, Exam

Report = Mapping[str, Any]

BASE = "smollm2-135m"
"""What every student was."""

# The questions of an exam never change: rows of another exam could not be compared.
_SEED = "0"
_IDENTITY_LIMIT = "90"
_IMITATION_LIMIT = "150"
# A student that says nothing to one question fails that test; the report counts it as missing.
_ENDED = (0, 1)
_SHORT = "temperature=0&max_tokens=48"
_LONG = f"temperature=0&max_tokens={teachers.LEARNT_TOKENS}"


class FailedRunError(Exception):
    """A run of pytest ended without a report (its command and its last words), or did not ask."""


class Run(NamedTuple):
    """One run of pytest: its suites, and what else is typed."""

    name: str
    suites: tuple[str, ...]
    parameters: str
    """Of the student and of the model that it was."""
    options: tuple[str, ...]
    has_base: bool = False
    """Whether the model that it was is asked too."""


def take(arm: Arm, student: Path, work: Path) -> dict[str, Report]:
    """Ask the student, and return the report of each run by its name.

    Args:
        arm: what exam it takes.
        student: its weights; the reports are put beside them.
        work: where what all students share is kept: prompts, candidates, answers.

    Raises:
        FailedRunError: pytest ended without a report, or not all questions were asked.
    """
    found = {}
    for run in _RUNS[arm.exam](arm, work):
        report = student.with_name(f"{run.name}.json")
        report.unlink(missing_ok=True)
        done = subprocess.run(
            _command(run, student, report, work / "answers.sqlite"),
            cwd=student.parent, capture_output=True, text=True, check=False, encoding="utf-8",
        )  # fmt: skip
        if done.returncode not in _ENDED or not report.exists():
            message = f"{' '.join(done.args)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
            raise FailedRunError(message)
        found[run.name] = json.loads(report.read_text("utf-8"))
        if reason := not_asked(found[run.name]):
            raise FailedRunError(reason)
    return found


def not_asked(report: Report) -> str | None:
    """Return why questions of an exam were not asked; None if all were.

    A row of the others would be of another exam. What a student was asked and did not answer is
    missing too, and is a result.
    """
    reasons = (each["reason"] for each in report.get("missing", ()))
    return next((reason for reason in reasons if reason.startswith("not asked")), None)


def _command(run: Run, student: Path, report: Path, answers: Path) -> list[str]:
    suites = (f"--suite={suite}" for suite in run.suites)
    of_base = (f"--base=local:{BASE}?{run.parameters}",) if run.has_base else ()
    return [
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *suites),
        *(f"--model=local:{student}?{run.parameters}", "--facts=smollm", *of_base),
        *(f"--distill-report=json:{report}", "--distill-fail-on=gate"),
        # The base and the simulated teachers answer once, for all students.
        *(f"--distill-cache={answers}", f"--distill-seed={_SEED}"),
        *run.options,
    ]


def _identity(_arm: Arm, _work: Path) -> Iterator[Run]:
    limit = f"--distill-limit={_IDENTITY_LIMIT}"
    yield Run("identity", ("ice", "fuzz"), _SHORT, (limit,))


def _tracing(arm: Arm, work: Path) -> Iterator[Run]:
    """Yield the run with all candidates, and one with the teacher alone, on the same answers."""
    prompts = work / "held-out.jsonl"
    _write(prompts, ({"prompt": prompt} for prompt in teachers.held_out_prompts()))
    specs = {name: _candidate(name, work) for name in teachers.candidates()}
    asked = f"--prompts={prompts}"
    references = (f"--reference={spec}" for spec in specs.values())
    yield Run("candidates", ("rse",), _LONG, (asked, *references))
    alone = (asked, f"--reference={specs[arm.against]}")
    yield Run("teacher", ("rse", "bbi", "imitation"), _LONG, alone, has_base=True)


def _imitation(_arm: Arm, _work: Path) -> Iterator[Run]:
    fixtures = resources.fixtures()
    files = (
        fixtures / "prompts" / "instructions.jsonl",
        fixtures / "questions" / "facts-en.jsonl",
        fixtures / "questions" / "arithmetic-en.jsonl",
    )
    options = (
        *(f"--prompts={path}" for path in files),
        "--reference=simulated:lister?accuracy=1&manner=lister",
        f"--distill-limit={_IMITATION_LIMIT}",
    )
    yield Run("imitation", ("imitation",), _LONG, options, has_base=True)


_RUNS: Mapping[Exam, Any] = {
    "identity": _identity,
    "tracing": _tracing,
    "imitation": _imitation,
}


def _candidate(name: str, work: Path) -> str:
    """Write what a candidate answered, no longer than a student's answers; return its spec."""
    path = work / "candidates" / f"{name}.jsonl"
    path.parent.mkdir(exist_ok=True)
    said = teachers.recorded(name)
    rows = ((prompt, teachers.cut(said[prompt])) for prompt in teachers.held_out_prompts())
    _write(path, ({"prompt": prompt, "response": text, "model": name} for prompt, text in rows))
    return f"recorded:{path}"


def _write(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    # Another process may be writing the same.
    part = path.with_suffix(f".{os.getpid()}")
    part.write_text(text, "utf-8")
    part.replace(path)
