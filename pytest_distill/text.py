"""Makes text from outside fit for records, messages and terminals."""

import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import PurePath

# Control, format (zero-width and bidirectional marks), surrogate, private and unassigned.
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
)
"""For a set in a regular expression: characters that are shown as nothing, letters among them.

Soft hyphens, joiners, direction marks, byte-order marks, Hangul fillers, Khmer vowels, variation
selectors.
"""

INVISIBLE_TAGS = "\U000e0000-\U000e0fff"
"""Likewise, apart: copies of the ASCII letters, which a model may read as words."""

MOST_CHARACTERS = 1_000_000
"""Of an answer that is judged and kept. The longest answers of models, thinking included, have
about half as many."""

# Enough of a server's message to correct a request, without a whole HTML page.
_MESSAGE_CHARACTERS = 300

# What tells the messages about one fault apart: the question, the answer or the id in quotes.
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")

# What a CI server takes for a command where it stands in a log: GitHub ``::error::`` as the first
# word of a line, Azure ``##vso[...]`` and ``##[error]``, TeamCity ``##teamcity[...]``. Lines may be
# wrapped before any word, so each is broken wherever it stands.
_COMMAND = re.compile(
    r"(?<!:)::++(?=[A-Za-z][\w-]*+(?:\s[^\n]*?)?::)|(?<!#)##++(?=\w*+\[)",
)

QUOTE_MARK = "| "
"""Stands before each line of quoted text, so that none can pass for a line of ours."""

COLUMNS = 80
"""Width that reports on a terminal keep to."""

# As git names commits: a hash that nobody forges needs no more to be told from a thousand others.
DIGEST_DIGITS = 16


def digest(text: str) -> str:
    """Return a short name for a text that is the same on every machine: 16 hexadecimal digits."""
    return digest_of(hashlib.sha256(text.encode()).digest())


def digest_of(sha256: bytes) -> str:
    """Return the short name of a text whose SHA-256 is known."""
    return sha256.hex()[:DIGEST_DIGITS]


def readable(text: str) -> str:
    """Return `text` with lone surrogates replaced, which no file or record can hold."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def from_system(text: str) -> str:
    """Return an argument or the name of a file as the UTF-8 that it is, whatever the locale is.

    Of what the locale lacks (``LC_ALL=C``: all but ASCII) Python makes lone surrogates. What is no
    UTF-8 either has its bytes as escapes.
    """
    if text.isascii():
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return readable(text)


def to_system(path: str) -> str:
    """Return a path as files are opened by it: the reverse of `from_system`."""
    return path if path.isascii() else os.fsdecode(path.encode("utf-8", "surrogateescape"))


def printable(text: str) -> str:
    """Return `text` with control and invisible characters as escapes; line feeds stay.

    A model's answer can then neither control a terminal nor hide characters, nor give commands to
    a CI server that shows the log: these are broken by a space.
    """
    return without_commands(_visible(text))


def without_commands(text: str) -> str:
    """Return `text` without commands to a CI server."""
    if "::" in text or "##" in text:
        return _COMMAND.sub(lambda found: " ".join(found[0]), text)
    return text


def _visible(text: str) -> str:
    # `str.isprintable` is True only for letters, marks, numbers, punctuation, symbols and spaces.
    if text.replace("\n", "").isprintable():
        return text
    hidden = {c for c in set(text) - {"\n"} if unicodedata.category(c) in _HIDDEN}
    return text.translate({ord(character): _escape(character) for character in hidden})


def json_text(value: object) -> str:
    """Return `value` as JSON that can be shown anywhere: what `printable` changes is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    if not text.isprintable():
        hidden = {c for c in set(text) if unicodedata.category(c) in _HIDDEN}
        text = text.translate({ord(c): json.dumps(c)[1:-1] for c in hidden})
    # This sign is in strings only, and a colon of a command at the beginning of a line never is.
    return text.replace("##", "#\\u0023")


def laid_out(text: str) -> str:
    """Return `text` as one printable line whose spaces stay as they are."""
    return printable(text).replace("\n", "\\n")


def one_line(text: str, limit: int = _MESSAGE_CHARACTERS) -> str:
    """Return `text` as one printable line of at most `limit` characters."""
    # Nothing printable is shorter than what it is made of; a command may end beyond the limit.
    line = printable(" ".join(text.split())[: 2 * limit])
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def message(text: str) -> str:
    """Return a message of several lines, none of which can pass for a line of another program.

    Names and values in it may hold line feeds; our own further lines are indented too.
    """
    first, *rest = printable(text).split("\n")
    return "\n".join([first, *(line and f"  {line.removeprefix('  ')}" for line in rest)])


def file_label(path: PurePath) -> str:
    """Return what a file is called in reports and test ids: its stem, which can do no harm."""
    return one_line(from_system(path.stem))


def age(seconds: float) -> str:
    """Return a length of time in its greatest unit, rounded down: ``3 days``, ``59 min``."""
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= size:
            count = int(seconds // size)
            return "1 day" if (count, unit) == (1, "days") else f"{count} {unit}"
    return f"{int(seconds)} s"


def quoted(text: str, margin: str = "", *, columns: int = COLUMNS) -> Iterator[str]:
    """Yield printable lines of `text`, each behind `margin` and `QUOTE_MARK`.

    Lines are cut at `columns`, since a terminal would begin the rest of a longer one without the
    mark.
    """
    width = columns - len(margin) - len(QUOTE_MARK)
    for line in printable(text).split("\n"):
        for part in cut(line, width):
            yield f"{margin}{QUOTE_MARK}{part}".rstrip()


def cut(line: str, width: int) -> Iterator[str]:
    """Yield the parts of a printable line that `width` columns hold, cut at spaces if possible."""
    start, columns, space = 0, 0, 0
    for place, character in enumerate(line):
        columns += _columns(character)
        if columns > width and place > start:
            end = space if space > start else place
            yield line[start:end].rstrip()
            start = end
            columns = sum(map(_columns, line[start : place + 1]))
        if character == " ":
            space = place + 1
    yield line[start:]


def columns_of(text: str) -> int:
    """Return how many columns of a terminal a printable line takes."""
    return sum(map(_columns, text))


def without_quotations(message: str) -> str:
    """Return a message with what it quotes left out: the same for all cases with one fault."""
    return _QUOTED.sub("'…'", message)


def shorten(text: str, width: int, *, keep: tuple[int, int] = (0, 0)) -> str:
    """Cut `text` to about `width` characters around `keep`, and say how many were left out.

    Args:
        text: what to cut.
        width: characters to show beside those of `keep`.
        keep: start and end of a part that must stay; by default the beginning of `text` stays.
    """
    first = max(0, keep[0] - width // 2)
    last = min(len(text), keep[1] + width - (keep[0] - first))
    before = f"[... {first} characters] " if first else ""
    after = f" [... {len(text) - last} characters]" if last < len(text) else ""
    return f"{before}{text[first:last]}{after}"


def without_middle(text: str) -> tuple[str, int]:
    """Return an answer of at most `MOST_CHARACTERS`, and how many are left out of its middle.

    Both ends stay: thinking stands at the beginning, and what was answered at the end.
    """
    if len(text) <= MOST_CHARACTERS:
        return text, 0
    # The note between them counts too, so that nothing is left out a second time.
    half = MOST_CHARACTERS // 2 - 50
    left_out = len(text) - 2 * half
    return f"{text[:half]}\n[... {left_out} characters left out ...]\n{text[-half:]}", left_out


def _escape(character: str) -> str:
    # A tab would break columns; other characters are shown as in a Python literal.
    return "    " if character == "\t" else character.encode("unicode_escape").decode("ascii")


def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
