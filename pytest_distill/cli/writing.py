"""Output of commands, to a file or standard output."""

import sys
from collections.abc import Iterable
from io import TextIOWrapper
from pathlib import Path

from pytest_distill.errors import UsageError
from pytest_distill.files import is_directory, is_there, real, reason, why_unwritable
from pytest_distill.report.targets import Text, save


def check(output: Path | None, inputs: Iterable[Path], *, is_folder: bool = False) -> None:
    """Reject an output that cannot be written, or would overwrite an input, before any work.

    Args:
        output: where to write; None, or ``-``: standard output.
        inputs: what is read.
        is_folder: the output is to be a folder.

    Raises:
        UsageError: the output is one of the inputs, a folder and not to be one, or in no folder.
    """
    if output is None or str(output) == "-":
        if is_folder:
            message = "this format writes a folder of files: name it with -o FOLDER"
            raise UsageError(message)
        return
    if is_folder and is_there(output) and not is_directory(output):
        message = f"cannot write {output}: it is a file; name a folder"
        raise UsageError(message)
    why = None if is_folder else why_unwritable(output)
    if why is not None:
        hint = "; name a file in it" if is_directory(output) else ""
        message = f"cannot write {output}: {why}{hint}"
        raise UsageError(message)
    if not is_directory(output.absolute().parent):
        message = f"cannot write {output}: there is no folder {str(output.parent)!r}"
        raise UsageError(message)
    if real(output) in map(real, inputs):
        message = f"{output} is an input: give the output another name"
        raise UsageError(message)


def write(text: Text, output: Path | None) -> None:
    """Write to a file or folder, or to standard output where there is none, or ``-``.

    Raises:
        UsageError: it cannot be written.
    """
    if isinstance(text, str) and (output is None or str(output) == "-"):
        if isinstance(sys.stdout, TextIOWrapper):
            # As in a file, whatever the locale is.
            sys.stdout.reconfigure(encoding="utf-8", errors="strict")
        sys.stdout.write(text)
    elif output is not None:
        write_file(text, output)


def write_file(text: Text, path: Path) -> None:
    """Write to a file, whole or not at all, or to a folder.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        save(text, path)
    except OSError as error:
        message = f"cannot write {path}: {reason(error)}"
        raise UsageError(message) from error
