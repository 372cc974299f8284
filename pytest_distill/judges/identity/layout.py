"""Turns tags, tables, objects and oddly joined words into lines that read as sentences.

Each function yields replacements of a text, as start, end and what stands there instead; in order,
without overlaps.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

Replacement = tuple[int, int, str]

_COMMENT_OR_TAG: Final = re.compile(
    r"<!--.{0,2000}?-->|<!\[CDATA\[|\]\]>|<[?!][^<>]{0,300}>"
    r"|<(?P<shut>/?)(?P<name>[a-zA-Z\u00c0-\uffff][\w:.-]{0,40}+)(?:\s[^<>]{0,400})?/?>",
    re.DOTALL,
)
_INLINE: Final = frozenset(
    [
        *("a", "abbr", "b", "big", "cite", "code", "del", "dfn", "em", "emphasis", "font", "i"),
        *("ins", "kbd", "mark", "prosody", "q", "s", "samp", "say-as", "small", "span", "strong"),
        *("sub", "sup", "tt", "u", "var", "voice", "w", "wbr", "nobr", "ruby", "rb", "bdi", "bdo"),
        *("data", "time", "label"),
    ]
)
_BLOCK: Final = frozenset(
    [
        *("article", "aside", "blockquote", "body", "br", "center", "dd", "details", "div", "dl"),
        *("dt", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "li"),
        *("main", "nav", "ol", "p", "pre", "section", "speak", "summary", "table", "tbody"),
        *("thead", "tfoot", "ul", "answer", "response", "output", "text", "message", "content"),
        *("result", "final", "root", "xml", "document", "reply", "speech"),
    ]
)
_CELLS: Final = frozenset({"td", "th"})
_TABLE_ROW: Final = "tr"

_ROW: Final = re.compile(r"^[^|\n]*+\|[^\n]*+$", re.MULTILINE)
# Rows of a table that describes one thing, and cells of a row that is a field.
_HEAD_AND_ROW: Final = 2
_PAIR: Final = 2
_RULE: Final = re.compile(r"[ |:+=-]{3,}")

# A key of an object and what ends a value.
_OBJECT: Final = re.compile(
    r"[{\[,(]\s{0,40}[\"'“][^\"'“”\n]{1,60}[\"'”]\s{0,10}(?::|=>)|[\"'”]\s{0,10}[}\]]"
)
_QUOTED_KEY: Final = ('":', '" :', "':", "' :", "”:", "=>", '"}', '"]', "'}", "']", '"\n}', "'\n}")
_KEY: Final = re.compile(
    r"[{\[(,\s]{0,40}[\"'“](?P<key>[^\"'“”\n{}]{1,60})[\"'”]\s{0,10}(?::|=>)\s{0,10}[\"'“]?"
)
_END: Final = re.compile(r"[\"'”]\s{0,10}(?:[,}\]\s]{1,40}|$)|[{}]")
_ASSIGNED: Final = re.compile(
    r"^(?P<key>[ ]{0,20}[-*•]?[ ]?[^\W\d][\w .-]{0,30}?)"
    r"[ ]?(?:=(?!=|\w{1,40}=)|:=|->|→|=>|⇒)[ ]?(?=\S)",
    re.MULTILINE,
)


def tags(text: str) -> Iterator[Replacement]:
    """Yield replacements of comments and of HTML and XML tags; an unknown element is a label."""
    for tag in _COMMENT_OR_TAG.finditer(text):
        name = (tag["name"] or "").lower().rpartition(":")[2]
        if not name or name in _INLINE:
            by = ""
        elif name in _CELLS:
            by = " | " if tag["shut"] else ""
        elif name == _TABLE_ROW:
            by = "" if tag["shut"] else "\n| "
        elif name in _BLOCK or tag["shut"]:
            by = "\n"
        else:
            by = f"\n{name}: "
        yield (*tag.span(), by)


def tables(text: str) -> Iterator[Replacement]:
    """Yield replacements of tables.

    Rows of two cells become "name: value". A heading row and one row below it become a line for
    each column. Rows that describe one thing each become items, as in "- Claude (me): Anthropic".
    """
    if "|" not in text:
        return
    block: list[re.Match[str]] = []
    for row in _ROW.finditer(text):
        if block and row.start() != block[-1].end() + 1:
            yield from _table(block)
            block = []
        block.append(row)
    yield from _table(block)


def _table(block: Sequence[re.Match[str]]) -> Iterator[Replacement]:
    if len(block) == 1 and block[0][0].lstrip()[:1] != "|":
        return
    rows = [(row, _cells(row[0])) for row in block]
    data = [cells for row, cells in rows if not _RULE.fullmatch(row[0])]
    has_head = 1 < len(data) < len(block)
    width = max((len(cells) for cells in data), default=0)
    index = -1
    for row, cells in rows:
        if _RULE.fullmatch(row[0]):
            yield (*row.span(), "")
            continue
        index += 1
        if has_head and index == 0:
            by = "" if width > 1 else " ".join(cells)
        elif has_head and len(data) == _HEAD_AND_ROW and width > 1:
            by = "\n".join(": ".join(pair) for pair in zip(data[0], cells, strict=False))
        elif width > _PAIR:
            by = f"- {cells[0]}: {'; '.join(cells[1:])}"
        else:
            by = ": ".join(filter(None, cells))
        yield (*row.span(), by)


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def objects(text: str) -> Iterator[Replacement]:
    """Yield replacements of JSON and the like, and of "key = value" lines."""
    if any(sign in text for sign in _QUOTED_KEY) and _OBJECT.search(text):
        yield from _members(text)
    elif "=" in text or "→" in text or "->" in text or "⇒" in text:
        for match in _ASSIGNED.finditer(text):
            yield match.end("key"), match.end(), ": "


def _members(text: str) -> Iterator[Replacement]:
    position = 0
    while True:
        key = _KEY.search(text, position)
        end = _END.search(text, position)
        if key is None and end is None:
            return
        if key is not None and (end is None or key.start() <= end.start()):
            yield (*key.span(), f"\n{key['key']}: ")
            position = key.end()
        elif end is not None:
            yield (*end.span(), "\n")
            position = max(end.end(), end.start() + 1)
