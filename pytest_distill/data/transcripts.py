"""Recorded answers to judge: one JSON object a line, read whole or not at all."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_distill import documents
from pytest_distill.columns import NO_COLUMNS, PROMPT, RESPONSE, Columns, missing, renamed
from pytest_distill.errors import FileFormatError, UsageError
from pytest_distill.records import Record
from pytest_distill.text import readable
from pytest_distill.thinking import beside, with_thinking

_TEXTS = ("id", "template", "query", "prompt", "response", "language", "category")


class Transcript(Record):
    """One line of a transcript file."""

    line: int
    """Line number, from 1."""
    id: str | None = None
    template: str | None = None
    query: str
    """The probe; the whole prompt where the line has no ``query``."""
    response: str
    """The answer; empty if the line has ``null``: no answer was recorded.

    Thinking that the line has under ``reasoning`` or ``reasoning_content`` stands in front.
    """
    language: str | None = None
    category: str | None = None
    original: Mapping[str, Any]
    """The line as it stands in the file, unknown keys included."""

    @property
    def key(self) -> str:
        """Identifies the line: its id, or else its number."""
        return self.id if self.id is not None else f"line-{self.line:06d}"


def read(path: Path, columns: Columns = NO_COLUMNS) -> tuple[Transcript, ...]:
    """Read a whole file; blank lines are skipped.

    Args:
        path: the file.
        columns: keys of the file that are others than ours.

    Raises:
        UsageError: there is no such file, it cannot be read, or it holds no line.
        FileFormatError: ``FILE:LINE: what is wrong``, of the first line that cannot be used.
    """
    transcripts = tuple(
        _transcript(path, number, line, columns)
        for number, line in documents.lines(documents.text(path, "transcripts"))
    )
    if not transcripts:
        message = f"transcripts {path}: the file holds no line"
        raise UsageError(message)
    _check_ids(path, transcripts)
    return transcripts


def _transcript(path: Path, number: int, line: str, columns: Columns) -> Transcript:
    original = documents.json_value(line, path, number)
    if not isinstance(original, dict):
        raise FileFormatError(path, number, f"an object is needed, not {type(original).__name__}")
    fields = renamed(original, columns, prompt="query")
    for key in _TEXTS:
        if not isinstance(fields.get(key), str | None):
            raise FileFormatError(path, number, f"{key!r} must be a text, not {fields[key]!r:.60}")
    # A response of null is an answer that was not recorded.
    wanted = (PROMPT,) if "response" in fields else (PROMPT, RESPONSE)
    if problem := missing(fields, wanted, how=("--map ", " --map ")):
        raise FileFormatError(path, number, problem)
    query = fields["query"] if fields.get("query") is not None else fields["prompt"]
    optional = {key: fields.get(key) for key in ("id", "template", "language", "category")}
    return Transcript(
        line=number,
        query=readable(query),
        response=readable(with_thinking(fields["response"] or "", beside(fields))),
        original=original,
        **{key: None if text is None else readable(text) for key, text in optional.items()},
    )


def _check_ids(path: Path, transcripts: tuple[Transcript, ...]) -> None:
    seen: dict[str, int] = {}
    for transcript in transcripts:
        first = seen.setdefault(transcript.key, transcript.line)
        if first != transcript.line:
            problem = f"id {transcript.key!r} was used in line {first} already"
            raise FileFormatError(path, transcript.line, problem)
