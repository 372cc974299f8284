"""JSON Schemas of what is written for machines: ``report.json``, and the rows of ``jsonl``.

They ship as files, so that a change of the format is seen, and that every version of pydantic
gives the same.
"""

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from pydantic import BaseModel

from pytest_distill.records import CaseRow, Report

FORMAT_VERSION = 1
"""Raised when a reader of the old schema could not read what is written. Fields may come within a
version, and what has none is left out."""

MODELS: Mapping[str, type[BaseModel]] = {"report": Report, "case": CaseRow}
"""What there are schemas of."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def text(name: str) -> str:
    """Return the shipped schema of one of `MODELS`."""
    folder = resources.files("pytest_distill.report").joinpath("schemas")
    return folder.joinpath(_file(name)).read_text("utf-8")


def made(name: str) -> str:
    """Return the schema of one of `MODELS`, made from its records; the shipped one is equal."""
    model = MODELS[name]
    found: dict[str, Any] = model.model_json_schema()
    for field, info in model.model_fields.items():
        if info.exclude:
            del found["properties"][field]
    named = {"$schema": _DIALECT, "$id": _file(name).removesuffix(".json"), **_used(found)}
    return json.dumps(named, indent=1, ensure_ascii=False) + "\n"


def _file(name: str) -> str:
    return f"pytest-distill-{name}-{FORMAT_VERSION}.json"


def _used(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without definitions that only excluded fields need."""
    definitions = schema.get("$defs", {})
    rest = {name: part for name, part in schema.items() if name != "$defs"}
    wanted = _references(rest)
    while more := {name for one in wanted for name in _references(definitions[one])} - wanted:
        wanted |= more
    used = {name: part for name, part in definitions.items() if name in wanted}
    return {**rest, "$defs": used} if used else rest


def _references(part: object) -> set[str]:
    if isinstance(part, dict):
        own = {str(part["$ref"]).rpartition("/")[2]} if "$ref" in part else set()
        return own.union(*map(_references, part.values()))
    if isinstance(part, list):
        return set().union(*map(_references, part))
    return set()
