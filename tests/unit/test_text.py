"""Text from outside, made fit to store and to print."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.text import (
    age,
    cut,
    digest,
    file_label,
    from_system,
    message,
    one_line,
    printable,
    quoted,
    readable,
    shorten,
    to_system,
    without_quotations,
)

ANYTHING = st.text(alphabet=st.characters(codec=None))


@given(ANYTHING)
def test_readable_text_can_be_stored(text: str) -> None:
    """And text that could be stored already is left as it was."""
    found = readable(text)

    found.encode("utf-8")
    assert found == text or any(unicodedata.category(c) == "Cs" for c in text)


@given(st.binary())
def test_names_of_files_can_be_stored_whatever_bytes_they_are(name: bytes) -> None:
    """In a locale of ASCII only as in one of UTF-8."""
    ascii_only, utf_8 = (
        name.decode(encoding, "surrogateescape") for encoding in ("ascii", "utf-8")
    )

    assert from_system(ascii_only) == from_system(utf_8)
    from_system(ascii_only).encode("utf-8")


@given(st.text())
def test_a_name_of_the_system_and_its_text_are_one(text: str) -> None:
    """Where it is UTF-8."""
    assert from_system(to_system(text)) == text


@given(ANYTHING)
def test_any_text_can_be_stored_as_one_of_the_system(text: str) -> None:
    """As Windows allows half a character in a name."""
    from_system(text).encode("utf-8")


@given(ANYTHING)
def test_printable_text_neither_acts_nor_hides(text: str) -> None:
    """Only line feeds are left of the control characters."""
    categories = {unicodedata.category(c) for c in printable(text) if c != "\n"}

    assert not categories & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def test_printable_leaves_ordinary_text_alone() -> None:
    """Any script, emoji included; what is hidden is named."""
    assert printable("Ü 我是 🦙\nnext") == "Ü 我是 🦙\nnext"
    assert printable("a\x1b[0m\u200b\tb") == "a\\x1b[0m\\u200b    b"


@given(ANYTHING, st.integers(2, 40))
def test_one_line_is_one_line(text: str, limit: int) -> None:
    """Of bounded length."""
    found = one_line(text, limit)

    assert len(found) <= limit
    assert "\n" not in found


@given(st.text(min_size=1), st.integers(0, 50), st.data())
def test_what_is_to_be_kept_is_kept(text: str, width: int, data: st.DataObject) -> None:
    """Whole, wherever it stands."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    assert text[start:end] in shorten(text, width, keep=(start, end))


def test_shorten_counts_what_it_leaves_out() -> None:
    """On both sides."""
    text = "a" * 100 + "XX" + "b" * 100

    found = shorten(text, 20, keep=(100, 102))

    assert found == f"[... 90 characters] {'a' * 10}XX{'b' * 10} [... 90 characters]"
    assert shorten("short", 20) == "short"


def test_a_digest_is_the_beginning_of_the_sha_256() -> None:
    """As ``printf abc | sha256sum`` has it."""
    assert digest("abc") == "ba7816bf8f01cfea"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3600, "1 h"),
        (86399, "23 h"),
        (86400, "1 day"),
        (3e5, "3 days"),
    ],
)
def test_an_age_is_told_in_its_greatest_unit(seconds: float, words: str) -> None:
    """Rounded down."""
    assert age(seconds) == words


def columns(line: str) -> int:
    """Return how many columns of a terminal a line takes at most."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


@given(ANYTHING, st.integers(8, 30))
def test_quoted_lines_are_marked_and_fit(text: str, width: int) -> None:
    """No line begins without the mark, and nothing of the text is lost but spaces."""
    lines = list(quoted(text, "  ", columns=width))

    assert all(line.startswith("  |") for line in lines)
    assert all(columns(line) <= width for line in lines)
    shown = "".join(line.removeprefix("  |") for line in lines)
    assert "".join(shown.split()) == "".join(printable(text).split())


def test_lines_are_cut_at_spaces() -> None:
    """A word that is too long is cut, a wide letter counts twice."""
    assert list(cut("one two three", 8)) == ["one two", "three"]
    assert list(cut("abcdefgh", 3)) == ["abc", "def", "gh"]
    assert list(cut("我是通义千问", 4)) == ["我是", "通义", "千问"]
    assert list(cut("", 4)) == [""]


def test_what_a_message_quotes_is_left_out() -> None:
    """Both kinds of quotes, and quotes within them."""
    assert without_quotations("no 'a\\'b' in \"c 'd'\", it is gone") == "no '…' in '…', it is gone"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", ": :error::x"),
        ("a\n  ::add-mask::p", "a\n  : :add-mask::p"),
        (":::error file=a,line=1::x", ": : :error file=a,line=1::x"),
        ("::group::a::endgroup::", ": :group: :a: :endgroup::"),
        ("##[error]no", "# #[error]no"),
        ("x ##vso[task.setvariable]y", "x # #vso[task.setvariable]y"),
        ("###teamcity[a", "# # #teamcity[a"),
    ],
)
def test_commands_to_a_ci_server_are_broken(text: str, shown: str) -> None:
    """Wherever they stand, since lines are wrapped."""
    assert printable(text) == shown


@pytest.mark.parametrize(
    "text", ["std::vector", "a/b.py::test_c[x]", "## A heading", "#[derive]", "1 :: 2 :: 3", "::"]
)
def test_what_is_no_command_stays(text: str) -> None:
    """Code and headings among them."""
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no such thing\n  there are: a, b", "no such thing\n  there are: a, b"),
        ("a\n=== 41 passed in 0.5s ===", "a\n  === 41 passed in 0.5s ==="),
        ("a\n::error::b\n\n##[x]", "a\n  : :error::b\n\n  # #[x]"),
        ("\x1b[2J\rb", "\\x1b[2J\\rb"),
    ],
)
def test_further_lines_of_messages_are_indented(text: str, shown: str) -> None:
    """None of them can pass for a line of pytest or a command."""
    assert message(text) == shown


def test_a_file_is_called_by_its_stem() -> None:
    """Whatever else its name holds."""
    assert file_label(Path("a/qwen 7b.v2.jsonl")) == "qwen 7b.v2"
    assert file_label(Path("a/##[error]\n::x::\udcff.jsonl")) == "# #[error] : :x::\\xff"
