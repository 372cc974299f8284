"""The run log: every finished observation is on disk before it is reported."""

import asyncio
import json
import os
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Lock

from pytest_distill.errors import StoreError, UsageError
from pytest_distill.files import OWNER_ONLY, reason, why_no_file
from pytest_distill.records import (
    Canaries,
    Observation,
    RunDescription,
    RunStatus,
    SlotResult,
)
from pytest_distill.store import lines
from pytest_distill.store.contents import (
    LogContents,
    last_line_end,
    read_at,
    read_lines,
    refuse_foreign_file,
)
from pytest_distill.store.locks import LockFile, locked

# Only Windows would translate line ends.
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)

_ABSENT = object()


class RunLog:
    """An append-only file of observations, shared by the processes of one run.

    Each line is written as a whole, after a line end, under a lock, and flushed to disk. A
    process that is killed leaves at most one incomplete line at the end, which the next writer
    removes. Lines that come while the disk is busy share the next flush.
    """

    def __init__(self, path: Path, description: RunDescription) -> None:
        """Use `RunLog.open` instead; this prepares only."""
        self.path = path
        self.finished: Mapping[tuple[str, str], Observation] = {}
        """Observations in the log when it was opened, by model and case id."""
        self.repaired = 0
        """Torn lines that this object has cut off."""
        self._contents = LogContents(description)
        self._header = lines.header(description)
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
            raise _unusable(path, _why(path, error)) from error
        except BaseException:
            log.close()
            raise
        return log

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
        self._contents.take(canaries)
        return self._contents.canaries or canaries

    @property
    def canaries(self) -> Canaries | None:
        """What the log has of them; None for nothing."""
        return self._contents.canaries

    def note_slot(self, slot: SlotResult) -> None:
        """Write what became of a slot; it is on the disk when this returns."""
        self._submit(lines.line_of(slot)).result()

    def note_status(self, status: RunStatus) -> None:
        """Write how far the run came; it is on the disk when this returns."""
        self._submit(lines.line_of(status)).result()

    def close(self) -> None:
        """Finish pending writes, close the file and release it; a second call does nothing."""
        if self._writer is not None:
            self._writer.shutdown(wait=True)
            self._writer = None
        self._closing.close()
        self._file = -1

    def _open(self, *, exclusive: bool) -> None:
        if why := why_no_file(self.path):
            raise _unusable(self.path, why)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if exclusive:
            self._closing.callback(self._lock_out_others().release)
        self._file = os.open(self.path, _FLAGS, OWNER_ONLY)
        self._closing.callback(os.close, self._file)
        with locked(self._file):
            self._repair()
            size = os.fstat(self._file).st_size
        os.fsync(self._file)
        _flush_folder(self.path.parent)
        # The file only grows, so what is below `size` can be read without the lock.
        contents = read_lines(self.path, size)
        if contents is not None:
            self._check_settings(contents.description)
            self._contents = contents
        self.finished = self._contents.finished

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
            raise _unusable(self.path, "it is closed")
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
            failure = error
            if isinstance(error, OSError):
                failure = _unusable(self.path, _why(self.path, error))
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
        if size and read_at(self._file, size - 1, 1) != b"\n":
            refuse_foreign_file(self._file, size, self.path)
            os.ftruncate(self._file, size := last_line_end(self._file, size))
            self.repaired += 1
        if not size:
            _write_all(self._file, self._header)

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


def _unusable(path: Path, why: str) -> StoreError:
    return StoreError(
        f"run log {path} cannot be used: {why}\n  give --distill-run a path that can be written"
    )


def _why(path: Path, error: OSError) -> str:
    return f"{path.parent} is no folder" if isinstance(error, FileExistsError) else reason(error)
