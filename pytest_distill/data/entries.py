"""Reads the objects of a JSON list or JSON-lines file, each with its line number."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pytest_distill.errors import FileFormatError, UsageError
from pytest_distill.files import why_unreadable

Fields = Mapping[str, Any]


def read(path: Path, what: str) -> Iterator[tuple[int, Fields]]:
    """Yield the objects of a file, each with its line; blank lines are skipped.

    Args:
        path: a JSON list of objects, or JSON lines.
        what: what the file is for, in messages.

    Raises:
        UsageError: there is no such file, or it cannot be read.
        FileFormatError: ``FILE:LINE: what is wrong``, of the first entry that cannot be used.
    """
    text = _text(path, what)
    is_list = text.lstrip().startswith("[")
    for line, entry in _elements(path, text) if is_list else _lines(path, text):
        if not isinstance(entry, dict):
            problem = f"an object is needed, not {type(entry).__name__}"
            raise FileFormatError(path, line, problem)
        yield line, entry


def _text(path: Path, what: str) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise FileFormatError(path, line, f"not UTF-8: {error.reason}") from error
    except OSError as error:
        message = f"{what} {path}: {why_unreadable(path, error)}"
        raise UsageError(message) from error


def _lines(path: Path, text: str) -> Iterator[tuple[int, object]]:
    # Only "\n" ends a line: a text may hold other separators that splitlines() knows.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, _decode(path, line, number)


def _elements(path: Path, text: str) -> Iterator[tuple[int, object]]:
    # Decoding the whole list shows whether it is JSON, but not on which lines its elements are.
    _decode(path, text)
    decoder = json.JSONDecoder()
    at, line = 0, 1
    end = text.index("[") + 1
    while True:
        begin = _skip(text, end)
        line += text.count("\n", at, begin)
        at = begin
        if text[at] == "]":
            return
        element, end = decoder.raw_decode(text, at)
        yield line, element


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at


def _decode(path: Path, text: str, line: int = 1) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        problem = f"not JSON: {error.msg} (column {error.colno})"
        raise FileFormatError(path, line + error.lineno - 1, problem) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits; deep nesting
        raise FileFormatError(path, line, f"not JSON: {error}") from error
