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
    "(?:compan(?:y|ies)|start-?ups?|labs?|firms?|team|developers?|tech giant|unternehmen|firma"
    "|entreprise|société"
    "|laboratoire|équipe|empresa|compañía|companhia|laborat[oó]rio|equipo|equipe|компани|лаборатори"
    "|стартап|фирм|разработчик|разработк|инженер|учён|нейросет|модел|специалист|команд|شركة"
    "|شركه|مختبر)"
)


class Whereabouts:
    """Tells the places of one fact set from all others."""

    def __init__(self, facts: FactSet) -> None:
        """Compare with the places of `facts`."""
        self._country = facts.country
        self._places = frozenset(place.casefold() for place in facts.places)

    def contradicted_at(
        self, text: str, cased: str, *, is_city_asked: bool
    ) -> tuple[int, int] | None:
        """Return where a text names another place, unless it names a true one too.

        Args:
            text: folded.
            cased: the same with its capitals, by which Turkey is told from a bird.
            is_city_asked: another city of the true country is another place.
        """
        if self._home.search(text):
            return None
        if not _own_country(self._country).search(text):
            match = (
                self._abroad.search(text)
                or _ambiguous(self._country).search(cased)
                or _adjective(self._country).search(text)
            )
            if match is not None:
                return match.span()
        match = self._other_cities.search(text) if is_city_asked and self._places else None
        return None if match is None else match.span()

    def without(self, text: str) -> str:
        """Return folded `text` without its other places."""
        return self._other_cities.sub(" ", self._abroad.sub(" ", text))

    @cached_property
    def _home(self) -> re.Pattern[str]:
        """The cities of the fact set, however they are spelled."""
        groups = [group for entry in _table().values() for group in entry.get("cities", ())]
        known = {
            name
            for group in groups
            if not self._places.isdisjoint(map(str.casefold, group))
            for name in group
        }
        country = {name.casefold() for name in _table().get(self._country, {}).get("names", ())}
        return _choice((known | self._places) - country - {self._country.casefold()})

    @cached_property
    def _abroad(self) -> re.Pattern[str]:
        names = {
            name.casefold()
            for country, entry in _table().items()
            if country != self._country
            for name in (*entry.get("names", ()), *_cities(entry))
        }
        return re.compile(f"(?:{_choice(names - self._places).pattern}){_NOT_A_LANGUAGE}")

    @cached_property
    def _other_cities(self) -> re.Pattern[str]:
        names = {name.casefold() for name in _cities(_table().get(self._country, {}))}
        return _choice({name for name in names if not self._home.fullmatch(name)})


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(_FILE.read_text("utf-8"))


@cache
def _own_country(country: str) -> re.Pattern[str]:
    entry = _table().get(country, {})
    return _choice({country, *entry.get("names", ()), *entry.get("ambiguous", ())})


def _cities(entry: Mapping[str, Any]) -> list[str]:
    """Return the cities that an answer may falsely name; the ambiguous ones need capitals."""
    left_out = {*entry.get("ambiguous", ()), *entry.get("own_only", ())}
    return [name for group in entry.get("cities", ()) for name in group if name not in left_out]


@cache
def _ambiguous(country: str) -> re.Pattern[str]:
    names = {
        name
        for key, entry in _table().items()
        if key != country
        for name in entry.get("ambiguous", ())
    }
    own = set(_table().get(country, {}).get("ambiguous", ()))
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
    return re.compile(
        rf"{adjective}(?: (?!about|and|or|for|in|as|to)[\w-]+){{0,1}} {_MAKERS}"
        rf"|{_MAKERS}(?: (?!in|and)[\w-]+){{0,1}} {adjective}"
    )


def _choice(names: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for any of `names`: whole words in Latin script, pieces in others."""
    folded = {name.casefold() for name in names}
    latin = {name for name in folded if name[0] < "\u0370"}
    bound = {name for name in folded - latin if name[0] < "\u0700"}
    return re.compile(
        rf"(?<![a-z0-9]){trie(latin)}(?![a-zà-ÿ])|{trie(folded - latin - bound)}"
        # Cyrillic names have endings, Arabic ones may have particles before them.
        rf"|(?<![\u0400-\u06ff])(?:[وفبلك]?(?:ال)?)?{trie(bound)}"
    )
