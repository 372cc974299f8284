"""The run log as the run sees it: what cannot be written to it is lost for a later run only."""

from collections.abc import Mapping

from pytest_distill.errors import StoreError
from pytest_distill.records import Canaries, Observation, RunStatus, SlotResult
from pytest_distill.store.runlog import RunLog


class RunJournal:
    """Writes to a run log; where the disk is full or the file is gone, the run goes on.

    Results stand, and reports are written of them; the failure is kept for the end of the run.
    """

    def __init__(self, log: RunLog) -> None:
        self._log = log
        self.lost = 0
        """Results that are not in the log."""
        self.why = ""
        """The first failure to write; empty if there was none."""

    @property
    def finished(self) -> Mapping[tuple[str, str], Observation]:
        """Observations in the log when it was opened, by model and case id."""
        return self._log.finished

    async def append(self, observation: Observation) -> None:
        """Write one observation."""
        try:
            await self._log.append(observation)
        except StoreError as error:
            self._fail(error, results=1)

    def note_slot(self, slot: SlotResult) -> None:
        """Write what became of a slot."""
        try:
            self._log.note_slot(slot)
        except StoreError as error:
            self._fail(error, results=1)

    def note(self, canaries: Canaries) -> Canaries:
        """Write what came of the canaries, and return it with what the log had of them."""
        try:
            return self._log.note(canaries)
        except StoreError as error:
            self._fail(error)
            return canaries.after(self._log.canaries)

    def note_status(self, status: RunStatus) -> None:
        """Write how far the run came."""
        try:
            self._log.note_status(status)
        except StoreError as error:
            self._fail(error)

    def close(self) -> None:
        """Close the log."""
        self._log.close()

    def _fail(self, error: StoreError, *, results: int = 0) -> None:
        self.lost += results
        # The lines after the first say what to do before a run.
        self.why = self.why or str(error).partition("\n")[0]
