"""Reads the objects of a JSON list or JSON-lines file, each with its line number."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pytest_distill import documents
from pytest_distill.errors import FileFormatError

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
    text = documents.text(path, what)
    is_list = text.lstrip().startswith("[")
    for line, entry in _elements(path, text) if is_list else _lines(path, text):
        if not isinstance(entry, dict):
            problem = f"an object is needed, not {type(entry).__name__}"
            raise FileFormatError(path, line, problem)
        yield line, entry


def _lines(path: Path, text: str) -> Iterator[tuple[int, object]]:
    for number, line in documents.lines(text):
        yield number, documents.json_value(line, path, number)


def _elements(path: Path, text: str) -> Iterator[tuple[int, object]]:
    # Decoding the whole list shows whether it is JSON, but not on which lines its elements are.
    documents.json_value(text, path)
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
