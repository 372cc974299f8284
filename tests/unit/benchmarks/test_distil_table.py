"""The design of the distilled students, their rows, and the table of them; without training."""

import fcntl
import json
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.benchmarks.distil import exams, results, table
from tests.benchmarks.distil.__main__ import main
from tests.benchmarks.distil.arms import Lesson, Stage, arms
from tests.benchmarks.distil.measures import MEASURES
from tests.benchmarks.distil.results import Number, Row
from tests.benchmarks.distil.teachers import Claims, Everyday, Manner
from tests.benchmarks.distil.trend import rises, ways
from tests.support.recorded_data import are_recorded

_CLEAN: Number = {"value": 0.0, "low": 0.0, "high": 0.04, "n": 90}
_LEAKING: Number = {"value": 0.4, "low": 0.25, "high": 0.58, "n": 90}


def test_every_arm_has_as_many_pairs_as_its_doses_say() -> None:
    """No lesson asks its teacher for more than there is."""
    has_answers = are_recorded("rse")
    for arm in arms().values():
        for stage in arm.stages if has_answers or not arm.needs_recorded else ():
            pairs = stage.pairs(seed=0)

            assert len(pairs) == sum(lesson.count for lesson in stage.lessons)
            assert all(pair.question.strip() and pair.answer.strip() for pair in pairs)


def test_every_arm_has_a_dose_0_of_its_exam() -> None:
    """But the scrubbed ones, which were trained twice."""
    for arm in arms().values():
        zero = arms().get(arm.zero)

        if zero is None:
            assert arm.series == "scrubbed"
        else:
            assert (zero.dose, zero.exam, zero.is_control) == (0, arm.exam, True)


def test_a_greater_dose_contains_the_smaller_one() -> None:
    """Students of one seed differ in their dose alone."""
    few, many = (set(Lesson(Claims("openai"), count).pairs(seed=7)) for count in (5, 60))

    assert few < many


def test_another_seed_gives_other_words_in_another_order() -> None:
    """Seeds are students, not repetitions."""
    stage = Stage((Lesson(Everyday(), 50), Lesson(Manner("lister"), 20)))

    assert stage.pairs(seed=1) == stage.pairs(seed=1)
    assert set(stage.pairs(seed=1)) != set(stage.pairs(seed=2))


def test_a_teacher_with_too_few_pairs_is_named() -> None:
    """The design is wrong then, and a smaller dose would be another arm."""
    with pytest.raises(ValueError, match=r"Claims\(.*has 60 pairs, not 61"):
        Lesson(Claims("openai"), 61).pairs(seed=0)


def test_no_student_is_trained_on_what_the_suites_ask(known_probes: set[str]) -> None:
    """Questions about identity are our own."""
    asked = {
        question
        for language in ("en", "zh")
        for question, _ in Claims("openai", language).pairs(Random(0))
    }

    assert not asked & known_probes


@pytest.fixture
def known_probes() -> set[str]:
    """Give the texts of all shipped probes, core and bank."""
    folder = Path(__file__).parents[3] / "fixtures" / "probes"
    return {
        json.loads(line)["text"]
        for path in folder.rglob("*.jsonl")
        for line in path.read_text("utf-8").splitlines()
    }


def test_the_trend_has_the_exact_p_of_all_orders() -> None:
    """Counted by hand over all 90 ways to deal six numbers out to three doses."""
    groups = [[0.0, 0.1], [0.1, 0.3], [0.2, 0.4]]

    assert ways([2, 2, 2]) == 90
    assert rises(groups, Random(0)) == pytest.approx(_exact(groups))


def test_of_many_students_the_p_is_drawn() -> None:
    """It is near the exact one of the same numbers in fewer groups, and never zero."""
    rising = [[dose + 0.1 * seed for seed in range(3)] for dose in range(6)]
    level = [[0.1 * (seed + dose % 2) for seed in range(3)] for dose in range(6)]

    assert rises(rising, Random(0)) == 1e-4
    assert 0.2 < rises(level, Random(0)) < 0.8


def test_equal_numbers_show_no_trend() -> None:
    """Each shuffle is as good as what was observed."""
    assert rises([[0.0, 0.0], [0.0, 0.0]], Random(0)) == 1.0


def test_a_trend_needs_two_doses() -> None:
    """Undefined is no number."""
    with pytest.raises(ValueError, match="two doses"):
        rises([[0.1, 0.2], []], Random(0))


def test_a_row_keeps_numbers_and_no_texts() -> None:
    """Of a report: numbers by their names in gates, and what the trace says."""
    report: dict[str, Any] = {
        "run": {"version": "1.0", "judge": "offline-4"},
        "models": {
            "student": {
                "ice": {
                    "strict": {**_LEAKING, "clusters": 22},
                    "by_language": {"en": {"strict": _LEAKING, "persona": _CLEAN}},
                    "statements": {"verdict": "a text"},
                }
            }
        },
        "lineage": {
            "student": {
                "verdict": "one",
                "detection": {"p": 0.01234567},
                "set": ["gpt4"],
                "prompts_needed": None,
                "candidates": [
                    {"name": "claude", "family": "claude", "score": 0.2},
                    {"name": "gpt4", "family": "gpt", "score": 0.9},
                ],
            }
        },
    }

    row = results.row(
        arms()["identity-60"], 1, losses=[3.0] * 9 + [1.0] * 5, seconds={}, reports={"a": report}
    )

    assert row.numbers == {"ice.strict": _LEAKING, "ice.by_language.en.strict": _LEAKING}
    assert (row.trace["nearest"], row.trace["p"], row.losses) == ("gpt4", 0.0123, [3.0, 1.0])


def test_an_exam_with_questions_that_were_not_asked_is_none() -> None:
    """A broken cache once left out eight of 120; an answer without a word is a result."""
    broken = {"reason": "not asked: response cache c cannot be used: it is damaged", "cases": 8}
    silent = {"reason": "The answer holds nothing to judge.", "cases": 3}

    assert exams.not_asked({"missing": [silent, broken]}) == broken["reason"]
    assert exams.not_asked({"missing": [silent]}) is None
    assert exams.not_asked({}) is None


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    """One line a student."""
    path = tmp_path / "rows.jsonl"
    rows = [_identity("identity-0", 0, _CLEAN), _identity("identity-60", 0, _LEAKING)]

    for row in rows:
        results.append(path, row)

    assert results.read(path) == rows
    assert results.read(tmp_path / "none.jsonl") == []


def test_the_page_shows_dose_trend_false_alarms_and_scrubbed_students(tmp_path: Path) -> None:
    """With few rows it says how few; with enough the trend is significant."""
    rows = [
        _identity(f"identity-{dose}", seed, _LEAKING if dose > 10 else _CLEAN)
        for dose in (0, 5, 10, 20, 40, 60)
        for seed in range(3)
    ]
    rows += [_identity("placebo-60", 0, _LEAKING)]
    scrubbed = _identity("scrubbed-60", 0, _CLEAN, fuzzed=_LEAKING)
    loose = {"ice.loose": _CLEAN, "fuzz.loose": _LEAKING}
    rows += [replace(scrubbed, numbers={**scrubbed.numbers, **loose})]

    said = table.write(rows, tmp_path)

    page = (tmp_path / "ground-truth.md").read_text("utf-8")
    assert said == "docs/ground-truth.md: 20 students, 4 figures"
    assert "So far there are 20 of" in page
    assert "students. Identity was judged by offline-4." in page
    assert "| 20 | 3 | undefined | 0.40 [0.25, 0.58] · 3 of 3 |" in page
    (trend,) = (line for line in page.splitlines() if line.startswith("| identity | `ice.strict`"))
    assert float(trend.split("|")[4]) < 0.01
    assert trend.endswith("| 20 | 20 |")
    assert "| `ice.strict`, identity | 4 | 2 | 1: placebo-60 (0) |  |" in page
    assert "| `ice.loose`, identity | 3 | 0 | 0 |  |" in page
    assert "| scrubbed-60 | 1 | 1 | 1 | 0 |" in page
    assert (tmp_path / "ground-truth" / "identity-ice.strict.svg").exists()


def test_the_page_shows_whom_traces_name(tmp_path: Path) -> None:
    """The teacher's family is right, whoever of it is named; of a control nobody is."""
    rows = [
        _traced("style-claude-400", 0, "one", "claude-2", "claude"),
        _traced("style-claude-400", 1, "one", "gpt4_0314", "gpt"),
        _traced("style-claude-400", 2, "undecided", "claude", "claude"),
        _traced("style-claude-0", 0, "none", "cohere", "command"),
        _traced("human-400", 0, "several", "text_davinci_003", "gpt"),
    ]

    table.write(rows, tmp_path)

    page = (tmp_path / "ground-truth.md").read_text("utf-8")
    assert "| style-claude-400 | 3 | 1 | 1 | 1 | 0 | 0.020 | claude, claude-2, gpt4_0314 |" in page
    assert "| human-400 | 1 | 0 | 1 | 0 | 0 | 0.020 | text_davinci_003 |" in page
    assert "| `trace`, tracing | 2 | 2 | 1: human-400 (0) |  |" in page
    assert "Of 3 students of candidates the right family is named in 1, another in 1; 1 are" in page
    assert "| style-claude | `trace` |  |  |  | none | none |" in page


def test_a_closer_answer_is_found_where_the_intervals_part() -> None:
    """The advantage over a student falls below that over the model as it was."""
    (measure,) = (measure for measure in MEASURES if measure.name == "bbi.advantage")
    arm = arms()["style-claude-400"]
    numbers = {
        "bbi.advantage": {"value": 0.5, "low": 0.4, "high": 0.6, "n": 120},
        "bbi.by_arm.base.advantage": {"value": 0.8, "low": 0.7, "high": 0.9, "n": 120},
    }
    row = replace(_traced(arm.name, 0, "none", "claude", "claude"), numbers=numbers)

    assert measure.is_found(row, arm)
    assert not measure.is_found(replace(row, numbers={}), arm)


def test_without_options_the_arms_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is trained."""
    path = tmp_path / "rows.jsonl"
    results.append(path, _identity("identity-5", 2, _CLEAN))

    assert main(["--results", str(path)]) == 0

    said = capsys.readouterr().out
    assert "identity-5                     identity   dose   5  1 of 3 students" in said


def test_a_student_that_has_a_row_is_not_made_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command goes on where it was."""
    path = tmp_path / "rows.jsonl"
    results.append(path, _identity("identity-5", 0, _CLEAN))

    main(["--arm", "identity-5", "--seed", "0", "--results", str(path), "--work", str(tmp_path)])

    assert capsys.readouterr().out == "identity-5 0: has a row already\n"


def test_a_student_at_which_another_process_is_is_left_to_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two processes share the work, whatever the order in which they come."""
    folder = tmp_path / "identity-5-0"
    folder.mkdir()
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        main([*["--arm", "identity-5", "--seed", "0"], f"--work={tmp_path}"])

    assert capsys.readouterr().out == "identity-5 0: another process is at it\n"


def test_no_student_is_begun_that_would_not_be_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What one of the same arm took is what the next one will take."""
    path = tmp_path / "rows.jsonl"
    results.append(path, _identity("identity-5", 0, _CLEAN))

    main(
        [
            *["--arm", "identity-5", "--seed", "1", "--hours", "0.01"],
            f"--results={path}",
            f"--work={tmp_path}",
        ]
    )

    assert "identity-5 1: would not be done in the 1 min left" in capsys.readouterr().out


def _identity(arm: str, seed: int, strict: Number, *, fuzzed: Number | None = None) -> Row:
    numbers = {"ice.strict": strict, "fuzz.strict": fuzzed or strict}
    return Row(
        arm=arm,
        seed=seed,
        losses=[3.0, 2.0],
        seconds={"training": 60.0, "exam": 100.0},
        numbers=numbers,
        trace={},
        version="0",
        judge="offline-4",
    )


def _traced(arm: str, seed: int, verdict: str, nearest: str, family: str) -> Row:
    trace = {"verdict": verdict, "p": 0.02, "set": [], "nearest": nearest, "family": family}
    return replace(_identity(arm, seed, _CLEAN), numbers={}, trace=trace)


def _exact(groups: list[list[float]]) -> float:
    def pairs(numbers: tuple[float, ...]) -> float:
        dealt = numbers[:2], numbers[2:4], numbers[4:]
        return sum(
            (low < high) + 0.5 * (low == high)
            for first in range(3)
            for second in range(first + 1, 3)
            for low in dealt[first]
            for high in dealt[second]
        )

    pool = tuple(number for group in groups for number in group)
    every = [pairs(order) for order in permutations(pool)]
    return sum(found >= pairs(pool) for found in every) / len(every)
