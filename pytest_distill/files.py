"""Opening, reading and atomic writing of files, whatever lies at their paths."""

import errno
import hashlib
import os
import stat
import tempfile
from difflib import get_close_matches
from io import BufferedReader
from pathlib import Path

OWNER_ONLY = 0o600
"""Mode of new files with answers, which may hold what is nobody else's business."""

MOST_BYTES = 512 * 2**20
"""Of a file that is read whole: recorded answers of a hundred thousand cases have about half."""

# Only Windows would translate line ends; a pipe would be waited for until somebody writes.
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)

_MIB = 2**20

# It has a zero byte, or letters that the file system cannot write.
_NO_NAME = "no file can have such a name"

# Names that a message lists; a folder may have thousands.
_SHOWN = 5


def why_unreadable(path: Path, error: OSError) -> str:
    """Return why a file cannot be read, and what is there instead."""
    if is_directory(path):
        names = sorted(name for name in _names(path) if not is_directory(path / name))
        alike = [name for name in names if not path.suffix or name.endswith(path.suffix)]
        shown = ", ".join(map(repr, alike[:_SHOWN])) + (", ..." if len(alike) > _SHOWN else "")
        return f"it is a folder, not a file; {'in it are: ' if shown else 'it has no file'}{shown}"
    return f"{reason(error)}{_near(path) if isinstance(error, FileNotFoundError) else ''}"


def reason(error: OSError) -> str:
    """Return the words of the system, or ours, without number and path."""
    return error.strerror or type(error).__name__


def is_there(path: Path) -> bool:
    """Return whether a path is of anything, also of what cannot be looked at."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError):
        pass
    return True


def is_directory(path: Path) -> bool:
    """Return whether a path is of a folder; unlike `Path.is_dir` this never raises."""
    return os.path.isdir(path)  # noqa: PTH112 - of a name that is too long, or a loop of links


def real(path: Path) -> Path:
    """Return a path without links; unlike `Path.resolve` this never raises."""
    try:
        return Path(os.path.realpath(path))
    except ValueError:  # a name that no file can have
        return path


def why_no_file(path: Path) -> str | None:
    """Return why there can be no file: ``it is a pipe, not a file``; None if there is, or can."""
    try:
        kind = _kind(path.stat().st_mode)
    except FileNotFoundError:
        return None
    except OSError as error:
        return reason(error)
    except ValueError:
        return _NO_NAME
    return kind and _not_a_file(kind)


def opened(path: Path, *, most: int | None = MOST_BYTES) -> BufferedReader:
    """Open a regular file to read it; never waits.

    Args:
        path: the file.
        most: greatest size in bytes; None: any.

    Raises:
        OSError: it cannot be read, is no regular file, or is too large.
    """
    try:
        # Before it is opened, which alone has effects on some devices.
        _refuse_irregular(path.stat().st_mode)
        file = os.open(path, _READ)
    except ValueError as error:
        raise OSError(errno.EINVAL, _NO_NAME) from error
    try:
        found = os.fstat(file)
        # Another file may be there by now.
        _refuse_irregular(found.st_mode)
        _refuse_large(found.st_size, most)
        return os.fdopen(file, "rb")
    except BaseException:
        os.close(file)
        raise


def read_bytes(path: Path, *, most: int = MOST_BYTES) -> bytes:
    """Return the content of a regular file.

    Raises:
        OSError: it cannot be read, is no regular file, or has more than `most` bytes.
    """
    with opened(path, most=most) as file:
        content = file.read(most + 1)
    # It may grow, and of some the system does not say how large they are.
    _refuse_large(len(content), most)
    return content


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal digits.

    Raises:
        OSError: the file cannot be read.
    """
    with opened(path, most=None) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, text: str) -> None:
    """Write `text` so that a reader sees the old content or the new, never a part of it.

    Symbolic links are followed. A device such as ``/dev/null`` is written to directly.

    Raises:
        OSError: the file cannot be written; its old content stays.
    """
    target = real(path)
    if why := why_unwritable(target):
        raise OSError(errno.EINVAL, why)
    if target.exists() and not target.is_file():
        with target.open("w", encoding="utf-8") as stream:
            stream.write(text)
        return
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else OWNER_ONLY
    # A name that nobody can foresee: in a folder of many users a link might lie there.
    created, name = tempfile.mkstemp(prefix=".", suffix=".partial", dir=target.parent)
    partial = Path(name)
    try:
        # Only Windows would translate line ends, those of CSV twice.
        with os.fdopen(created, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        partial.chmod(mode)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def why_unwritable(path: Path) -> str | None:
    """Return why a file cannot be written there: a pipe would wait for a reader; None if it can.

    Devices such as ``/dev/null`` can be written to.
    """
    why = why_no_file(path)
    return None if why == _not_a_file(_DEVICE) else why


def _near(path: Path) -> str:
    folder = path.absolute().parent
    if not is_directory(folder):
        return f": there is no folder {str(path.parent)!r}"
    near = get_close_matches(path.name, _names(folder), n=1)
    return f". Did you mean {str(path.with_name(near[0]))!r}?" if near else ""


def _names(folder: Path) -> list[str]:
    try:
        return [found.name for found in folder.iterdir()]
    except OSError:
        return []


_DEVICE = "a device"


def _kind(mode: int) -> str | None:
    if stat.S_ISREG(mode):
        return None
    kinds = {
        stat.S_IFDIR: "a folder",
        stat.S_IFIFO: "a pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFBLK: "a disk",
    }
    return kinds.get(stat.S_IFMT(mode), _DEVICE)


def _refuse_irregular(mode: int) -> None:
    kind = _kind(mode)
    if kind is not None:
        raise OSError(errno.EINVAL, _not_a_file(kind))


def _not_a_file(kind: str) -> str:
    return f"it is {kind}, not a file"


def _refuse_large(size: int, most: int | None) -> None:
    if most is not None and size > most:
        problem = f"it has more than {most // _MIB:,} MiB, and is not read"
        raise OSError(errno.EFBIG, problem)
