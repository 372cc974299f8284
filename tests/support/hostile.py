"""What a model may say to harm whoever reads a report, and what a CI server reads in its log."""

import re
import unicodedata

from hypothesis import strategies as st

SNIPPETS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</details></style>",
    "<!-- ",
    "-->",
    "]]>",
    "\u202e\u2066",
    "\u2028",
    "\x00",
    "\x07",
    "\x9b31m",
    "\x1b[2J",
    "\x1b]8;;http://evil.example\x07",
    "\r",
    "\n",
    "\n::error::",
    "\r\n::add-mask::",
    "::set-output name=a::",
    "\n##[error]",
    "##vso[task.setvariable variable=a]",
    "##teamcity[a]",
    "@someone",
    "a@b.example",
    "#1",
    "GH-1",
    "http://evil.example/",
    "www.evil.example",
    "ftp://evil.example",
    "![i](//evil.example/i.png)",
    "[l](http://evil.example)",
    "[r]: http://evil.example",
    "&lt;b&gt;",
    "$x$",
    "`",
    "```\n",
    "|",
    "\\",
    "~~",
    "**",
    "# ",
    "- ",
    "> ",
    "    ",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    '"',
    ",",
    ";=1",
    ">>>",
    "<<<",
)

TEXTS = st.lists(
    st.sampled_from(SNIPPETS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
    max_size=12,
).map("".join)
"""Texts that a record can hold: one with a lone surrogate is none."""

ANY_TEXTS = st.tuples(TEXTS, st.sampled_from(["", "\ud800", "\udfff\ud800"])).map("".join)
"""The same, and those that no file can hold."""

LONG = "".join(SNIPPETS) * (2**20 // len("".join(SNIPPETS)))
"""One of a megabyte."""

# As the runners of GitHub and Azure and TeamCity read a line of a log.
_COMMAND = re.compile(r"^\s*::[A-Za-z][\w-]*(\s[^\n]*?)?::|##\w*\[")

# Control, format, surrogate, private and unassigned characters, further line ends.
_ACTING = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def is_inert(log: str) -> bool:
    """Return whether no line is a command to a CI server or a terminal."""
    acting = {unicodedata.category(c) for c in set(log.replace("\n", ""))} & _ACTING
    return not acting and not any(_COMMAND.search(line) for line in log.split("\n"))
