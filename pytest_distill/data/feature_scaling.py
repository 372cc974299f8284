"""The shipped scaling: how far apart recorded models were, feature by feature."""

import json
from collections.abc import Iterable

from pytest_distill.data import resources
from pytest_distill.errors import UsageError

Numbers = tuple[tuple[float, float, float], ...]
"""Centre, spread and weight."""


def load_shipped(features: Iterable[str]) -> Numbers:
    """Return the shipped numbers in the order of `features`.

    Raises:
        UsageError: a feature is missing there: the package is not whole.
    """
    path = resources.fixtures() / "similarity" / "feature_scaling.json"
    found = json.loads(path.read_text("utf-8"))["features"]
    wanted = tuple(features)
    missing = [name for name in wanted if name not in found]
    if missing:
        message = (
            f"{path} does not know the features {', '.join(missing)}: install the package anew"
        )
        raise UsageError(message)
    return tuple((float(c), float(s), float(w)) for c, s, w in (found[name] for name in wanted))
