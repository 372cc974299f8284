"""Reports without what differs from run to run."""

import json
from pathlib import Path
from typing import Any


def undated(path: Path) -> dict[str, Any]:
    """Return a ``report.json`` without its date; everything else is the same in equal runs."""
    found = dict(json.loads(path.read_text("utf-8")))
    del found["run"]["started_at"]
    return found
