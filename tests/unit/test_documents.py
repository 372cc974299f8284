"""What is read of a user's file, and what is refused with its place."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill import documents
from pytest_distill.errors import FileFormatError, UsageError
from pytest_distill.records import Message

FILE = Path("f.json")

DEEP = 3000
LONG = "7" * 5000


def value(text: str) -> object:
    """Return the value of a text in JSON, of ours."""
    return documents.json_value(text, FILE, 5, is_ours=True)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": NaN}', "5: NaN is no number in JSON: give null for what is unknown"),
        ('["NaN",\n\n-Infinity]', "7: -Infinity is no number in JSON"),
        ("[1,\n-1e999]", "6: -1e999 is too great"),
        ("[1,\n1e51]", "6: 1e51 is too great"),
        ('{"a": 1,\n"b": {"a": 1},\n"\\u0061": 2}', "7: the key 'a' is given twice"),
        (f"[1,\n{LONG}]", "6: a number has 5,000 digits"),
        (f"[1,\n-{'1' * 19}]", "6: a number has 19 digits"),
        ("[" * DEEP + "]" * DEEP, "5: lists and objects are nested more than 100 deep"),
        ('{"a":\n' * DEEP + "1" + "}" * DEEP, "105: lists and objects are nested more than 100"),
        ("[" * 101 + "]" * 101, "5: lists and objects are nested more than 100 deep"),
        ('[1,\n"', "6: not JSON: Unterminated string starting at (column 1)"),
        ("", "5: not JSON: Expecting value"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_with_its_line(text: str, problem: str) -> None:
    """So is what no reader can hold."""
    with pytest.raises(FileFormatError, match=f"^{re.escape(f'f.json:{problem}')}"):
        value(text)


@pytest.mark.parametrize(
    "text",
    ['{"a": "NaN"}', '"\u2028\\ud800"', "[" * 100 + "]" * 100, "1e50", "-123456789012345678"],
)
def test_what_only_looks_odd_is_read(text: str) -> None:
    """As JSON has it."""
    assert value(text) == json.loads(text)


def test_numbers_of_others_may_be_long() -> None:
    """Up to what Python reads; where another thing is refused, they are not named."""
    longer = "7" * 40

    assert documents.json_value(longer, FILE) == int(longer)
    assert documents.json_value("1e308", FILE) == 1e308
    with pytest.raises(FileFormatError, match=r"f\.json:2: NaN"):
        documents.json_value(f"[{longer},\nNaN]", FILE)


SCALARS = (
    st.none()
    | st.booleans()
    | st.floats(-1e50, 1e50)
    | st.integers(-(10**18) + 1, 10**18 - 1)
    | st.text(st.characters(codec=None))
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(VALUES, st.booleans())
def test_what_every_reader_reads_alike_is_read(found: object, is_ascii: bool) -> None:  # noqa: FBT001 - drawn
    """Lone surrogates too: JSON can hold them, and who makes a record of them replaces them."""
    assert value(json.dumps(found, ensure_ascii=is_ascii)) == found


def test_half_a_character_is_named() -> None:
    """A record cannot hold it."""
    text = '{"role": "user", "content": "\\ud800"}'

    with pytest.raises(FileFormatError, match=r"^f.json:3: a text holds half a character"):
        documents.record(Message, text, FILE, 3)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = 1\nb = ", "2: not TOML: Invalid value"),
        ("a = 1\na = 2\n", "2: not TOML: Cannot overwrite a value"),
        (f"a = 1\nb = {LONG}\n", "2: a whole number has more than 18 digits"),
        ("a = 1\nb = 0xffffffffffffffff", "2: a whole number has more than 18 digits"),
        (f"a = 1\nb = {'[' * DEEP}{']' * DEEP}", "2: lists and objects are nested more than 100"),
        (f"a = 1\n{'b.' * DEEP}b = 1\n", "2: lists and objects are nested more than 100 deep"),
        (f"a = 1\n[{'b.' * DEEP}b]\n", "2: lists and objects are nested more than 100 deep"),
    ],
)
def test_toml_is_refused_with_its_line(text: str, problem: str) -> None:
    """Whichever way the parser fails."""
    with pytest.raises(FileFormatError, match=f"^{re.escape(f'f.json:{problem}')}"):
        documents.toml_table(text, FILE)


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        (b"a\r\n\n \nb", [(1, "a\r"), (4, "b")]),
        (b"\xef\xbb\xbfa", [(1, "a")]),
        ("a\u2028b\x0cc\x85d".encode(), [(1, "a\u2028b\x0cc\x85d")]),
        (b"\n\r\n", []),
    ],
)
def test_only_line_feeds_end_lines(raw: bytes, lines: list[tuple[int, str]]) -> None:
    """Blank ones are counted, but left out; so is a byte-order mark."""
    assert list(documents.lines(documents.decoded(raw, FILE))) == lines


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("a".encode("utf-16"), "1: not UTF-8, but UTF-16: save it as UTF-8"),
        (b"a\n\xed\xa0\x80", "2: not UTF-8: invalid continuation byte"),
    ],
)
def test_other_encodings_are_named(raw: bytes, problem: str) -> None:
    """With the line of the first byte that is none of UTF-8."""
    with pytest.raises(FileFormatError, match=f"^f.json:{problem}"):
        documents.decoded(raw, FILE)


def test_a_file_that_is_too_large_names_the_limit(tmp_path: Path) -> None:
    """And what it was for."""
    path = tmp_path / "a.toml"
    path.write_bytes(b"#" * (documents.MOST_DOCUMENT_BYTES + 1))

    with pytest.raises(UsageError, match=f"facts {path}: it has more than 1 MiB, and is not read"):
        documents.text(path, "facts", most=documents.MOST_DOCUMENT_BYTES)
