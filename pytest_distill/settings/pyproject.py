"""``[tool.pytest-distill]`` of ``pyproject.toml``: the same settings, in TOML."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pytest_distill import documents
from pytest_distill.errors import (
    FactsError,
    FileFormatError,
    GateError,
    SettingError,
    SpecError,
    UsageError,
    did_you_mean,
)
from pytest_distill.files import is_directory, is_there, read_bytes, why_unreadable

FILE = "pyproject.toml"
_NAME = "pytest-distill"
# Those that an editor may have saved it in; it is read in the first.
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
_NOT_SETTINGS = frozenset({"models", "plugins", "prices"})
"""Keys that name things, but ask for nothing."""


@dataclass(frozen=True)
class Table:
    """The table that holds for a run; empty where there is none."""

    values: Mapping[str, object] = field(default_factory=dict)
    path: Path | None = None
    """The file that it is in."""

    @property
    def has_settings(self) -> bool:
        """Whether it says how to run, and not only what names mean."""
        return bool(self.values.keys() - _NOT_SETTINGS)

    def place(self, key: str, index: int | None = None) -> str:
        """Return where a key is, as in ``/folder/pyproject.toml: [tool.pytest-distill] limit``."""
        item = "" if index is None else f"[{index}]"
        return f"{self.path}: [tool.{_NAME}] {key}{item}"

    @contextmanager
    def naming_errors(self, keys: Collection[str]) -> Iterator[None]:
        """Begin an error about a value of this table with the file and the key.

        Args:
            keys: ini names of the options whose values come from this table.

        Raises:
            UsageError: the same error, with its place.
        """
        try:
            yield
        except SettingError as error:
            name = key_in(self, error.key, is_repeatable=True)
            if error.key not in keys or name is None:
                raise
            item = self._place_among(str(error.value), [error.key], keys)
            message = f"{item or self.place(name)} = {error.value!r}: {error.problem}"
            raise UsageError(message) from error
        except (GateError, SpecError, FactsError) as error:
            place = self._place_of(error, keys)
            if place is None:
                raise
            message = f"{place}: {error}"
            raise UsageError(message) from error

    def _place_of(self, error: UsageError, keys: Collection[str]) -> str | None:
        models = self.values.get("models")
        match error:
            case SpecError(spec=str(alias)) if isinstance(models, dict) and alias in models:
                return self.place(f"models.{alias}")
            case SpecError(spec=str(text)):
                return self._place_among(
                    text, ("model", "reference", "base", "judge", "helper"), keys
                )
            case GateError(expression=str(text)):
                return self._place_among(text, ("distill_gate",), keys)
        return self.place("facts") if "facts" in keys else None

    def _place_among(self, text: str, options: Iterable[str], keys: Collection[str]) -> str | None:
        """Return where `text` is the value, or one of the values, of one of these options."""
        for name in (key_in(self, key, is_repeatable=True) for key in options if key in keys):
            value = None if name is None else self.values[name]
            texts = [str(item).strip() for item in (value if isinstance(value, list) else [value])]
            if name is not None and text.strip() in texts:
                index = texts.index(text.strip()) if isinstance(value, list) else None
                return self.place(name, index)
        return None


def find(folders: Iterable[Path], *, named: Path | None = None) -> Table:
    """Return the one table that holds for a run.

    It is looked for in each folder and all folders above, so that no setting is lost where pytest
    takes another folder for the project's.

    Args:
        folders: where the run starts, and what pytest takes for the project's folder.
        named: configuration file that the user names; with a table in it, it alone counts.

    Raises:
        UsageError: there are several, or a file cannot be read.
    """
    if named is not None and named.suffix == ".toml" and (table := _read(named)) is not None:
        return table
    places = (above / FILE for folder in folders for above in (folder, *folder.parents))
    found = [table for place in dict.fromkeys(places) if (table := _read(place)) is not None]
    if len(found) > 1:
        files = "".join(f"\n  {table.path}" for table in found)
        message = (
            f"{len(found)} files have a table [tool.{_NAME}], but a run uses one:{files}\n"
            f"  keep one of them, or name the one that counts: -c {found[0].path}"
        )
        raise UsageError(message)
    return found[0] if found else Table()


def load(folder: Path) -> Table:
    """Return the table that holds for a command that starts in `folder`.

    Raises:
        UsageError: there are several, or a file cannot be read.
    """
    return find([folder])


def _read(path: Path) -> Table | None:
    """Return the table in a file; None if the file or the table is absent."""
    content = _content(path)
    # Most files above a project are not about us: what is wrong with them is not our matter.
    spelt = content.lower().replace(b"_", b"-")
    if not any(_NAME.encode(encoding) in spelt for encoding in _ENCODINGS):
        return None
    if len(content) > documents.MOST_DOCUMENT_BYTES:
        most = documents.MOST_DOCUMENT_BYTES // 2**20
        message = f"{path}: it has more than {most} MiB, and is not read"
        raise UsageError(message)
    try:
        document = documents.toml_table(documents.decoded(content, path), path)
    except FileFormatError:
        if f"tool.{_NAME}".encode() not in content:
            return None
        raise
    tool = document.get("tool", {})
    values = tool.get(_NAME) if isinstance(tool, dict) else None
    for name in tool if isinstance(tool, dict) else ():
        if name != _NAME and name.lower().replace("_", "-") == _NAME:
            message = f"{path}: [tool.{name}] is not read: write [tool.{_NAME}]"
            raise UsageError(message)
    if values is not None and not isinstance(values, dict):
        message = f"{path}: [tool.{_NAME}] has to be a table, not {values!r}"
        raise UsageError(message)
    return None if values is None else Table(values, path)


def _content(path: Path) -> bytes:
    """Return the content of a file; nothing where there is none."""
    try:
        return b"" if is_directory(path) or not is_there(path) else read_bytes(path)
    except OSError as error:
        message = f"{path}: {why_unreadable(path, error)}"
        raise UsageError(message) from error


def aliases(table: Table) -> dict[str, str]:
    """Return ``[tool.pytest-distill.models]``: alias to model spec.

    Raises:
        UsageError: it is not a table of strings.
    """
    models = table.values.get("models", {})
    example = (
        '  as in [tool.pytest-distill.models] house = "openai:our-model@http://127.0.0.1:8000/v1"'
    )
    if not isinstance(models, dict):
        message = f"{table.place('models')}: it maps an alias to a model spec, not {models!r}\n"
        raise UsageError(message + example)
    for alias, text in models.items():
        if not isinstance(text, str):
            message = f"{table.place(f'models.{alias}')}: a model spec is a string, not {text!r}\n"
            raise UsageError(message + example)
    return models


def plugins(table: Table) -> list[str]:
    """Return ``[tool.pytest-distill] plugins``: modules with hooks of `pytest_distill.hookspecs`.

    Raises:
        UsageError: it is not a list of strings.
    """
    names = table.values.get("plugins", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        message = (
            f"{table.place('plugins')}: it has to be a list of module names, not {names!r}\n"
            '  as in plugins = ["our_suites"]'
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


def key_in(table: Table, key: str, is_repeatable: bool = False) -> str | None:  # noqa: FBT001, FBT002 - as above
    """Return the key under which an option is set in the table; None if it is not."""
    return next((name for name in keys_of(key, is_repeatable) if name in table.values), None)


def value_of(table: Table, key: str, is_repeatable: bool = False) -> object:  # noqa: FBT001, FBT002 - as above
    """Return the value of an option in the table; None if it is not set there."""
    name = key_in(table, key, is_repeatable)
    return None if name is None else table.values[name]


def check_keys(table: Table, known: Collection[str]) -> None:
    """Reject unknown keys.

    Raises:
        UsageError: names the key, the closest known one, and all known ones.
    """
    for key in table.values:
        if key not in known:
            message = (
                f"{table.path}: [tool.{_NAME}] has no key {key!r}.{did_you_mean(key, known)}\n"
                f"  there are: {', '.join(sorted(known))}"
            )
            raise UsageError(message)
