"""A run log that can no longer be written: the run goes on, and knows what is lost."""

import asyncio
from pathlib import Path

from pytest_distill.records import Canaries, Case, Observation, RunStatus, SlotResult
from pytest_distill.run.journal import RunJournal
from pytest_distill.store.contents import read_log
from pytest_distill.store.runlog import RunLog
from tests.support.runs import description

CASE = Case(id="ice/a", suite="ice", query="Who?", probe_key="who")
OBSERVATION = Observation(case=CASE, model="m", judge="j", outcome="missing", why_missing="x")
CANARIES = Canaries(asked=4, missing=0, failed=())
SLOT = SlotResult(suite="fuzz", model="m", slot="mut001")


def test_what_can_be_written_is_written(tmp_path: Path) -> None:
    """And nothing is lost."""
    path = tmp_path / "run.jsonl"
    journal = RunJournal(RunLog.open(path, description()))

    asyncio.run(journal.append(OBSERVATION))
    journal.note_slot(SLOT)
    noted = journal.note(CANARIES)
    journal.note_status(RunStatus(blockers=("b",)))
    journal.close()

    found = read_log(path)
    assert (journal.lost, journal.why) == (0, "")
    assert found.finished == {("m", "ice/a"): OBSERVATION}
    assert list(found.slots) == [SLOT]
    assert found.canaries == noted
    assert found.status.blockers == ("b",)


def test_what_cannot_be_written_is_counted(tmp_path: Path) -> None:
    """With the first reason, in a line; nothing is raised. Canaries and status are no results."""
    path = tmp_path / "run.jsonl"
    log = RunLog.open(path, description())
    journal = RunJournal(log)
    before = journal.note(CANARIES)
    log.close()

    asyncio.run(journal.append(OBSERVATION))
    journal.note_slot(SLOT)
    noted = journal.note(CANARIES)
    journal.note_status(RunStatus())

    assert journal.finished == {}
    assert noted == CANARIES.after(before)
    assert (journal.lost, journal.why) == (2, f"run log {path} cannot be used: it is closed")
