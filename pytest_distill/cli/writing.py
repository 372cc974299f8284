"""Output of commands, to a file or standard output."""

import sys
from collections.abc import Iterable
from pathlib import Path

from pytest_distill.errors import UsageError
from pytest_distill.files import write_whole


def check(output: Path | None, inputs: Iterable[Path]) -> None:
    """Reject an output that cannot be written, or would overwrite an input, before any work.

    Raises:
        UsageError: the output is one of the inputs, a folder, or in no folder.
    """
    if output is None or str(output) == "-":
        return
    if output.is_dir():
        message = f"cannot write {output}: it is a folder; name a file in it"
        raise UsageError(message)
    if not output.absolute().parent.is_dir():
        message = f"cannot write {output}: there is no folder {str(output.parent)!r}"
        raise UsageError(message)
    if output.resolve() in {path.resolve() for path in inputs}:
        message = f"{output} is an input: give the output another name"
        raise UsageError(message)


def write(text: str, output: Path | None) -> None:
    """Write to a file, or to standard output where there is none, or ``-``.

    Raises:
        UsageError: the file cannot be written.
    """
    if output is None or str(output) == "-":
        sys.stdout.write(text)
    else:
        write_file(text, output)


def write_file(text: str, path: Path) -> None:
    """Write to a file, whole or not at all.

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        write_whole(path, text)
    except OSError as error:
        message = f"cannot write {path}: {error.strerror}"
        raise UsageError(message) from error
