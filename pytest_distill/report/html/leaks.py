"""The leaks of a report as data in its page: each text once, and nothing that ends a script."""

import json
from collections.abc import Iterable

from pytest_distill.records import Leak
from pytest_distill.text import digest, printable

# Of a JSON text, these are in strings only: an escape says the same.
_ESCAPES = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})

FIELDS = (
    "id",
    "model",
    "suite",
    "case",
    "kind",
    "vendors",
    "category",
    "language",
    "template",
    "probe",
    "asked",
    "answered",
    "claim",
    "reason",
    "rule",
    "gates",
    "replay",
)
"""Of one leak, in this order; `page.js` reads their names from the data."""


def anchor(leak: Leak) -> str:
    """Return the leak's name in the address of the page, the same in every report of the run."""
    return f"leak-{digest(printable(f'{leak.model} {leak.case}'))}"


def dumps(leaks: Iterable[Leak]) -> str:
    """Return the JSON text, which is safe in a script element.

    ``texts`` has each text once, since most prompts were put to several models; a field is the
    number of its text, or a list of them.
    """
    numbers: dict[str, int] = {}

    def number(text: str | None) -> int:
        return numbers.setdefault(printable(text or ""), len(numbers))

    rows = [
        [
            [number(each) for each in value] if isinstance(value, tuple) else number(value)
            for value in (anchor(leak), *(getattr(leak, name) for name in FIELDS[1:]))
        ]
        for leak in leaks
    ]
    data = {"fields": FIELDS, "texts": list(numbers), "leaks": rows}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
