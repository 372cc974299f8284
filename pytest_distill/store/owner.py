"""Identifies the process that holds a claim, and tells whether it is alive."""

import os
import platform
import sys
import uuid
from pathlib import Path
from typing import NamedTuple

_PROC = Path("/proc")


class Owner(NamedTuple):
    """A process, or one of several caches opened in it."""

    token: str
    """Unique for each object: a process may open the cache twice."""
    host: str
    """Machine, boot and process namespace: pids are comparable only if all are the same."""
    pid: int
    started: str
    """Start time of the process, as the system gives it: pids are reused."""

    @classmethod
    def here(cls) -> "Owner":
        """Return a new owner in this process."""
        pid = os.getpid()
        return cls(token=uuid.uuid4().hex, host=_host(), pid=pid, started=_started(pid) or "")

    def is_known_dead(self, *, seen_from: "Owner") -> bool:
        """Say whether the process has certainly ended; False if that cannot be seen from here."""
        if self.host != seen_from.host:
            return False
        if self.started:
            return _started(self.pid) != self.started
        return not _answers(self.pid)


def _host() -> str:
    boot = _text(_PROC / "sys/kernel/random/boot_id")
    try:
        # Containers share the boot of their host, but not its pids.
        namespace = str((_PROC / "self/ns/pid").readlink())
    except OSError:
        namespace = ""
    return " ".join(part for part in (platform.node(), boot, namespace) if part)


def _started(pid: int) -> str | None:
    """Return the start time of a living process; None where there is none, or no ``/proc``."""
    # "PID (NAME) STATE ...": a name may hold anything, brackets included.
    fields = _text(_PROC / f"{pid}/stat").rpartition(")")[2].split()
    # A zombie has ended; its parent has not read its exit status yet.
    if not fields or fields[0] in {"Z", "X", "x"}:
        return None
    return fields[19]  # "starttime", the 22nd field of proc(5)


def _answers(pid: int) -> bool:
    # On Windows signal 0 is Ctrl-C; there the lease decides.
    if sys.platform != "win32":
        try:
            os.kill(pid, 0)
        except (ProcessLookupError, OverflowError):  # or a number that no process can have
            return False
        except PermissionError:
            return True
    return True


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""
