"""Reading and atomic writing of files."""

import hashlib
import os
import stat
from difflib import get_close_matches
from pathlib import Path

OWNER_ONLY = 0o600
"""Mode of new files with answers, which may hold what is nobody else's business."""

# Names that a message lists; a folder may have thousands.
_SHOWN = 5


def why_unreadable(path: Path, error: OSError) -> str:
    """Return why a file cannot be read, and what is there instead."""
    if path.is_dir():
        names = sorted(found.name for found in path.iterdir() if found.is_file())
        alike = [name for name in names if not path.suffix or name.endswith(path.suffix)]
        shown = ", ".join(map(repr, alike[:_SHOWN])) + (", ..." if len(alike) > _SHOWN else "")
        return f"it is a folder, not a file; {'in it are: ' if shown else 'it has no file'}{shown}"
    reason = error.strerror or type(error).__name__
    return f"{reason}{_near(path)}" if isinstance(error, FileNotFoundError) else reason


def _near(path: Path) -> str:
    folder = path.absolute().parent
    if not folder.is_dir():
        return f": there is no folder {str(path.parent)!r}"
    near = get_close_matches(path.name, [found.name for found in folder.iterdir()], n=1)
    return f". Did you mean {str(path.with_name(near[0]))!r}?" if near else ""


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal digits.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, text: str) -> None:
    """Write `text` so that a reader sees the old content or the new, never a part of it.

    Symbolic links are followed. What is no regular file (a pipe, ``/dev/stderr``) is written to
    directly.

    Raises:
        OSError: the file cannot be written; its old content stays.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        with target.open("w", encoding="utf-8") as stream:
            stream.write(text)
        return
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else OWNER_ONLY
        created = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        # Only Windows would translate line ends, those of CSV twice.
        with os.fdopen(created, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
