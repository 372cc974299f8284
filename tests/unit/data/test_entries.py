"""Objects in a user's JSON file: where each begins, and how a broken file is reported."""

import re
from pathlib import Path

import pytest

from pytest_distill.data import entries
from pytest_distill.errors import FileFormatError, UsageError


def lines_of(path: Path, content: str | bytes) -> list[tuple[int, object]]:
    """Write a file, read it, and return what is under ``a`` of each object, with its line."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [(line, fields["a"]) for line, fields in entries.read(path, "things")]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ('{"a": 1}\n\n  {"a": 2}\r\n', [(1, 1), (3, 2)]),
        ('\ufeff{"a": 1}', [(1, 1)]),
        ('{"a": "x\u2028y"}\n{"a": 2}', [(1, "x\u2028y"), (2, 2)]),
        ('[{"a": 1}, {"a": 2}]', [(1, 1), (1, 2)]),
        ('\n[\n  {\n    "a": 1\n  },\n\n  {"a": 2},{"a": 3}\n]\n', [(3, 1), (7, 2), (7, 3)]),
        ("[]", []),
        ("", []),
    ],
)
def test_each_object_comes_with_the_line_where_it_begins(
    tmp_path: Path, content: str, wanted: list[tuple[int, object]]
) -> None:
    """JSON lines and JSON lists alike."""
    assert lines_of(tmp_path / "x.json", content) == wanted


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        ('{"a": 1}\n{"a": ', 2, "not JSON: Expecting value (column 7)"),
        ('{"a": 1}\n[1]', 2, "an object is needed, not list"),
        ('[{"a": 1},\n 7]', 2, "an object is needed, not int"),
        ('[{"a": 1}\n {"a": 2}]', 2, "not JSON: Expecting ',' delimiter (column 2)"),
        ('[{"a": 1}', 1, "not JSON: Expecting ',' delimiter"),
        ("[]\n[]", 2, "not JSON: Extra data"),
        ('{"a": 1}\n{"a": %s}' % ("9" * 5000), 2, "a number has 5,000 digits"),
        ('{"a": 1}\n{"a": %s' % ("[" * 200_000), 2, "lists and objects are nested more than"),
        ('[{"a": 1},\n\n{"a": 2,\n"a": 3}]', 4, "the key 'a' is given twice"),
        ('[{"a": 1},\n\n{"a":\nNaN}]', 4, "NaN is no number in JSON"),
        (b'{"a": 1}\n{"a": "\xff"}', 2, "not UTF-8: invalid start byte"),
    ],
)
def test_a_broken_file_is_reported_with_the_line(
    tmp_path: Path, content: str | bytes, line: int, problem: str
) -> None:
    """The message starts with ``FILE:LINE`` and says what is wrong there."""
    path = tmp_path / "x.json"

    with pytest.raises(FileFormatError, match=re.escape(f"{path}:{line}: {problem}")):
        lines_of(path, content)


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    """It says what the file was for."""
    with pytest.raises(UsageError, match=r"things .*nowhere: No such file or directory"):
        list(entries.read(tmp_path / "nowhere", "things"))
