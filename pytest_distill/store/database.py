"""A SQLite file that several processes write: opening, waiting for locks, errors."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from pytest_distill.errors import StoreError
from pytest_distill.files import OWNER_ONLY, real, why_no_file
from pytest_distill.store import schema

T = TypeVar("T")

_DAMAGED = "it is damaged"

# How long one attempt may block the event loop; SQLite sleeps 1 ms, 2 ms, ... up to this.
_ATTEMPT_S = 0.005
# Writes take well under a millisecond; only a stopped process holds a lock for so long.
_LONGEST_WAIT_S = 30.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.002, 0.05

# PROTOCOL: several processes opened a WAL file at the same time.
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}


class BusyError(StoreError):
    """Another process holds the lock."""


class Database:
    """A connection, opened on first use.

    Any thread may use it, but one at a time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None

    def attempt(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` once, waiting a few milliseconds at most for a lock.

        Raises:
            BusyError: another process holds the lock.
            StoreError: the file cannot be used.
        """
        try:
            if self._connection is None:
                self._connection = self._open()
            return work(self._connection)
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", None)
            if code is not None and code & 0xFF in _BUSY:
                raise BusyError(self._message("other processes keep it locked")) from error
            raise StoreError(self._message(str(error))) from error
        except UnicodeDecodeError as error:  # the module's own: of a name in damaged tables
            raise StoreError(self._message(_DAMAGED)) from error

    async def retry(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work`; the event loop runs on while other processes hold the lock."""
        for pause in _pauses():
            try:
                return self.attempt(work)
            except BusyError:
                await asyncio.sleep(pause)
        return self.attempt(work)

    def retry_blocking(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work`; the thread waits while other processes hold the lock."""
        for pause in _pauses():
            try:
                return self.attempt(work)
            except BusyError:
                time.sleep(pause)
        return self.attempt(work)

    def close(self) -> None:
        """Close the connection; later use opens it again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _open(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            problem = f"its folder cannot be made: {error.strerror}"
            raise StoreError(self._message(problem)) from error
        if why := why_no_file(self.path):
            raise StoreError(self._message(why, remedy="name a file"))
        # A file that is there already is left alone: to close it would give up all locks that this
        # process has on it, those of its other connection too, and another process would take away
        # the log (WAL) that we write to (sqlite.org/howtocorrupt.html, 2.2).
        with suppress(OSError):  # sqlite3 says what is wrong with it
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
            os.close(os.open(real(self.path), flags, OWNER_ONLY))
        connection = sqlite3.connect(
            self.path,
            timeout=_ATTEMPT_S,
            isolation_level=None,  # transactions are explicit
            check_same_thread=False,  # closed by the session's thread, used by the loop's
        )
        try:
            self._refuse_foreign_file(connection)
            connection.execute("PRAGMA journal_mode=WAL")
            # In WAL mode a crash of the process loses nothing; a power cut, the latest answers.
            connection.execute("PRAGMA synchronous=NORMAL")
            _make_tables(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _refuse_foreign_file(self, connection: sqlite3.Connection) -> None:
        # Before anything is written: the switch to WAL would change another program's file.
        tables = _tables(connection)
        if tables and (
            "meta" not in tables
            or connection.execute(schema.READ_CODE).fetchone() is not None
            or connection.execute(schema.READ_FORMAT).fetchone() != (schema.FORMAT,)
        ):
            problem = "it is a database of another program"
            raise StoreError(self._message(problem, remedy="name another file"))

    def _message(self, problem: str, *, remedy: str = "delete it") -> str:
        return (
            f"response cache {self.path} cannot be used: {problem}\n"
            f"  {remedy}, or pass --distill-cache off"
        )


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the body as one transaction; the write lock is taken at its start."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute(schema.READ_TABLES)}


def _make_tables(connection: sqlite3.Connection) -> None:
    if not _tables(connection) >= schema.TABLES:
        with transaction(connection):
            for statement in schema.CREATE:
                connection.execute(statement)


def _pauses() -> Iterator[float]:
    deadline, pause = time.monotonic() + _LONGEST_WAIT_S, _FIRST_PAUSE_S
    while time.monotonic() < deadline:
        yield pause
        pause = min(2 * pause, _LONGEST_PAUSE_S)
