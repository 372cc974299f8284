"""What a run log says: read line by line, without writing or locking."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pytest_distill.errors import FileFormatError, StoreError
from pytest_distill.files import opened, why_unreadable
from pytest_distill.records import Canaries, Observation, RunDescription, RunStatus, SlotResult
from pytest_distill.store import lines

# Bytes read at once to find the last line end; an observation has a few kilobytes.
_STEP = 65536

# A million cases have about as much.
_MOST_BYTES = 4 * 2**30

# An answer has a million characters at most, and a case a few answers. What is longer is damaged,
# and is read as several lines, of which the first is reported.
_LONGEST_LINE = 64 * 2**20


@dataclass
class LogContents:
    """What the lines of a run log say."""

    description: RunDescription
    finished: dict[tuple[str, str], Observation] = field(default_factory=dict)
    """By the label of the model and the id of the case: of several the first with a verdict on the
    case as it was asked last."""
    canaries: Canaries | None = None
    """What came of them; a judge that failed once has failed."""
    status: RunStatus = field(default_factory=RunStatus)
    """How far the run came, in the words of its last session."""
    _slots: dict[tuple[str, str, str], SlotResult] = field(default_factory=dict)

    @property
    def slots(self) -> Sequence[SlotResult]:
        """What became of slots; of one that ran again the last result."""
        return list(self._slots.values())

    def take(self, record: lines.Line) -> None:
        """Enter what one line holds."""
        if isinstance(record, Observation):
            key = (record.model, record.case.id)
            earlier = self.finished.get(key)
            # What was asked again because the case had changed since replaces the old verdict.
            if (
                earlier is None
                or earlier.rank.gives_way_to(record.rank)
                or earlier.case != record.case
            ):
                self.finished[key] = record
        elif isinstance(record, SlotResult):
            self._slots[record.suite, record.model, record.slot] = record
        elif isinstance(record, Canaries):
            self.canaries = record.after(self.canaries)
        else:
            self.status = record


def is_run_log(path: Path) -> bool:
    """Return whether a file begins as run logs do; one that cannot be read does not."""
    try:
        with opened(path, most=None) as file:
            return file.read(len(lines.START)) == lines.START
    except OSError:
        return False


def read_log(path: Path) -> LogContents:
    """Return what a log holds; a line that is just being written is left out.

    Raises:
        FileFormatError: a line is damaged, or the file is no run log.
        StoreError: the file cannot be read.
    """
    try:
        with opened(path, most=_MOST_BYTES) as file:
            size = os.fstat(file.fileno()).st_size
            refuse_foreign_file(file.fileno(), size, path)
            end = last_line_end(file.fileno(), size)
        found = read_lines(path, end)
    except OSError as error:
        message = f"run log {path} cannot be read: {why_unreadable(path, error)}"
        raise StoreError(message) from error
    if found is None:
        raise FileFormatError(path, 1, "not a run log: it is empty")
    return found


def read_lines(path: Path, size: int) -> LogContents | None:
    """Return what the first `size` bytes of a log hold, which end with a line; None for no line.

    Raises:
        FileFormatError: a line is damaged, or the file is no run log.
    """
    found: LogContents | None = None
    for number, line in _lines(path, size):
        try:
            if found is None:
                found = LogContents(lines.read_header(line))
            else:
                found.take(lines.read(line))
        except ValueError as error:
            raise FileFormatError(path, number, str(error)) from error
    return found


def refuse_foreign_file(file: int, size: int, path: Path) -> None:
    """Refuse a file that does not begin as run logs do: the path may be of something else.

    Raises:
        FileFormatError: it is no run log.
    """
    start = read_at(file, 0, min(size, len(lines.START)))
    if not lines.START.startswith(start):
        raise FileFormatError(path, 1, lines.NO_RUN_LOG)


def last_line_end(file: int, size: int) -> int:
    """Return the place behind the last line end in the first `size` bytes; 0 without one."""
    while size:
        start = max(0, size - _STEP)
        found = read_at(file, start, size - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        size = start
    return 0


def read_at(file: int, start: int, length: int) -> bytes:
    """Return some bytes of an open file."""
    os.lseek(file, start, os.SEEK_SET)
    return os.read(file, length)


def _lines(path: Path, size: int) -> Iterator[tuple[int, bytes]]:
    with opened(path, most=_MOST_BYTES) as file:
        number = 0
        while size > 0 and (line := file.readline(_LONGEST_LINE)):
            size -= len(line)
            yield (number := number + 1), line
