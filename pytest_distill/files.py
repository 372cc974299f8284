"""Files that are written whole or not at all."""

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write `text` so that a reader sees the old content or the new, never a part.

    A link stays a link, and what is no regular file (a pipe, ``/dev/stderr``) is written to.

    Raises:
        OSError: the file cannot be written; what was there stays.
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
