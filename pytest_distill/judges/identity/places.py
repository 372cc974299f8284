"""Compares the places that an answer names with the true ones."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from pytest_distill.judges.aliases import trie
from pytest_distill.records import FactSet

_FILE: Final = Path(__file__).parent / "rules" / "places.toml"
# After a country: its language or people are meant.
_NOT_A_LANGUAGE: Final = r"(?![語语话話文人式]|어|인(?!가)|말|ي|ية)"


# Words for a maker, beside which an adjective such as "French" says where it is.
_MAKERS: Final = (
    "(?:compan(?:y|ies)|start-?ups?|labs?|firms?|team|developers?|tech giant|unternehmen|firma|entreprise|société"
    "|laboratoire|équipe|empresa|compañía|companhia|laborat[oó]rio|equipo|equipe|компани|лаборатори"
    "|стартап|фирм|разработчик|команд|شركة|شركه|مختبر)"
)


class Whereabouts:
    """Tells the places of one fact set from all others."""

    def __init__(self, facts: FactSet) -> None:
        """Compare with the places of `facts`."""
        self._facts = facts

    @cached_property
    def _own(self) -> re.Pattern[str]:
        known = _table().get(self._facts.country, {})
        return _choice({self._facts.country, *self._facts.places, *_names(known), *_cased(known)})

    def contradicted_at(self, text: str, cased: str) -> tuple[int, int] | None:
        """Return where a text names another country, unless it names the true one too.

        Args:
            text: folded.
            cased: the same with its capitals, by which Turkey is told from a bird.
        """
        if self._own.search(text):
            return None
        match = (
            self._elsewhere(text)
            or _ambiguous(self._facts.country).search(cased)
            or _adjective(self._facts.country).search(text)
        )
        return None if match is None else match.span()

    def without(self, text: str) -> str:
        """Return folded `text` without its other places."""
        return _others(self._facts.country).sub(" ", text)

    def _elsewhere(self, text: str) -> re.Match[str] | None:
        for match in _others(self._facts.country).finditer(text):
            if match[0] not in self._facts_places:
                return match
        return None

    @cached_property
    def _facts_places(self) -> frozenset[str]:
        return frozenset(place.casefold() for place in self._facts.places)


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(_FILE.read_text("utf-8"))


@cache
def _others(country: str) -> re.Pattern[str]:
    names = {name for key, entry in _table().items() if key != country for name in _names(entry)}
    own = set(_names(_table().get(country, {})))
    return re.compile(f"(?:{_choice(names - own).pattern}){_NOT_A_LANGUAGE}")


@cache
def _ambiguous(country: str) -> re.Pattern[str]:
    names = {name for key, entry in _table().items() if key != country for name in _cased(entry)}
    own = set(_cased(_table().get(country, {})))
    return re.compile(rf"(?<!\w){trie(names - own)}(?!\w)")


@cache
def _adjective(country: str) -> re.Pattern[str]:
    """Return what recognises a company or model that is called by another country's adjective."""
    table = _table()
    own = {word.casefold() for word in table.get(country, {}).get("adjectives", ())}
    words = {
        word.casefold()
        for key, entry in table.items()
        if key != country
        for word in entry.get("adjectives", ())
    }
    adjective = rf"(?<!\w){trie(words - own)}\w{{0,4}}"
    return re.compile(rf"{adjective}(?: [\w-]+){{0,2}} {_MAKERS}|{_MAKERS}(?: [\w-]+){{0,1}} {adjective}")


def _names(entry: Mapping[str, Any]) -> list[str]:
    """Return the names that need no capitals."""
    names = (*entry.get("names", ()), *entry.get("cities", ()))
    return [name for name in names if name not in entry.get("ambiguous", ())]


def _cased(entry: Mapping[str, Any]) -> list[str]:
    return list(entry.get("ambiguous", ()))


def _choice(names: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for any of `names`: whole words in Latin script, pieces in others."""
    folded = {name.casefold() for name in names}
    latin = {name for name in folded if name[0] < "\u0370"}
    return re.compile(
        rf"(?<![a-z0-9]){trie(latin)}(?![a-zà-ÿ])|{trie(folded - latin)}"
    )
