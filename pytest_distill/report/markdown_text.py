"""Text from outside as Markdown that shows it as it is, on GitHub too: nothing in it acts.

No markup, link, image, further cell or formula; nobody is mentioned, no issue is referred to. A
backslash does not keep GitHub from reading names, numbers of issues and addresses, which it looks
for in the finished page; an empty comment within them does.
"""

import html
import re

from pytest_distill.text import laid_out, one_line

# Longest text of a cell; expressions and names are shorter.
_CELL = 400

_MARKUP = re.compile(r"[\\`*_\[\]<>~|&$!]")

_BREAK = "<!-- -->"
# Where it is broken: behind the sign of mentions and mail addresses, and within issues, addresses
# with a scheme and without one.
_READ_BY_GITHUB = re.compile(
    r"(?<=@)|(?<=#)(?=[0-9])|(?<=:)(?=//)|(?i:(?<=www)(?=\.)|(?<=\bGH)(?=-))"
)


def escaped(text: str, limit: int = _CELL) -> str:
    """Return one line of Markdown that shows a text.

    Args:
        text: from anywhere.
        limit: characters that are shown.
    """
    shown = _MARKUP.sub(_entity, one_line(text, limit))
    return _READ_BY_GITHUB.sub(_BREAK, shown)


def as_html(text: str, limit: int = _CELL) -> str:
    """Return the same for a line of HTML, in which Markdown is not read."""
    shown = html.escape(one_line(text, limit), quote=True).replace("&#x27;", "'")
    return _READ_BY_GITHUB.sub(_BREAK, shown)


def as_code(line: str) -> str:
    """Return a line of a code block, which keeps the layout and in which nothing acts."""
    return f"    {laid_out(line.rstrip())}"


def _entity(found: re.Match[str]) -> str:
    character = found[0]
    if character == "&":
        return "&amp;"
    if character == "$":
        # GitHub reads formulas before it reads backslashes.
        return "<span>$</span>"
    return f"\\{character}"
