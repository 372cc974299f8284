"""Finds the names of all vendors and models in a text; the names come from the fact sets."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, cached_property, lru_cache
from typing import Literal, NamedTuple

from pytest_distill.judges.everyday import Word, is_version
from pytest_distill.records import FactSet

Kind = Literal["model", "company"]


class Mention(NamedTuple):
    """One name of one vendor in a text."""

    start: int
    end: int
    vendor: str
    kind: Kind


class _Alias(NamedTuple):
    vendor: str
    kind: Kind
    everyday: bool


# What may follow a model's name and still be part of it: 2.5, -4o, -14B-Instruct, -R1, -Coder, any
# hyphenated word but one that makes it a likeness ("GPT-like") or an adjective ("GPT-based"). A
# persona's "GPT-4REAL" is not GPT: a version has at most three letters behind its digits.
_LIKENESS = (
    "like|styled?|esque|compatible|inspired|alternatives?|killers?|class|level|type|grade|ish"
    "|clones?|themed|adjacent|equivalent|beating"
)
_ADJECTIVE = (
    "based|powered|made|trained|built|developed|created|backed|owned|led|generated|derived"
    "|distilled|tuned|team|family|series|and|or|by|from|model|type|familie|modell|architektur"
    "|assistent"
    "|basis|reihe|serie|variante|basiert|modelle|chatbot|entwickler"
)
_TAIL = (
    r"(?:[-‑ ]?[vkrm]?\d+(?:\.\d+)*[a-z]{0,2}(?![a-z0-9])"
    rf"|[-‑](?!(?:{_LIKENESS}|{_ADJECTIVE})(?![a-z]))"
    r"(?:[a-z]{1,16}\d{0,4}(?:\.\d+)*[a-z]?|\d+(?:\.\d+)*[a-z]{0,3})(?![a-z0-9])"
    r"| (?:pro|flash|ultra|mini|nano|turbo|opus|sonnet|haiku|lite|plus|max|thinking|preview"
    r"|instruct|chat|coder?|exp)(?![a-z0-9-])){0,6}+"
)
_NAME_END = rf"(?![a-z0-9])(?![-‑](?:{_LIKENESS})(?![a-z]))(?![-‑]\d+[a-z]{{4}})"
# Names that are claimed most and long enough to be known with one letter wrong, missing, added or
# two exchanged: "ChatGTP", "Antropic".
_MISSPELT = (
    "chatgpt", "openai", "anthropic", "deepseek", "deepmind", "microsoft", "alibaba", "bytedance",
)  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Slips in the first letter are rare, and most words begin with another.
_WORD = re.compile(r"\b[abcdmo][a-z]{4,9}\b(?![@-])")
_VERSION = re.compile(r"[ -]?v?\d+(?:\.\d+)*[a-z]?(?![a-z0-9])")

# Letters of the Latin script by their plain ones, one for one.
_UNACCENTED = {
    code: plain
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    if (plain := unicodedata.normalize("NFD", chr(code))[0]).isascii() and plain.isalpha()
}
_CYRILLIC = re.compile("[\u0400-\u04ff](?=[\u0400-\u04ff])")
# What a name beyond ASCII begins with; signs and emoji do not.
_OTHER_LETTER = re.compile("[\u00c0-\u1fff\u2c00-\u2dff\u3040-\ud7ff\uf900-\ufdff]")


class AliasRegistry:
    """Finds the names of every vendor in a text; the longest name wins."""

    def __init__(self, fact_sets: Iterable[FactSet]) -> None:
        self._fact_sets = tuple(fact_sets)
        self._aliases = _collect(self._fact_sets)
        self._extended: dict[str, AliasRegistry] = {}

    @cached_property
    def _ascii(self) -> re.Pattern[str]:
        # Compiled on first use: most registries are only extended by `with_own`, never searched.
        return _compile_ascii(frozenset(name for name in self._aliases if name.isascii()))

    @cached_property
    def _beyond(self) -> re.Pattern[str]:
        return _compile_beyond(frozenset(name for name in self._aliases if not name.isascii()))

    def with_own(self, facts: FactSet) -> "AliasRegistry":
        """Return a registry that knows `facts` too, and gives its vendor every name they share.

        Names of `affiliates`, which a true answer may give as backers, count as the vendor's own.
        """
        if facts.id not in self._extended:
            own = facts.model_copy(update={"companies": (*facts.companies, *facts.affiliates)})
            self._extended[facts.id] = AliasRegistry((own, *self._fact_sets))
        return self._extended[facts.id]

    def warm_up(self) -> None:
        """Compile the patterns now, so that the first text need not wait some 50 ms for them."""
        _ = self._ascii, self._beyond

    def mentions(self, text: str, known: Collection[str] = ()) -> list[Mention]:
        """Return the names in `text`, in order, without overlaps.

        A name that is an everyday word counts only where it is used as a name: capitalised and
        in a context of identity, or beside an unmistakable name of the same vendor.

        Args:
            text: to be searched.
            known: vendors that the talk is about already, so that their names need no context.
        """
        return self.mentions_folded(text, fold(text), known)

    def mentions_folded(
        self,
        text: str,
        folded: str,
        known: Collection[str] = (),
        barred: Collection[str] = (),
        *,
        own: str = "",
        is_asked: bool = True,
    ) -> list[Mention]:
        """Do what `mentions` does, for a caller that already has ``fold(text)``.

        Args:
            text: to be searched.
            folded: ``fold(text)``.
            known: as of `mentions`.
            barred: everyday words that are other names here, folded.
            own: the true vendor, whose everyday words need no more context than others when asked.
            is_asked: an identity was asked for; else an everyday word is a name only where the
                text says that it is one.
        """
        found: list[Mention] = []
        doubtful: list[Mention] = []
        for start, end, name in self._names(text, folded):
            alias = self._aliases[name]
            mention = Mention(start, end, alias.vendor, alias.kind)
            # A version makes a name of a word, as in "Claude 3.5"; a number does not: "Step 3".
            tail = folded[start + len(name) : end]
            is_doubtful = alias.everyday and not is_version(name, tail)
            if alias.everyday and name in barred:
                continue
            (doubtful if is_doubtful else found).append(mention)
        if not doubtful:
            return found
        sure = {mention.vendor for mention in found} | set(known)
        edges = {edge for mention in found for edge in (mention.start, -mention.end)}
        for mention in doubtful:
            word = Word(text, folded, mention.start, mention.end)
            lenient = is_asked or mention.vendor == own
            is_named = mention.vendor in sure and not word.is_small
            if is_named or word.is_name(is_asked=lenient) or (is_asked and word.is_listed(edges)):
                found.append(mention)
        return sorted(found)

    def _names(self, text: str, folded: str) -> list[tuple[int, int, str]]:
        # "ÓpenÁI" is read as OpenAI.
        plain = folded if folded.isascii() else folded.translate(_UNACCENTED)
        names = [(*match.span(), self._family(match)) for match in self._ascii.finditer(plain)]
        names += self._misspelt(folded)
        if text.isascii() or not _OTHER_LETTER.search(text):
            return _longest(names)
        names += [
            (*match.span(), match[0])
            for match in self._beyond.finditer(folded)
            # Inside a Russian word: "погуглить" is not Google.
            if not _CYRILLIC.match(folded, max(0, match.start() - 1))
        ]
        return _longest(names)

    def _family(self, match: re.Match[str]) -> str:
        """Return the name of a match; of "Llama-3.1-Nemotron" that of the family built on Llama."""
        name = match["name"]
        if self._aliases[name].vendor == _BASE_OF_OTHERS and "-" in match[0]:
            for part in match[0][len(name) :].split("-"):
                alias = self._aliases.get(part)
                if alias is not None and alias.vendor != _BASE_OF_OTHERS:
                    return str(part)
        return str(name)

    def _misspelt(self, folded: str) -> Iterator[tuple[int, int, str]]:
        spellings = _misspellings()
        for word in _WORD.finditer(folded):
            name = spellings.get(word[0])
            if name is not None and name in self._aliases and word[0] not in self._aliases:
                version = _VERSION.match(folded, word.end())
                yield word.start(), version.end() if version else word.end(), name

    @lru_cache(maxsize=2048)  # noqa: B019 - registries live as long as the run
    def vendors_in(self, text: str) -> frozenset[str]:
        """Return the vendors that `text` names; templates and probes come back many times."""
        return frozenset(mention.vendor for mention in self.mentions(text))

    @lru_cache(maxsize=1024)  # noqa: B019 - likewise
    def other_names(self, words: frozenset[str], text: str) -> frozenset[str]:
        """Return those of `words` that are no vendor's name in `text`, as in "You are Nova".

        Claude is one in "You are Anthropic's Claude".
        """
        named = {m.vendor for m in self.mentions_folded(text, fold(text), barred=words)}
        aliases = self._aliases
        return frozenset(w for w in words if w in aliases and aliases[w].vendor not in named)

    def names_vendor(self, text: str, vendor: str) -> bool:
        """Say whether `text` names `vendor` or any of its models."""
        return vendor in self.vendors_in(text)


def fold(text: str) -> str:
    """Return `text` in lower case, character by character: positions stay what they are."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


# "AlibabaCloud" is a name; short ones joined would be other words.
_SHORTEST_JOINED = 8


def _collect(fact_sets: Iterable[FactSet]) -> dict[str, _Alias]:
    aliases: dict[str, _Alias] = {}
    for facts in fact_sets:
        everyday = {fold(word) for word in facts.words}
        kinds: tuple[tuple[Kind, tuple[str, ...]], ...] = (
            ("model", facts.models),
            ("company", facts.companies),
        )
        for kind, names in kinds:
            for name in map(fold, names):
                aliases.setdefault(name, _Alias(facts.vendor, kind, name in everyday))
    for name, alias in list(aliases.items()):
        if " " in name and len(name) > _SHORTEST_JOINED and name.isascii():
            aliases.setdefault(name.replace(" ", ""), alias)
    return aliases


# The vendor on whose models others build and that keep its name in theirs.
_BASE_OF_OTHERS = "meta"


@cache
def _misspellings() -> Mapping[str, str]:
    """Return every spelling of the long names with one slip."""
    found: dict[str, str] = {}
    for name in _MISSPELT:
        cuts = [(name[:i], name[i:]) for i in range(len(name) + 1)]
        slips = {head + tail[1:] for head, tail in cuts if tail}
        slips |= {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
        slips |= {head + c + tail[1:] for head, tail in cuts if tail for c in _LETTERS}
        slips |= {head + c + tail for head, tail in cuts for c in _LETTERS}
        found |= dict.fromkeys(slips - {name}, name)
    return found


# Registries of different models differ in the vendor of a name, rarely in the names.
@cache
def _compile_ascii(names: frozenset[str]) -> re.Pattern[str]:
    # \b would see no boundary between 是 and C: only ASCII letters and digits bind.
    return re.compile(rf"(?<![a-z0-9])(?P<name>{trie(names)}){_TAIL}{_NAME_END}")


@cache
def _compile_beyond(names: frozenset[str]) -> re.Pattern[str]:
    # No boundaries: Chinese has none, Korean and Japanese add particles, Russian endings. A
    # pattern of its own begins with a set of characters, which skips the rest of a text fast.
    return re.compile(trie(names))


def _longest(names: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    kept: list[tuple[int, int, str]] = []
    for name in sorted(names, key=lambda name: (name[0], -name[1])):
        if not kept or name[0] >= kept[-1][1]:
            kept.append(name)
    return kept


def trie(names: Iterable[str]) -> str:
    """Return a pattern for any of `names`, the longest first, that shares their beginnings.

    A flat alternation tries hundreds of names at each letter of a text; this tries one.
    """
    tree: dict[str, dict[str, object]] = {}
    for name in names:
        node: dict[str, object] = tree  # type: ignore[assignment]  # a recursive type, spelt flat
        for char in name:
            node = node.setdefault(char, {})  # type: ignore[assignment]  # likewise
        node[""] = {}
    return _branches(tree) if tree else r"(?!)"


def _branches(node: Mapping[str, object]) -> str:
    branches = [
        re.escape(char) + _branches(child)
        for char, child in sorted(node.items())
        if char and isinstance(child, dict)
    ]
    if not branches:
        return ""
    if "" in node:
        return f"(?:{'|'.join(branches)})?"
    # Groups without a choice would make the pattern of all cities two and a half times as long.
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
