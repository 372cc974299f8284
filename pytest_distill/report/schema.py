"""JSON Schemas of what is written for machines: ``report.json``, and the rows of ``jsonl``.

They ship as files, so that a change of the format is seen, and that every version of pydantic
gives the same.
"""

from collections.abc import Mapping
from importlib import resources

from pydantic import BaseModel

from pytest_distill.records import CaseRow, Report

FORMAT_VERSION = 1
"""Raised when a reader of the old schema could not read what is written. Fields may come within a
version, and what has none is left out."""

MODELS: Mapping[str, type[BaseModel]] = {"report": Report, "case": CaseRow}
"""What there are schemas of."""


def text(name: str) -> str:
    """Return the shipped schema of one of `MODELS`."""
    folder = resources.files("pytest_distill.report").joinpath("schemas")
    return folder.joinpath(file_name(name)).read_text("utf-8")


def file_name(name: str) -> str:
    """Return the name of the shipped schema of one of `MODELS`, in the folder ``schemas``."""
    return f"pytest-distill-{name}-{FORMAT_VERSION}.json"
