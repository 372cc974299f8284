"""Lengths of time, as in ``30m``, ``12h`` and ``7d``."""

import re
from typing import Final

from pytest_distill.errors import UsageError

DAY_S: Final = 86400.0
FOREVER: Final = "forever"

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": DAY_S, "w": 7 * DAY_S}
# Not thousands of digits.
_LENGTH = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)([smhdw])")


def read(text: str, *, option: str) -> float | None:
    """Return a length of time in seconds; None for ``forever``.

    Args:
        text: as the user wrote it; ``0`` needs no unit.
        option: that it is the value of.

    Raises:
        UsageError: it is no length of time.
    """
    stripped = text.strip()
    if stripped == FOREVER:
        return None
    if stripped == "0":
        return 0.0
    match = _LENGTH.fullmatch(stripped)
    if match is None:
        why = "it has no unit" if stripped.replace(".", "", 1).isdecimal() else "it is no duration"
        message = (
            f"{option} {text!r}: {why}\n"
            "  give a number with s, m, h, d or w, as in 30m, 12h or 7d; 0 for no earlier answer at"
            f" all; or {FOREVER}"
        )
        raise UsageError(message)
    return float(match[1]) * _UNITS[match[2]]
