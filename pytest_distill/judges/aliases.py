"""Finds the names of all vendors and models in a text; the names come from the fact sets."""

import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from typing import Literal, NamedTuple

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


# What may follow a model's name and still be part of it: 2.5, -4o, -14B-Instruct. A letter
# or another hyphenated word may not: "GPT-like" and a persona's "GPT-4REAL" are not GPT.
_TAIL = (
    r"(?:[-‑ ]?v?\d+(?:\.\d+)*[a-z]{0,2}(?![a-z0-9])"
    r"|-(?:instruct|chat|turbo|mini|preview|base|plus|max|pro|flash|large|small|medium)(?![a-z0-9])){0,4}"
)
_MODEL_END = r"(?![a-z0-9])(?![-‑][a-z0-9])"
# A company's name may be compounded ("OpenAI-Team"), but not into a likeness.
_COMPANY_END = r"(?![a-z0-9])(?![-‑](?:like|style|compatible|inspired|based))"

# Around an everyday word, what shows that it is meant as a name.
_BEFORE_NAME = re.compile(
    r"(?:\b(?:am|i'm|i’m|are|is|as|named|called|by|at|from|name is|model|assistant|chatbot|ai"
    r"|me|myself|being|(?:based|built|run|running) on|(?:version|product|creation|part) of"
    r"|je suis|soy|bin|sono|sou|you['’]re|я|par|por|von|da)[\s:,\"“'‘]{1,3}"
    r"|(?:我是|我叫|身为|作为|名为|叫做|叫|由|是|来自|属于|你是|您是|私は|저는|나는|أنا)[\s:：,，\"“「《]{0,2})\Z",
)
_AFTER_NAME = re.compile(
    r"[\"”'’」》]?(?:[\s-]?v?\d|[\s,，(（]{1,3}(?:an? (?:ai|large|language|llm)|ai\b|made by"
    r"|created by|developed by|built by|trained by|by )"
    r"|[\s,，]{0,2}(?:由|，?一个|一款|是由|开发|公司|です|입니다)|[,，] ?(?:你|您|who |what "
    r"|are you))",
)
# In a text of another script, a Latin word is a name.
_NOT_LATIN = re.compile(r"[\u0600-\u06ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
# Between two names of a list: "Meta and Microsoft".
_LONGEST_LISTED = 5
_LISTED = re.compile(r"\s?(?:,|and|or|&|和|与|及|、|，)\s?")
_LONGEST_CONTEXT = 16


class AliasRegistry:
    """Finds the names of every vendor in a text; the longest name wins."""

    def __init__(self, fact_sets: Iterable[FactSet]) -> None:
        self._fact_sets = tuple(fact_sets)
        self._aliases = _collect(self._fact_sets)
        self._extended: dict[str, AliasRegistry] = {}

    @cached_property
    def _ascii(self) -> re.Pattern[str]:
        # Compiled on first use: most registries are only extended by `with_own`, never searched.
        kinds: dict[Kind, set[str]] = {"model": set(), "company": set()}
        for name, alias in self._aliases.items():
            if name.isascii():
                kinds[alias.kind].add(name)
        return _compile_ascii(frozenset(kinds["model"]), frozenset(kinds["company"]))

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

    def mentions(self, text: str) -> list[Mention]:
        """Return the names in `text`, in order, without overlaps.

        A name that is an everyday word counts only where it is used as a name: capitalised and
        in a context of identity, or beside an unmistakable name of the same vendor.
        """
        return self.mentions_folded(text, fold(text))

    def mentions_folded(self, text: str, folded: str) -> list[Mention]:
        """Do what `mentions` does, for a caller that already has ``fold(text)``."""
        found: list[Mention] = []
        doubtful: list[Mention] = []
        for start, end, name in self._names(text, folded):
            alias = self._aliases[name]
            mention = Mention(start, end, alias.vendor, alias.kind)
            # A version makes a name of a word, as in "Claude 3.5"; a number does not: "Step 3".
            tail = folded[start + len(name) : end]
            is_doubtful = alias.everyday and "." not in tail and "-" not in tail
            (doubtful if is_doubtful else found).append(mention)
        if not doubtful:
            return found
        sure = {mention.vendor for mention in found}
        names = {edge for mention in found for edge in (mention.start, -mention.end)}
        found += [
            m
            for m in doubtful
            if _is_used_as_name(text, folded, m, sure) or _is_listed(folded, m, names)
        ]
        return sorted(found)

    def _names(self, text: str, folded: str) -> list[tuple[int, int, str]]:
        names = [
            (*match.span(), match["model"] or match["company"])
            for match in self._ascii.finditer(folded)
        ]
        if text.isascii():
            return names
        names += [(*match.span(), match[0]) for match in self._beyond.finditer(folded)]
        return _longest(names)

    def names_vendor(self, text: str, vendor: str) -> bool:
        """Say whether `text` names `vendor` or any of its models."""
        return any(mention.vendor == vendor for mention in self.mentions(text))


def fold(text: str) -> str:
    """Return `text` in lower case, character by character: positions stay what they are."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


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
    return aliases


# Registries of different models differ in the vendor of a name, rarely in the names.
@cache
def _compile_ascii(models: frozenset[str], companies: frozenset[str]) -> re.Pattern[str]:
    # \b would see no boundary between 是 and C: only ASCII letters and digits bind.
    return re.compile(
        rf"(?<![a-z0-9])(?:(?P<model>{_trie(models)}){_TAIL}{_MODEL_END}"
        rf"|(?P<company>{_trie(companies)}){_COMPANY_END})",
    )


@cache
def _compile_beyond(names: frozenset[str]) -> re.Pattern[str]:
    # No boundaries: Chinese has none, Korean and Japanese add particles, Russian endings. A
    # pattern of its own begins with a set of characters, which skips the rest of a text fast.
    return re.compile(_trie(names))


def _longest(names: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    kept: list[tuple[int, int, str]] = []
    for name in sorted(names, key=lambda name: (name[0], -name[1])):
        if not kept or name[0] >= kept[-1][1]:
            kept.append(name)
    return kept


def _trie(names: Iterable[str]) -> str:
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
    end = "?" if "" in node else ""
    return f"(?:{'|'.join(branches)}){end}"


def _is_used_as_name(text: str, folded: str, mention: Mention, sure: set[str]) -> bool:
    if mention.vendor in sure and not text[mention.start].islower():
        return True
    before = folded[max(0, mention.start - _LONGEST_CONTEXT) : mention.start]
    if _BEFORE_NAME.search(before):
        return not text[mention.start].islower() or before.endswith(("i am ", "i'm ", "you are "))
    if text[mention.start].islower():
        return False
    around = text[max(0, mention.start - 1) : mention.start] + text[mention.end : mention.end + 1]
    if _NOT_LATIN.search(around):
        return True
    return _AFTER_NAME.match(folded, mention.end) is not None


def _is_listed(folded: str, mention: Mention, names: set[int]) -> bool:
    """Say whether `mention` stands beside a name; `names` has their starts, and ends below 0."""
    following = _LISTED.match(folded, mention.end)
    if following is not None and following.end() in names:
        return True
    before = max(0, mention.start - _LONGEST_LISTED)
    return any(
        -match.start() in names and match.end() == mention.start
        for match in _LISTED.finditer(folded, before, mention.start)
    )
