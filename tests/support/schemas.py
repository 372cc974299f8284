"""Makes the shipped JSON Schemas from the records: ``python -m tests.support.schemas``."""

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from pytest_distill import records
from pytest_distill.report import schema

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def main() -> None:
    """Write one file for each."""
    folder = Path(schema.__file__).with_name("schemas")
    for name in schema.MODELS:
        (folder / schema.file_name(name)).write_text(made(name), "utf-8")


def made(name: str) -> str:
    """Return the schema of one of `schema.MODELS`; fields are described by their docstrings."""
    model = schema.MODELS[name]
    found: dict[str, Any] = model.model_json_schema()
    for field, info in model.model_fields.items():
        if info.exclude:
            del found["properties"][field]
    _describe(found, model)
    for title, part in found.get("$defs", {}).items():
        _describe(part, getattr(records, title))
    head = {"$schema": _DIALECT, "$id": schema.file_name(name).removesuffix(".json")}
    return json.dumps({**head, **_used(found)}, indent=1, ensure_ascii=False) + "\n"


def _describe(part: dict[str, Any], model: type[BaseModel]) -> None:
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            for field, text in _docstrings(base):
                if field in part["properties"]:
                    part["properties"][field]["description"] = text


def _docstrings(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Yield name and docstring of the fields that a class itself declares."""
    (declared,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(declared, ast.ClassDef)
    for field, text in pairwise(declared.body):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
            assert isinstance(field.target, ast.Name)
            yield field.target.id, inspect.cleandoc(ast.literal_eval(text.value))


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


if __name__ == "__main__":
    main()
