"""The summary of a job on GitHub: the file that ``$GITHUB_STEP_SUMMARY`` names."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from pytest_distill.errors import failure
from pytest_distill.files import is_there, why_unwritable
from pytest_distill.records import Report, Section
from pytest_distill.report import to_markdown

VARIABLE = "GITHUB_STEP_SUMMARY"

LIMIT = 1024 * 1024
"""Bytes; of a longer file GitHub shows nothing at all."""


def append(
    report: Report, sections: Sequence[Section], environment: Mapping[str, str] = os.environ
) -> str | None:
    """Add the report to the summary, if there is one; other steps may have written to it.

    Returns:
        Why it could not be added; None if it was, or if there is no summary.
    """
    name = environment.get(VARIABLE)
    if not name:
        return None
    if why := why_unwritable(Path(name)):
        return f"not added to ${VARIABLE}: {why}"
    try:
        size = Path(name).stat().st_size if is_there(Path(name)) else 0
        begin = "\n" if size else ""
        text = to_markdown.dumps(report, sections, limit=LIMIT - size - len(begin))
        if not text:
            return f"not added to ${VARIABLE}: it has no room left"
        with Path(name).open("a", encoding="utf-8", newline="\n") as file:
            file.write(begin + text)
    except Exception as error:  # noqa: BLE001 - a summary is no reason for a run to fail
        return f"not added to ${VARIABLE}: {failure(error)}"
    return None
