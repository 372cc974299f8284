"""``report.json``: for machines, baselines and gates."""

import os
from pathlib import Path

from pytest_distill.records import Report


def write(report: Report, path: Path) -> None:
    """Write the report whole or not at all; ``null`` is undefined, never 0."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(report.model_dump_json(indent=2) + "\n", "utf-8")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
