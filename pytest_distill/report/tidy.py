"""Tables for notebooks: CSV and JSON lines, one row a case, a leak or a changed number.

The texts in them are untrusted data. JSON lines have them as they are, with everything escaped
that could act where the file is shown. CSV has no escapes, so what could act is made visible: a
cell that a spreadsheet would take for a formula begins with an apostrophe, and so does a line of it
that a log would take for the rule above a summary; control and invisible characters are shown as in
a Python literal, and it is cut at a length that spreadsheets take. Line ends within a cell stay.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from pytest_distill.records import CaseRow, Report, Section
from pytest_distill.text import json_text, printable, shorten

Row = Mapping[str, object]

# What a spreadsheet may take for the beginning of a formula, as OWASP lists it, behind what is not
# seen; full-width forms are read alike.
_FORMULA = re.compile("[\t\r]|[\\s\u200c\u200d]*[=+\\-@\uff1d\uff0b\uff0d\uff20]")

# "=== 41 passed in 0.5s ===" on a line of its own; a heading's underline is guarded too.
_RULE = re.compile("(?<=\n)(?=={3})")

# Excel takes 32,767 characters, and Python's own reader 131,072.
_CELL = 32_000

# Line ends, and joiners, which scripts and emoji need: no terminal acts on them.
_KEPT = re.compile("(\r\n|[\u200c\u200d])")


def csv(rows: Iterable[Row]) -> str:
    """Return rows as CSV (RFC 4180), with a column for each name that any of them has."""
    found = list(rows)
    columns = list(dict.fromkeys(name for row in found for name in row))
    lines = [[_text(name) for name in columns]]
    lines += [[_cell(row.get(name)) for name in columns] for row in found]
    return "".join(f"{','.join(line)}\r\n" for line in lines)


def json_lines(rows: Iterable[Row]) -> str:
    """Return rows as JSON, one a line."""
    return "".join(f"{json_text(row)}\n" for row in rows)


def cases_as_csv(report: Report, sections: Sequence[Section] = ()) -> str:
    """Return a row for each case of a report that lists them, with a column for each number."""
    del sections
    return csv(_flat(row) for row in report.rows)


def cases_as_json_lines(report: Report, sections: Sequence[Section] = ()) -> str:
    """Return an object for each case of a report that lists them."""
    del sections
    return json_lines(row.model_dump(mode="json") for row in report.rows)


TEXTS: Mapping[str, Callable[[Iterable[Row]], str]] = {"csv": csv, "jsonl": json_lines}
"""The text of rows, by the name of the format."""


def _flat(row: CaseRow) -> Row:
    """Return a row without nested parts; the values, whose names differ by suite, come last."""
    fields = row.model_dump(mode="json", exclude={"values"})
    return {**fields, **{f"value.{name}": row.values[name] for name in sorted(row.values)}}


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    return _text(" ".join(map(str, value)) if isinstance(value, list) else str(value))


def _text(text: str) -> str:
    """Return a text in quotes, so that no other separator than the comma divides it."""
    guard = "'" if _FORMULA.match(text) else ""
    parts = _KEPT.split(text)
    parts[::2] = map(printable, parts[::2])
    shown = shorten(_RULE.sub("'", "".join((guard, *parts))), _CELL)
    return '"{}"'.format(shown.replace('"', '""'))
