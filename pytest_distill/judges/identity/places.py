"""Compares the places that an answer names with the true ones."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from pytest_distill.records import FactSet

_FILE: Final = Path(__file__).parent / "rules" / "places.toml"
# After a country: its language or people are meant.
_NOT_A_LANGUAGE: Final = r"(?![語语话話文人式]|어|인(?!가)|말)"
_NEVER: Final = "(?!)"


class Whereabouts:
    """Tells the places of one fact set from all others."""

    def __init__(self, facts: FactSet) -> None:
        """Compare with the places of `facts`."""
        table = _table()
        known = _names(table.get(facts.country, {}))
        self._own = re.compile(_choice({facts.country, *facts.places, *known}))
        own = {name.casefold() for name in {*facts.places, *known}}
        others = {
            name
            for country, entry in table.items()
            if country != facts.country
            for name in _names(entry)
            if name.casefold() not in own
        }
        self._other = re.compile(f"(?:{_choice(others)}){_NOT_A_LANGUAGE}")

    def contradicted_at(self, text: str) -> tuple[int, int] | None:
        """Return where folded `text` names another country, unless it names the true one too."""
        match = self._other.search(text)
        if match is None or self._own.search(text):
            return None
        return match.span()

    def without(self, text: str) -> str:
        """Return folded `text` without its other places."""
        return self._other.sub(" ", text)


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(_FILE.read_text("utf-8")) if _FILE.exists() else {}


def _names(entry: Mapping[str, Any]) -> list[str]:
    return [*entry.get("names", ()), *entry.get("adjectives", ()), *entry.get("cities", ())]


def _choice(names: Iterable[str]) -> str:
    """Return a pattern for any of `names`: whole words in Latin script, pieces in others."""
    folded = sorted({name.casefold() for name in names}, key=lambda name: (-len(name), name))
    latin = [re.escape(name) for name in folded if name[0].isascii() or name[0] < "\u0370"]
    others = [re.escape(name) for name in folded if name[0] >= "\u0370"]
    whole = rf"(?<!\w)(?:{'|'.join(latin)})(?![a-z])" if latin else _NEVER
    return "|".join([whole, *others])
