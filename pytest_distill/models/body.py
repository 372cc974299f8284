"""The body of a response: read, unpacked and parsed, each within a limit.

Servers are not trusted: one that sends gigabytes, or a megabyte that unpacks to gigabytes, must
not fill the memory of the run.
"""

import codecs
import json
import math
import re
import zlib
from collections.abc import AsyncIterator

MOST_BYTES = 16 * 1024 * 1024
"""On the wire, and again unpacked. The longest answers of models are below 1 MiB."""

# Parsed, a value takes up to a hundred bytes where its text takes two. All log probabilities of a
# long answer are below.
_MOST_VALUES = 1_000_000
_BETWEEN_VALUES = (b"[", b"{", b",")
# Python refuses to convert integers of thousands of digits; no count and no code has more.
_MOST_DIGITS = 18

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
# JSON's own, and two that take the square of the length.
_NOT_DECODED = frozenset({"utf-8", "punycode", "idna"})
# Gzip and zlib by their headers; some servers send deflate without one.
_WITH_HEADER, _RAW = zlib.MAX_WBITS | 32, -zlib.MAX_WBITS
# Servers send one; the rest of the body is copied after each.
_MOST_MEMBERS = 100


class BodyError(Exception):
    """A body that is not read on; the message says why, and quotes nothing of it."""


class DamagedError(BodyError):
    """A body that cannot be unpacked; another attempt may bring it whole."""


def check_length(length: str) -> None:
    """Refuse a body by its ``Content-Length``, before any of it is read.

    Raises:
        BodyError: it is too long.
    """
    if length.isdecimal() and (len(length) > _MOST_DIGITS or int(length) > MOST_BYTES):
        raise _too_long()


async def read(chunks: AsyncIterator[bytes]) -> bytes:
    """Return the bytes of a body as they came.

    Raises:
        BodyError: there are too many.
    """
    content = bytearray()
    async for chunk in chunks:
        if len(content) + len(chunk) > MOST_BYTES:
            raise _too_long()
        content += chunk
    return bytes(content)


def unpacked(content: bytes, encodings: str) -> bytes:
    """Return a body without its compression.

    Args:
        content: as it came.
        encodings: ``Content-Encoding``, in the order in which they were applied.

    Raises:
        DamagedError: it cannot be unpacked.
        BodyError: it is too long then, or compressed in a way that was not asked for.
    """
    for encoding in reversed([each.strip().lower() for each in encodings.split(",")]):
        if encoding in {"gzip", "x-gzip", "deflate"}:
            content = _inflated(content)
        elif encoding not in {"", "identity"}:
            message = f"the answer is compressed with {encoding!r:.40}, which was not asked for"
            raise BodyError(message)
    return content


def parsed(content: bytes, content_type: str = "") -> object:
    """Return the JSON value of a body; None if it is not JSON.

    Numbers that no API means, such as NaN and integers of more than 18 digits, are None too.

    Raises:
        BodyError: it has too many values.
    """
    if sum(map(content.count, _BETWEEN_VALUES)) > _MOST_VALUES:
        message = f"the answer has more than {_MOST_VALUES:,} values, and is not read"
        raise BodyError(message)
    try:
        # Without a charset: UTF-8, -16 or -32, as JSON is recognised.
        return json.loads(
            _decoded(content, content_type) or content,
            parse_constant=lambda _: None,
            parse_float=_number,
            parse_int=lambda digits: int(digits) if len(digits) <= _MOST_DIGITS else None,
        )
    except (ValueError, RecursionError):
        return None


def text_of(content: bytes, content_type: str) -> str:
    """Return a body as text, for a message."""
    return _decoded(content, content_type) or content.decode("utf-8", "replace")


def _number(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _decoded(content: bytes, content_type: str) -> str | None:
    charset = _CHARSET.search(content_type)
    try:
        name = "utf-8" if charset is None else codecs.lookup(charset[1]).name
        return None if name in _NOT_DECODED else content.decode(name)
    except (LookupError, ValueError):
        return None


def _inflated(content: bytes) -> bytes:
    try:
        return _inflate(content, _WITH_HEADER)
    except zlib.error:
        pass
    try:
        return _inflate(content, _RAW)
    except zlib.error as error:
        message = f"the answer cannot be unpacked: {error}"
        raise DamagedError(message) from error


def _inflate(content: bytes, bits: int) -> bytes:
    found = bytearray()
    for _ in range(_MOST_MEMBERS):
        if not content:
            return bytes(found)
        # One after the other, as gzip allows.
        member = zlib.decompressobj(bits)
        found += member.decompress(content, MOST_BYTES + 1 - len(found))
        if len(found) > MOST_BYTES:
            raise _too_long(is_packed=True)
        if not member.eof:
            message = "incomplete data"
            raise zlib.error(message)
        content = member.unused_data if bits == _WITH_HEADER else b""
    message = f"the answer is not read: it is compressed in more than {_MOST_MEMBERS} pieces"
    raise BodyError(message)


def _too_long(*, is_packed: bool = False) -> BodyError:
    how = " unpacked" if is_packed else ""
    return BodyError(f"the answer is not read: it is longer than {MOST_BYTES // 2**20} MiB{how}")
