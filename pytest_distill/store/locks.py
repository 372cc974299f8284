"""Advisory locks on open files; a lock is released when its process ends."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":  # pragma: no cover - Windows
    import msvcrt
    import time

    # Far behind the end of any file: Windows lets no other process read locked bytes.
    _PLACE = 2**30
    _PAUSE_S = 0.002

    def _take(file: int, *, wait: bool) -> None:
        while True:
            os.lseek(file, _PLACE, os.SEEK_SET)
            try:
                return msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
            except OSError as error:
                if not wait:
                    raise BlockingIOError from error
                time.sleep(_PAUSE_S)

    def _give_back(file: int) -> None:
        os.lseek(file, _PLACE, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(file: int, *, wait: bool) -> None:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _give_back(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


@contextmanager
def locked(file: int) -> Iterator[None]:
    """Wait for the lock on an open file, and hold it for the body."""
    _take(file, wait=True)
    try:
        yield
    finally:
        _give_back(file)


class LockFile:
    """A lock file, held by one process at a time and removed with the lock."""

    def __init__(self, path: Path) -> None:
        """Take the lock.

        Raises:
            BlockingIOError: another process has it.
            OSError: the file cannot be made.
        """
        self._path = path
        self._file = self._open()
        os.ftruncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Remove the file and release the lock."""
        with suppress(OSError):  # Windows keeps a file that is open, which does no harm
            self._path.unlink()
        os.close(self._file)

    def _open(self) -> int:
        while True:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                _take(file, wait=False)
                # Its last owner may have removed the file after we opened it.
                if self._is(file):
                    return file
            except BaseException:
                os.close(file)
                raise
            os.close(file)

    def _is(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), self._path.stat())
        except FileNotFoundError:
            return False
