"""Atomic writing of files."""

import os
from pathlib import Path


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
        partial.write_text(text, "utf-8")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
