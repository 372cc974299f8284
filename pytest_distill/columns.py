"""Keys of lines that others wrote: which of them hold what we look for."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from pytest_distill.errors import did_you_mean
from pytest_distill.text import one_line

Columns = Mapping[str, str]
"""Our key by the key in the file."""

NO_COLUMNS: Final[Columns] = MappingProxyType({})
"""The file has our keys."""

PROMPT: Final = ("query", "prompt")
"""Keys of the question; a file may have either."""

RESPONSE: Final = ("response",)

OURS: Final = (
    "id",
    "template",
    *PROMPT,
    *RESPONSE,
    "messages",
    "language",
    "category",
    "domain",
    "model",
    "sample",
    "reasoning",
)
"""Our keys in transcripts, prompts and recorded answers."""

# What other tools call them, for suggestions.
_USUAL: Mapping[str, Sequence[str]] = {
    "query": ("question", "instruction", "input", "user", "text", "problem", "query", "prompt"),
    "response": ("answer", "output", "completion", "reply", "assistant", "generation", "text"),
}
_USUAL_PROMPT = {"prompt": _USUAL["query"], **_USUAL}

# Enough for the keys of every known format.
_SHOWN_KEYS = 120


def read(texts: Iterable[str]) -> dict[str, str]:
    """Return the columns that ``THEIRS=OURS`` names, one text each.

    Raises:
        ValueError: says which text is wrong, and what exists.
    """
    found: dict[str, str] = {}
    for text in texts:
        theirs, equals, ours = (part.strip() for part in text.rpartition("="))
        if not equals or not theirs or not ours:
            message = f"{text!r} is not THEIRS=OURS, a key of the file and one of ours"
        elif ours not in OURS:
            guess = did_you_mean(ours, OURS)
            message = f"{text!r}: we have no key {ours!r}.{guess}"
        elif found.get(theirs, ours) != ours:
            message = f"{text!r}: {theirs!r} is {found[theirs]!r} already"
        else:
            found[theirs] = ours
            continue
        problem = f"{message}\n  as in question=query; our keys: {', '.join(OURS)}"
        raise ValueError(problem)
    return found


def renamed(fields: Mapping[str, Any], columns: Columns, *, prompt: str) -> Mapping[str, Any]:
    """Return the fields of one line under our keys.

    Args:
        fields: of the line.
        columns: which of its keys have another name.
        prompt: our key of the question in this kind of file.
    """
    if columns.keys().isdisjoint(fields):
        return fields
    found = {key: value for key, value in fields.items() if key not in columns}
    for theirs, ours in reversed(list(columns.items())):
        if theirs in fields:
            found[prompt if ours in PROMPT else ours] = fields[theirs]
    return found


def missing(
    fields: Mapping[str, Any], wanted: Iterable[Sequence[str]], *, how: Sequence[str]
) -> str | None:
    """Return which keys a line lacks, which it has, and what to do; None if it lacks none.

    Args:
        fields: of the line, renamed.
        wanted: for each value the keys that may hold it, of which the first is suggested.
        how: what stands before the suggestions, and between them.
    """
    lacking = [keys for keys in wanted if all(fields.get(key) is None for key in keys)]
    if not lacking:
        return None
    names = " and ".join(" or ".join(map(repr, keys)) for keys in lacking)
    has = one_line(", ".join(fields) or "no key", _SHOWN_KEYS)
    first, between = how
    pairs = between.join(f"{_likely(fields, keys[0])}={keys[0]}" for keys in lacking)
    verb = "is" if len(lacking) == 1 else "are"
    return (
        f"{names} {verb} missing; the line has: {has}\n"
        f"  if it goes by another name there, say so: {first}{pairs}"
    )


def _likely(fields: Mapping[str, Any], ours: str) -> str:
    """Return the key of a line that likely holds what we call `ours`."""
    texts = [key for key, value in fields.items() if isinstance(value, str) and key not in OURS]
    usual = [key for key in _USUAL_PROMPT[ours] if key in texts]
    return one_line([*usual, "KEY"][0], _SHOWN_KEYS)
