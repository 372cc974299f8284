"""``[tool.pytest-distill]`` of ``pyproject.toml``: the same settings, in TOML."""

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from pytest_distill.errors import UsageError, did_you_mean

Table = Mapping[str, object]


def load(rootpath: Path) -> Table:
    """Return the table of the project at `rootpath`, empty where there is none.

    Raises:
        UsageError: the file is not TOML, or ``tool.pytest-distill`` is not a table.
    """
    path = rootpath / "pyproject.toml"
    if not path.is_file():
        return {}
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{path}: {error}"
        raise UsageError(message) from error
    table = document.get("tool", {}).get("pytest-distill", {})
    if not isinstance(table, dict):
        message = f"{path}: [tool.pytest-distill] has to be a table, not {table!r}"
        raise UsageError(message)
    return table


def aliases(table: Table) -> dict[str, str]:
    """Return ``[tool.pytest-distill.models]``: alias to model spec.

    Raises:
        UsageError: it is not a table of strings.
    """
    models = table.get("models", {})
    if not isinstance(models, dict) or not all(isinstance(v, str) for v in models.values()):
        message = (
            "[tool.pytest-distill.models] maps an alias to a model spec, as in\n"
            '  house = "openai:our-model@http://127.0.0.1:8000/v1"'
        )
        raise UsageError(message)
    return models


def plugins(table: Table) -> list[str]:
    """Return ``[tool.pytest-distill] plugins``: modules with hooks of `pytest_distill.hookspecs`.

    Raises:
        UsageError: it is not a list of strings.
    """
    names = table.get("plugins", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        message = (
            "[tool.pytest-distill] plugins has to be a list of module names, as in"
            ' plugins = ["our_suites"]'
        )
        raise UsageError(message)
    return names


def keys_of(key: str, is_repeatable: bool) -> tuple[str, ...]:  # noqa: FBT001 - beside its name
    """Return the keys of an option in the table, where the prefix ``distill_`` is left out.

    Args:
        key: its ini name.
        is_repeatable: it may have several values, and so also a plural key.
    """
    bare = key.removeprefix("distill_")
    has_plural = is_repeatable and bare != "model" and not bare.endswith("s")
    return (bare, *((f"{bare}s",) if has_plural else ()), bare.replace("_", "-"))


def value_of(table: Table, key: str, is_repeatable: bool = False) -> object:  # noqa: FBT001, FBT002 - as above
    """Return the value of an option in the table; None if it is not set there."""
    return next((table[name] for name in keys_of(key, is_repeatable) if name in table), None)


def check_keys(table: Table, known: Collection[str]) -> None:
    """Reject unknown keys.

    Raises:
        UsageError: names the key, the closest known one, and all known ones.
    """
    for key in table:
        if key not in known:
            message = (
                f"[tool.pytest-distill] has no key {key!r}.{did_you_mean(key, known)}\n"
                f"  there are: {', '.join(sorted(known))}"
            )
            raise UsageError(message)
