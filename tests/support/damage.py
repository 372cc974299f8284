"""Damage to files: what a disk, an editor, a script or somebody who means harm does to them."""

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

DEEP = 3000
"""Levels of nesting; Python's own readers give up at about a thousand."""

LONG = "7" * 5000
"""Digits of a number; Python converts no more than 4,300 by default."""

VALUES = (
    "null",
    "true",
    "false",
    "0",
    "-1",
    "0.5",
    "-0.0",
    "1e308",
    "1e-320",
    "1e999",
    "NaN",
    "-Infinity",
    "18446744073709551616",
    "9" * 400,
    LONG,
    '""',
    '" "',
    '"x"',
    '"\\ud800"',
    '"a\\u0000b"',
    '"\u2028\u202e\ufeff"',
    '"::error::"',
    '"../../x"',
    '"[::1"',
    "[]",
    "{}",
    "[null]",
    "[[]]",
    '{"a": 1, "a": 2}',
    '[{"role": "user", "content": 7}]',
    "[" * 90 + "]" * 90,
    "[" * DEEP + "]" * DEEP,
    '{"a":' * DEEP + "1" + "}" * DEEP,
)
"""In JSON, what stands where something else is expected."""

TOML_VALUES = (
    "1",
    "-1",
    "0.5",
    "nan",
    "-inf",
    "1e999",
    LONG,
    "0xffffffffffffffffff",
    "true",
    '""',
    '"x"',
    '"a\\u0000b"',
    "'''\na\n'''",
    "2025-01-31",
    "9999-99-99",
    "23:59:60",
    "[]",
    "{}",
    "[[]]",
    "{a = 1, a = 2}",
    "[" * DEEP + "]" * DEEP,
    "{a=" * DEEP + "1" + "}" * DEEP,
    "[1, 'x']",
)

_PIECES = (
    b"\x00",
    b"\x00" * 512,
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\xe2\x80\xa8",
    b"\r",
    b"\r\n",
    b"\n",
    b"\n\n \n",
    b'"',
    b"\\",
    b"\\ud800",
    b"{",
    b"}",
    b"[" * DEEP,
    b"NaN",
    b"1e999",
    b"7" * 5000,
    b",",
    b"#",
    b"=",
    b"'''",
)

Damage = Callable[[bytes, Random], bytes]
"""Returns other content."""

# What a tree holds where raw text is to stand; JSON cannot have it.
_RAW = "\x01{}\x01"


def flipped(content: bytes, rng: Random) -> bytes:
    """Flip a bit."""
    at = _place(content, rng)
    bit = 1 << rng.randrange(8)
    return content[:at] + bytes(each ^ bit for each in content[at : at + 1]) + content[at + 1 :]


def cut(content: bytes, rng: Random) -> bytes:
    """Leave out the end."""
    return content[: rng.randrange(len(content) + 1)]


def gap(content: bytes, rng: Random) -> bytes:
    """Leave out a part, most of them short."""
    at = _place(content, rng)
    return content[:at] + content[at + _length(rng) :]


def stutter(content: bytes, rng: Random) -> bytes:
    """Repeat a part."""
    at = _place(content, rng)
    end = at + _length(rng)
    return content[:end] + content[at:end] + content[end:]


def inserted(content: bytes, rng: Random) -> bytes:
    """Insert something that readers stumble over."""
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.choice(_PIECES) + content[at:]


def overwritten(content: bytes, rng: Random) -> bytes:
    """Write something over it, as a disk does that lost a block."""
    at, piece = _place(content, rng), rng.choice(_PIECES)
    return content[:at] + piece + content[at + len(piece) :]


def recoded(content: bytes, rng: Random) -> bytes:
    """Save it as another editor does."""
    text = content.decode("utf-8", "replace")
    return rng.choice(
        [
            text.encode("utf-16"),
            text.encode("latin-1", "replace"),
            b"\xef\xbb\xbf" + content,
            *(content.replace(b"\n", end) for end in (b"\r\n", b"\r", b"\n\n \t\n")),
        ]
    )


def lines_shuffled(content: bytes, rng: Random) -> bytes:
    """Leave out, repeat or exchange lines."""
    lines = content.splitlines(keepends=True)
    if len(lines) < 2:
        return content
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(3):
        case 0:
            del lines[one]
        case 1:
            lines.insert(other, lines[one])
        case _:
            lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


BYTES: Sequence[Damage] = (
    flipped,
    flipped,
    cut,
    gap,
    stutter,
    inserted,
    overwritten,
    recoded,
    lines_shuffled,
)


def json_changed(content: bytes, rng: Random) -> bytes:
    """Change one thing in a file that is one JSON value."""
    return _changed(json.loads(content), rng).encode()


def json_line_changed(content: bytes, rng: Random) -> bytes:
    """Change one thing in one of the lines of a file."""
    lines = content.split(b"\n")
    at = rng.choice([number for number, line in enumerate(lines) if line.strip()])
    lines[at] = _changed(json.loads(lines[at]), rng).encode()
    return b"\n".join(lines)


def toml_changed(content: bytes, rng: Random) -> bytes:
    """Change a value or a key of a file in TOML."""
    lines = content.decode().split("\n")
    at = rng.choice([number for number, line in enumerate(lines) if " = " in line])
    key, _, value = lines[at].partition(" = ")
    match rng.randrange(4):
        case 0:
            lines[at] = f"{key} = {rng.choice(TOML_VALUES)}"
        case 1:
            renamed = rng.choice(["x", "", '""', "a." * DEEP + "b", f"{key}s"])
            lines[at] = f"{renamed} = {value}"
        case 2:
            lines.insert(at, lines[at])
        case _:
            del lines[at]
    return "\n".join(lines).encode()


def _changed(tree: Any, rng: Random) -> str:  # noqa: ANN401 - JSON
    """Return a value as JSON, with one thing changed."""
    box = {"": tree}
    holder, key = rng.choice(list(_places(box)))
    raw = rng.choice(VALUES)
    choice = rng.randrange(4) if isinstance(holder, dict) and holder is not box else 0
    if choice == 0:
        holder[key] = _RAW
    elif choice == 1:
        del holder[key]
    elif choice == 2:
        holder[rng.choice([f"{key}s", "", "\ud800", "id", "\u2028"])] = holder.pop(key)
    else:
        # The same key once more.
        holder[_RAW] = None
        raw = f"{json.dumps(key)}: {rng.choice([json.dumps(holder[key]), raw])}"
    text = json.dumps(box[""])
    marked = json.dumps(_RAW)
    return text.replace(f"{marked}: null", raw).replace(marked, raw)


def _places(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Yield each place in a tree: what holds it, and its key there."""
    for key, each in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(each, dict | list):
            yield from _places(each)


def _place(content: bytes, rng: Random) -> int:
    return rng.randrange(len(content)) if content else 0


def _length(rng: Random) -> int:
    return rng.choice([1, 1, 2, 5, 40, 400])
