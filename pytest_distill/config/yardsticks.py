"""The shipped yardstick: how far apart recorded models were, habit by habit."""

import json
from collections.abc import Iterable

from pytest_distill.config import resources
from pytest_distill.errors import UsageError

Numbers = tuple[tuple[float, float, float], ...]
"""Centre, spread and weight."""


def load_shipped(habits: Iterable[str]) -> Numbers:
    """Return the numbers of ``fixtures/likeness/yardstick.json`` in the order of `habits`.

    Raises:
        UsageError: a habit is missing there: the package is not whole.
    """
    path = resources.fixtures() / "likeness" / "yardstick.json"
    found = json.loads(path.read_text("utf-8"))["habits"]
    wanted = tuple(habits)
    missing = [name for name in wanted if name not in found]
    if missing:
        message = f"{path} does not know the habits {', '.join(missing)}: install the package anew"
        raise UsageError(message)
    return tuple((float(c), float(s), float(w)) for c, s, w in (found[name] for name in wanted))
