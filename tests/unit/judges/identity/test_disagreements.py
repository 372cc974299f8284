"""``tests/disagreements.md`` is true of the data and of the judge."""

import os
import re
from pathlib import Path

import pytest

from tests.support.recorded_answers import answers, folder, judges

LIST = Path(__file__).parents[3] / "disagreements.md"
ROW = re.compile(
    r"\| (?P<id>\S+) \| (?P<label>\w+) \| (?P<judge>\w+) \| (?:label|judge|open) \| \S.+ \|",
)
FEWEST = 150


def test_every_listed_answer_is_one_that_label_and_judge_read_differently() -> None:
    """Whoever changes a rule learns which of the answers that were read it settles."""
    if not folder().is_dir():
        missing = f"no recorded answers at {folder()}; set PYTEST_DISTILL_DATA"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    listed = {row["id"]: (row["label"], row["judge"]) for row in rows()}

    found = {
        line["id"]: (
            word(loose=line["loose"], strict=line["strict"]),
            word(loose=verdict.loose, strict=verdict.strict),
        )
        for model, judge in judges().items()
        for line in answers(model)
        if line["id"] in listed
        for verdict in [
            judge.read(line["response"], query=line["query"], template=line["template"])
        ]
    }

    assert found == listed


def test_enough_are_listed_and_each_once() -> None:
    """No answer is counted twice, and no list is empty of differences."""
    listed = [row["id"] for row in rows()]

    assert len(listed) == len(set(listed)) >= FEWEST
    assert all(row["label"] != row["judge"] for row in rows())


def rows() -> list[re.Match[str]]:
    """Return the rows of the tables."""
    return [row for line in LIST.read_text("utf-8").splitlines() if (row := ROW.fullmatch(line))]


def word(*, loose: bool | None, strict: bool | None) -> str:
    """Return how the list calls a verdict."""
    if strict:
        return "strict"
    return "loose" if loose else "clean"
