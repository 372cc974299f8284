"""``report.json``: for machines, baselines and gates."""

from pathlib import Path

from pytest_distill.files import write_whole
from pytest_distill.records import Report


def write(report: Report, path: Path) -> None:
    """Write the report; ``null`` is undefined, never 0."""
    write_whole(path, report.model_dump_json(indent=2) + "\n")
