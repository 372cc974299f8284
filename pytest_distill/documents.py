"""What a user's file says: text, its lines, JSON and TOML, each within limits.

JSON is read as RFC 8259 has it. What its readers disagree about is refused, since it could be
counted in two ways: ``NaN`` and ``Infinity``, numbers that are too great, and an object with one
key twice.
"""

import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pytest_distill.errors import (
    DistillError,
    FileFormatError,
    UsageError,
    first_error,
    line_problem,
)
from pytest_distill.files import MOST_BYTES, read_bytes, why_unreadable
from pytest_distill.text import one_line

MOST_LEVELS = 100
"""Of nested lists and objects; no format of ours has more than ten."""

MOST_DOCUMENT_BYTES = 2**20
"""Of a file that is written by hand, as TOML is."""

Refusal = Callable[[str], DistillError]
"""Makes the error about a file that cannot be read, of what is wrong."""

_Kind = TypeVar("_Kind", bound=BaseModel)

_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# As many as surely fit 64 bits.
_MOST_DIGITS = 18
_GREATEST = 10**_MOST_DIGITS
# What is measured is far below, and its square is still a number.
_GREATEST_FLOAT = 1e50
_TOO_DEEP = f"lists and objects are nested more than {MOST_LEVELS} deep"
_TOO_GREAT = f"a whole number has more than {_MOST_DIGITS} digits"
_KEY = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DOTTED = re.compile(rf"\.[ \t]*+{_KEY}(?:[ \t]*+\.[ \t]*+{_KEY}){{{MOST_LEVELS - 1}}}")
_SURROGATE = "a text holds half a character: \\ud800 to \\udfff are written in pairs"
# Where in TOML either of them likely is.
_NESTING, _DIGITS = re.compile(r"[\[{]"), re.compile(r"\b[0-9a-fA-Fobx_]{16,}")
_CONSTANTS = frozenset({"NaN", "Infinity", "-Infinity"})
# A possessive string: what is no JSON must not be tried in two ways.
_TOKEN = re.compile(
    r'(?P<text>"(?:[^"\\]|\\.)*+")(?P<colon>\s*+:)?|(?P<open>[\[{])|(?P<close>[\]}])'
    r"|(?P<word>[-+.\w]++)",
    re.DOTALL,
)
# tomllib of Python 3.11 to 3.13 says where only in its text.
_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)")


def content(
    path: Path, what: str, *, most: int = MOST_BYTES, refusal: Refusal = UsageError
) -> bytes:
    """Return the content of a file.

    Args:
        path: the file.
        what: what it is for, in messages.
        most: greatest size in bytes.
        refusal: makes the error.

    Raises:
        DistillError: of `refusal`: it cannot be read, is no regular file, or is too large.
    """
    try:
        return read_bytes(path, most=most)
    except OSError as error:
        message = f"{what} {path}: {why_unreadable(path, error)}"
        raise refusal(message) from error


def text(path: Path, what: str, *, most: int = MOST_BYTES, refusal: Refusal = UsageError) -> str:
    """Return the content of a file in UTF-8, without a byte-order mark.

    Raises:
        DistillError: as of `content`.
        FileFormatError: it is not UTF-8.
    """
    return decoded(content(path, what, most=most, refusal=refusal), path)


def decoded(raw: bytes, path: Path) -> str:
    """Return the text of a file's content.

    Raises:
        FileFormatError: it is not UTF-8.
    """
    try:
        return raw.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problem = f"not UTF-8: {error.reason}"
        if raw.startswith(_UTF_16):
            problem = "not UTF-8, but UTF-16: save it as UTF-8"
        raise FileFormatError(path, line, problem) from error


def lines(found: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text with their numbers, from 1; blank ones are left out."""
    # Only "\n" ends a line: a text may hold other separators that splitlines() knows.
    for number, line in enumerate(found.split("\n"), start=1):
        if line.strip():
            yield number, line


def json_value(found: str, path: Path, line: int = 1, *, is_ours: bool = False) -> Any:  # noqa: ANN401 - JSON
    """Return the value of a text in JSON.

    Args:
        found: the text.
        path: the file that it is in.
        line: where it begins there.
        is_ours: every number is counted, so none has more than 18 digits or exceeds 1e50; others
            may hold what nobody counts.

    Raises:
        FileFormatError: it is no JSON, or holds what is refused.
    """
    try:
        value = (_OURS if is_ours else _ANY).decode(found)
    except json.JSONDecodeError as error:
        problem = f"not JSON: {error.msg} (column {error.colno})"
        raise FileFormatError(path, line + error.lineno - 1, problem) from error
    except (ValueError, RecursionError) as error:
        raise _refused(found, path, line, is_ours=is_ours, otherwise=str(error)) from error
    if _is_deep(value):
        raise _refused(found, path, line, is_ours=is_ours)
    return value


def record(kind: type[_Kind], found: str, path: Path, line: int = 1) -> _Kind:
    """Return the record that a text in JSON holds.

    Raises:
        FileFormatError: it is no JSON, holds what is refused, or is no such record.
    """
    json_value(found, path, line, is_ours=True)
    try:
        return kind.model_validate_json(found)
    except ValidationError as error:
        # Of what is JSON, nothing else is none to pydantic.
        is_half = first_error(error)["type"] == "json_invalid"
        problem = _SURROGATE if is_half else line_problem(error)
        raise FileFormatError(path, line, problem) from error


def toml_table(found: str, path: Path) -> dict[str, Any]:
    """Return the table of a text in TOML.

    Raises:
        FileFormatError: it is no TOML, or holds what is refused.
    """
    if dotted := _DOTTED.search(found):
        # tomllib takes the square of their length.
        raise FileFormatError(path, found.count("\n", 0, dotted.start()) + 1, _TOO_DEEP)
    try:
        table = tomllib.loads(found)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = place["line"] if place else None
        problem = f"not TOML: {_PLACE.sub('', str(error))}"
        raise FileFormatError(path, int(line or found.count("\n") + 1), problem) from error
    except RecursionError as error:
        raise FileFormatError(path, _line_with(found, _NESTING), _TOO_DEEP) from error
    except ValueError as error:  # a number of thousands of digits
        raise FileFormatError(path, _line_with(found, _DIGITS), _TOO_GREAT) from error
    if _is_deep(table):
        raise FileFormatError(path, _line_with(found, _NESTING), _TOO_DEEP)
    if any(abs(number) > _GREATEST for number in _numbers(table)):
        raise FileFormatError(path, _line_with(found, _DIGITS), _TOO_GREAT)
    return table


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "one key twice"
        raise ValueError(message)
    return found


def _float(digits: str, greatest: float = sys.float_info.max) -> float:
    number = float(digits)
    if abs(number) > greatest:
        raise ValueError(digits)
    return number


def _int(digits: str) -> int:
    if len(digits.lstrip("-")) > _MOST_DIGITS:
        raise ValueError(digits)
    return int(digits)


def _constant(name: str) -> float:
    raise ValueError(name)


_ANY = json.JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_constant=_constant)
_OURS = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=partial(_float, greatest=_GREATEST_FLOAT),
    parse_constant=_constant,
    parse_int=_int,
)


def _is_deep(value: object) -> bool:
    """Return whether lists and objects are nested too deeply; without recursion."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MOST_LEVELS):
        inside = (each.values() if isinstance(each, dict) else each for each in level)
        level = [each for items in inside for each in items if isinstance(each, dict | list)]
    return bool(level)


def _refused(
    found: str, path: Path, line: int, *, is_ours: bool, otherwise: str = ""
) -> FileFormatError:
    """Return the error about the first thing in a text that is refused although it is JSON."""
    most_digits = _MOST_DIGITS if is_ours else sys.get_int_max_str_digits()
    greatest = _GREATEST_FLOAT if is_ours else sys.float_info.max
    problem, place = f"not JSON: {otherwise}", 0
    keys: list[set[str]] = []
    for token in _TOKEN.finditer(found):
        if token["open"]:
            keys.append(set())
        elif token["close"]:
            keys = keys[:-1]
        if said := _problem(token, keys, most_digits, greatest):
            problem, place = said, token.start()
            break
        if token["colon"] and keys:
            keys[-1].add(_key(token["text"]))
    return FileFormatError(path, line + found.count("\n", 0, place), problem)


def _problem(
    token: re.Match[str], keys: list[set[str]], most_digits: int, greatest: float
) -> str | None:
    if len(keys) > MOST_LEVELS:
        return _TOO_DEEP
    if token["colon"] and keys and _key(token["text"]) in keys[-1]:
        return f"the key {one_line(_key(token['text']))!r} is given twice"
    word = token["word"] or ""
    if word in _CONSTANTS:
        return f"{word} is no number in JSON: give null for what is unknown"
    digits = word.lstrip("-")
    if digits.isdecimal():
        return f"a number has {len(digits):,} digits" if len(digits) > most_digits else None
    try:
        return f"{one_line(word, 20)} is too great" if abs(float(word or 0)) > greatest else None
    except ValueError:
        return None


def _key(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text


def _numbers(table: Mapping[str, Any]) -> Iterator[int]:
    """Yield the whole numbers in a table; without recursion."""
    rest: list[object] = [table]
    while rest:
        value = rest.pop()
        if isinstance(value, dict | list):
            rest += value.values() if isinstance(value, dict) else value
        elif isinstance(value, int):
            yield value


def _line_with(found: str, wanted: re.Pattern[str]) -> int:
    """Return the number of the line that has the most of what is wanted."""
    sizes = [sum(map(len, wanted.findall(line))) for line in found.split("\n")]
    return sizes.index(max(sizes)) + 1
