"""Bodies of responses: read, unpacked and parsed within limits."""

import asyncio
import gzip
import json
import zlib
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.models.body import (
    MOST_BYTES,
    BodyError,
    DamagedError,
    check_length,
    parsed,
    read,
    unpacked,
)

TOO_LONG = "longer than 16 MiB"


async def chunks(size: int, count: int) -> AsyncIterator[bytes]:
    """Yield so many chunks of this size."""
    chunk = b"x" * size
    for _ in range(count):
        yield chunk


def test_as_much_as_the_limit_is_read() -> None:
    """And not a byte more."""
    size = MOST_BYTES // 4

    assert len(asyncio.run(read(chunks(size, 4)))) == MOST_BYTES
    with pytest.raises(BodyError, match=TOO_LONG):
        asyncio.run(read(chunks(size + 1, 4)))


@pytest.mark.parametrize("length", [str(MOST_BYTES + 1), "3000000000", "9" * 5000])
def test_a_length_that_is_too_great_is_refused_before_it_is_read(length: str) -> None:
    """It is the server's own word."""
    with pytest.raises(BodyError, match=TOO_LONG):
        check_length(length)


@pytest.mark.parametrize("length", ["", "0", str(MOST_BYTES), "-1", "x", "٣"])
def test_other_lengths_are_read(length: str) -> None:
    """What is none is left to HTTP."""
    check_length(length)


def bomb(times: int) -> bytes:
    """Return a few kilobytes that unpack to more than the limit, packed so many times."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    content = packer.compress(b"\0" * (MOST_BYTES + 1)) + packer.flush()
    for _ in range(times - 1):
        content = gzip.compress(content)
    return content


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_bomb_is_not_unpacked(times: int) -> None:
    """However often it was packed."""
    content = bomb(times)

    assert len(content) < 100_000
    with pytest.raises(BodyError, match=f"{TOO_LONG} unpacked"):
        unpacked(content, ", ".join(["gzip"] * times))


def test_a_body_of_very_many_pieces_is_not_unpacked() -> None:
    """What is left of it is copied after each."""
    content = gzip.compress(b"") * 200_000

    with pytest.raises(BodyError, match="compressed in more than 100 pieces"):
        unpacked(content, "gzip")


def raw(data: bytes) -> bytes:
    """Return deflate without a header."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@given(st.binary(max_size=200))
def test_every_way_to_pack_is_undone(data: bytes) -> None:
    """Several members, several times, and deflate in both of its forms."""
    assert unpacked(data, "") == unpacked(data, "identity") == data
    assert unpacked(gzip.compress(data), "gzip") == data
    assert unpacked(gzip.compress(data) + gzip.compress(data), "x-gzip") == data + data
    assert unpacked(zlib.compress(gzip.compress(data)), "GZIP, deflate") == data
    assert unpacked(raw(data), "deflate") == data


@pytest.mark.parametrize(
    "content",
    [b"not packed", gzip.compress(b"x" * 99)[:-9], b"\x1f\x8b"],
    # What gzip writes holds the time, and so would the id: workers could not agree on it.
    ids=["not packed", "cut off", "a beginning"],
)
def test_what_cannot_be_unpacked_is_damaged(content: bytes) -> None:
    """Another attempt may be whole."""
    with pytest.raises(DamagedError, match="cannot be unpacked"):
        unpacked(content, "gzip")


def test_packing_that_was_not_asked_for_is_told() -> None:
    """Its name is the server's, and is cut."""
    with pytest.raises(BodyError, match=r"compressed with 'x{39}, which was not asked for"):
        unpacked(b"", "x" * 5000)


@pytest.mark.parametrize(
    "content",
    [b"[" + b"[]," * 1_000_000 + b"1]", b'{"a":' + b"[1," * 1_000_001],
)
def test_a_body_of_very_many_values_is_not_parsed(content: bytes) -> None:
    """Three bytes of JSON take 64 in memory."""
    with pytest.raises(BodyError, match="more than 1,000,000 values"):
        parsed(content)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"a": 1}', {"a": 1}),
        ('{"a": "é"}'.encode("utf-16"), {"a": "é"}),
        (b'\xef\xbb\xbf{"a": 1.5}', {"a": 1.5}),
        (b"[NaN, Infinity, -Infinity, 1e999]", [None] * 4),
        (b"[" + b"9" * 5000 + b"]", [None]),
        (b"[" * 100_000, None),
        (b"\xff", None),
        (b"", None),
    ],
)
def test_numbers_that_mean_nothing_are_none(content: bytes, value: object) -> None:
    """And what is no JSON is none."""
    assert parsed(content) == value


@given(st.binary(), st.text())
def test_nothing_that_a_server_sends_is_a_fault(content: bytes, content_type: str) -> None:
    """It is a value, or none."""
    json.dumps(parsed(content, content_type), allow_nan=False)
