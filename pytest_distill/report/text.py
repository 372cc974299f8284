"""A model's words, made safe to print: nothing in them can steer a terminal or hide."""

import unicodedata

# Control, format (zero-width and bidirectional marks), surrogate, private and unassigned.
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def printable(text: str) -> str:
    """Return `text` with everything that acts or hides shown as an escape; lines stay lines."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character
        if character == "\n" or unicodedata.category(character) not in _HIDDEN
        else _escape(character)
        for character in text
    )


def shorten(text: str, width: int, *, keep: tuple[int, int] | None = None) -> str:
    """Cut `text` to about `width` characters around `keep`, saying how much was left out.

    Args:
        text: what to cut.
        width: characters to show beside those of `keep`.
        keep: start and end of what must stay; by default the beginning stays.
    """
    start, end = keep if keep is not None else (0, 0)
    first = max(0, start - width // 2) if keep is not None else 0
    last = min(len(text), max(end, first + width))
    before = f"[... {first} characters] " if first else ""
    after = f" [... {len(text) - last} characters]" if last < len(text) else ""
    return f"{before}{text[first:last]}{after}"


def _escape(character: str) -> str:
    if character == "\t":
        return "    "
    code = ord(character)
    return (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
    )  # noqa: PLR2004 - sizes of escapes
