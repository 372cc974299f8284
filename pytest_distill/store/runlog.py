"""The run log: every finished observation is on disk before it is reported."""

import asyncio
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from pytest_distill.errors import FileFormatError, StoreError, UsageError
from pytest_distill.records import (
    Canaries,
    Observation,
    RunDescription,
    RunStatus,
    SlotResult,
)
from pytest_distill.store import lines
from pytest_distill.store.locks import LockFile, locked

# Only Windows would translate line ends.
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
# Bytes read at once to find the last line end; an observation has a few kilobytes.
_STEP = 65536

_ABSENT = object()


class LogContents(NamedTuple):
    """What a run log holds."""

    description: RunDescription
    observations: Mapping[tuple[str, str], Observation]
    """By the label of the model and the id of the case."""
    slots: Sequence[SlotResult]
    canaries: Canaries | None
    status: RunStatus
    """What the last session said of how far it came."""


class RunLog:
    """An append-only file of observations, shared by the processes of one run.

    Each line is written as a whole, after a line end, under a lock, and flushed to disk. A
    process that is killed leaves at most one incomplete line at the end, which the next writer
    removes. Lines that come while the disk is busy share the next flush.
    """

    def __init__(self, path: Path, description: RunDescription | None) -> None:
        """Use `RunLog.open` instead; this prepares only."""
        self.path = path
        self.finished: Mapping[tuple[str, str], Observation] = {}
        """Observations in the log when it was opened, by model and case id."""
        self.canaries: Canaries | None = None
        """What came of them so far; a judge that failed once has failed."""
        self.status = RunStatus()
        """How far the run came, in the words of its last session."""
        self._slots: dict[tuple[str, str, str], SlotResult] = {}
        self.repaired = 0
        """Torn lines that this object has cut off."""
        self._description = description
        self._closing = ExitStack()
        self._file = -1
        self._writer: ThreadPoolExecutor | None = None
        self._queue: list[tuple[bytes, Future[None]]] = []
        self._queue_lock = Lock()

    @classmethod
    def open(cls, path: Path, description: RunDescription, *, exclusive: bool = True) -> "RunLog":
        """Start a log, or go on with one.

        Args:
            path: the log; folders on the way are made.
            description: how the run is set up, which two parts of one run must share.
            exclusive: this is the run itself, of which a log has one at a time. Its workers
                say False.

        Raises:
            UsageError: the log is of a run with other settings, or in use by another run.
            FileFormatError: a line is damaged, or the file is no run log.
            StoreError: the file cannot be read or written.
        """
        log = cls(path, description)
        try:
            log._open(exclusive=exclusive)
        except OSError as error:
            log.close()
            raise _unusable(path, error) from error
        except BaseException:
            log.close()
            raise
        return log

    @classmethod
    def contents(cls, path: Path) -> LogContents:
        """Return what a log holds; nothing is written or locked.

        Raises:
            FileFormatError: a line is damaged, or the file is no run log.
            StoreError: the file cannot be read.
        """
        log = cls(path, None)
        found: list[RunDescription] = []
        try:
            log._file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
            log._closing.callback(os.close, log._file)
            size = os.fstat(log._file).st_size
            log._refuse_foreign_file(size)
            # Somebody may be writing the last line.
            finished = log._read(log._last_line_end(size), found.append)
        except OSError as error:
            message = f"run log {path} cannot be read: {error.strerror or error}"
            raise StoreError(message) from error
        finally:
            log.close()
        if not found:
            raise FileFormatError(path, 1, "not a run log: it is empty")
        return LogContents(found[0], finished, log.slots, log.canaries, log.status)

    @property
    def slots(self) -> Sequence[SlotResult]:
        """What became of slots so far; of one that ran again the last result."""
        return list(self._slots.values())

    async def append(self, observation: Observation) -> None:
        """Write one observation; it is on disk when this returns.

        A cancelled caller does not stop the write.

        Raises:
            StoreError: the disk is full, or the file can no longer be written.
        """
        await asyncio.wrap_future(self._submit(lines.line_of(observation)))

    def note(self, canaries: Canaries) -> Canaries:
        """Write what came of the canaries, and return it with what the log had of them."""
        self._submit(lines.line_of(canaries)).result()
        self.canaries = canaries.after(self.canaries)
        return self.canaries

    def note_slot(self, slot: SlotResult) -> None:
        """Write what became of a slot; it is on the disk when this returns."""
        self._submit(lines.line_of(slot)).result()

    def note_status(self, status: RunStatus) -> None:
        """Write how far the run came; it is on the disk when this returns."""
        self._submit(lines.line_of(status)).result()
        self.status = status

    def close(self) -> None:
        """Finish pending writes, close the file and release it; a second call does nothing."""
        if self._writer is not None:
            self._writer.shutdown(wait=True)
            self._writer = None
        self._closing.close()
        self._file = -1

    def _open(self, *, exclusive: bool) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if exclusive:
            self._closing.callback(self._lock_out_others().release)
        self._file = os.open(self.path, _FLAGS, 0o666)
        self._closing.callback(os.close, self._file)
        with locked(self._file):
            self._repair()
            size = os.fstat(self._file).st_size
        os.fsync(self._file)
        _flush_folder(self.path.parent)
        # The file only grows, so its first `size` bytes can be read without the lock.
        self.finished = self._read(size, self._check_settings)

    def _lock_out_others(self) -> LockFile:
        lock = self.path.with_name(f"{self.path.name}.lock")
        try:
            return LockFile(lock)
        except BlockingIOError as error:
            message = (
                f"run log {self.path} is in use by another run{_holder(lock)}\n"
                "  wait until it ends, or give --distill-run another path"
            )
            raise UsageError(message) from error

    def _submit(self, line: bytes) -> Future[None]:
        written: Future[None] = Future()
        if self._file < 0:
            raise _unusable(self.path, OSError("it is closed"))
        entry = (line, written)
        with self._queue_lock:
            if self._writer is None:
                self._writer = ThreadPoolExecutor(1, "pytest-distill-run-log")
            self._queue.append(entry)
            if len(self._queue) == 1:
                self._writer.submit(self._write_queue)
        return written

    def _write_queue(self) -> None:
        """Write all lines that are queued; later lines are written by the next call."""
        with self._queue_lock:
            entries, self._queue = self._queue, []
        waiting = [written for _, written in entries if written.set_running_or_notify_cancel()]
        try:
            self._write(b"".join(line for line, _ in entries))
        except Exception as error:  # noqa: BLE001 - passed on to the callers that wait
            failure = _unusable(self.path, error) if isinstance(error, OSError) else error
            for written in waiting:
                written.set_exception(failure)
        else:
            for written in waiting:
                written.set_result(None)

    def _write(self, content: bytes) -> None:
        with locked(self._file):
            self._repair()
            end = os.fstat(self._file).st_size
            try:
                _write_all(self._file, content)
            except OSError:
                os.ftruncate(self._file, end)  # a full disk: no half lines
                raise
        os.fsync(self._file)

    def _repair(self) -> None:
        """Remove an incomplete last line, left by a killed process; give an empty file a header."""
        size = os.fstat(self._file).st_size
        if size and self._at(size - 1, 1) != b"\n":
            self._refuse_foreign_file(size)
            os.ftruncate(self._file, size := self._last_line_end(size))
            self.repaired += 1
        if not size:
            _write_all(self._file, self._header)

    @property
    def _header(self) -> bytes:
        if self._description is None:
            message = f"{self.path} is only read"
            raise TypeError(message)
        return lines.header(self._description)

    def _refuse_foreign_file(self, size: int) -> None:
        # Before anything is cut: the path may be of something else that the user wrote.
        start = self._at(0, min(size, len(lines.START)))
        if not lines.START.startswith(start):
            raise FileFormatError(self.path, 1, lines.NO_RUN_LOG)

    def _last_line_end(self, size: int) -> int:
        while size:
            start = max(0, size - _STEP)
            found = self._at(start, size - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            size = start
        return 0

    def _at(self, start: int, length: int) -> bytes:
        os.lseek(self._file, start, os.SEEK_SET)
        return os.read(self._file, length)

    def _read(
        self, size: int, check: Callable[[RunDescription], None]
    ) -> dict[tuple[str, str], Observation]:
        """Return the observations; of several on one case the first, which was reported.

        If that one is missing, the next counts: the run asked again to have a verdict.
        """
        finished: dict[tuple[str, str], Observation] = {}
        for number, line in self._lines(size):
            try:
                if number == 1:
                    check(lines.read_header(line))
                    continue
                record = lines.read(line)
            except ValueError as error:
                raise FileFormatError(self.path, number, str(error)) from error
            if isinstance(record, Observation):
                key = (record.model, record.case.id)
                if finished.setdefault(key, record).outcome == "missing":
                    finished[key] = record
            else:
                self._take(record)
        return finished

    def _take(self, record: Canaries | SlotResult | RunStatus) -> None:
        if isinstance(record, Canaries):
            self.canaries = record.after(self.canaries)
        elif isinstance(record, SlotResult):
            self._slots[record.suite, record.model, record.slot] = record
        else:
            self.status = record

    def _lines(self, size: int) -> Iterator[tuple[int, bytes]]:
        with self.path.open("rb") as file:
            number = 0
            while size > 0 and (line := file.readline()):
                size -= len(line)
                yield (number := number + 1), line

    def _check_settings(self, before: RunDescription) -> None:
        differing = differences(before, lines.read_header(self._header))
        if differing:
            message = "\n".join(
                [
                    f"run log {self.path} was started with other settings:",
                    *(f"  {name}: was {old}, is now {new}" for name, old, new in differing),
                    "  continue with the same settings, or give --distill-run another path",
                ]
            )
            raise UsageError(message)


def differences(one: RunDescription, other: RunDescription) -> list[tuple[str, str, str]]:
    """Return the name of each setting in which two runs differ, and what it is in both."""
    old, new = (_flat(side.model_dump(mode="json")) for side in (one, other))
    return [
        (name, _shown(old, name), _shown(new, name))
        for name in sorted(old | new)
        if old.get(name, _ABSENT) != new.get(name, _ABSENT)
    ]


def _flat(settings: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    """Return nested settings as one level of dotted names."""
    flat: dict[str, object] = {}
    for name, value in settings.items():
        if isinstance(value, dict) and value:
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat


def _shown(settings: Mapping[str, object], name: str) -> str:
    return json.dumps(settings[name], ensure_ascii=False) if name in settings else "(not set)"


def _holder(lock: Path) -> str:
    try:
        return f" (process {int(lock.read_text())})"
    except (OSError, ValueError):
        return ""


def _write_all(file: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]


def _flush_folder(folder: Path) -> None:
    """Flush the folder, where that is possible, so that the name of a new file is durable too."""
    try:
        file = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # Windows
    try:
        os.fsync(file)
    except OSError:
        pass  # some network file systems
    finally:
        os.close(file)


def _unusable(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"run log {path} cannot be used: {error.strerror or error}\n"
        "  give --distill-run a path that can be written"
    )
