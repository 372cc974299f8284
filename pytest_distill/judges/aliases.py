"""Finds the names of all vendors and models in a text; the names come from the fact sets."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, cached_property, lru_cache
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

# Around an everyday word, what shows that it is meant as a name.
_BEFORE_NAME = re.compile(
    r"(?:(?:^|[^a-z0-9])(?:am|i'm|im|not|never|are|is|was|as|named|called|by|at|from|model"
    r"|assistant|chatbot|ai"
    r"|me|myself|being|(?:based|built|run|running) on|(?:version|product|creation|part"
    r"|maker) of|than|like"
    r"|with|to|using|name|bare|the bare|and|or|yes|no|it's|that's|this is|because|since|on|the"
    r"|suis|soy|bin|heiße|namens|sono|sou|you're|par|por|von|vom|da|de|di|do|pela|pelo|est|ist"
    r"|es|é|und|et|y|e|mit"
    r"|con|com|avec|en|sur|auf|dem|llamo|llama|chamo|chama|eres|aquí|aqui|yo|eu|que|du|tu"
    r"|sprachmodell|assistent|modèle|modelo|appelle|nommé|el|la|le|o|a|não|pas|nicht|sondern"
    r"|я|это|не|ты|вы|мы|зовут|говорит|имя|от|на|в|из|компани\w{1,3}|модел\w{1,3}|أنا|أنت|اسمي"
    r"|من|شركة|نموذج|على|في|لأن|هو|الرسمي|وليس|لست)"
    r"[\s:,\"“'‘„«(—–-]{1,3}"
    r"|(?:^|[^a-z])(?:model|name|version|engine|modell|modelo|modèle|nom|nombre"
    r"|nome)\s?[:=]\s?[\"'“]?"
    r"|(?:我是|我叫|身为|作为|名为|叫做|叫|由|是|来自|属于|你是|您是|私は|저는|나는|أنا|は|が|는|은|が|用的?|係|系|屬於|不是|名字|订阅|訂閱|团队"
    r"|團隊|非|模型|名称|名前|이름|имя|модель|モデル|모델|版本|型号)"
    r"[\s:：,\"“「《]{0,2})\Z",
)
# A signature: a dash before a name that ends the line.
_SIGNED = re.compile(r"(?:^|\n|[.!?] ?) {0,3}[—–-] ?\Z")
_CALLS_ITSELF = re.compile(
    r"(?:(?:^|[^a-z])(?:i am|i'm|im|my name is|my name's|call me|called|named|as|this is"
    r"|i'm your|i am your|je suis|soy|sou|ich bin|я)"
    r"|我是|我叫|作为|身为|私は|저는|أنا)[\s,\"“'‘「]{0,3}\Z"
)
_AFTER_NAME = re.compile(
    r"[\"”'’」》]?(?:[\s-]?v?\d|[\s,，(（]{1,3}(?:an? (?:ai|large|language|llm)|ai\b|made by"
    r"|created by|developed by|built by|trained by|by |here\b|has nothing|did not|didn't"
    r"|made me|built me|created me|trained me|speaking\b|at your|models?\b|(?:officially |also "
    r"|has |does(?:n't| not) |may |will |only )?(?:used?|tuned?|trained?|released?|put|gave"
    r"|gives?|set|says?|designed|ships?|shipped|taught|wants?|runs?|keeps?|stores?|supports?"
    r"|allows?|announced|made|makes)\b|is (?:fine|my name|me\b|what|the name)|, snapshot"
    r"|, version)"
    r"|,? (?:m'a\b|m'ont\b|qui me\b|hat mich|ist nicht mein|n'est pas mon|no es mi|não é o meu"
    r"|me \w|меня\b|мо[ийё]\w?\b|не мо[йёя])|[\s,，]{0,2}(?:由|，?一个|一款|是由|开发|公司|です|입니다|이에요|예요|だ。"
    r"|である)|[,，] ?(?:你|您|who |what "
    r"|are you))",
)
# Before a word whose capital is not that of a sentence's beginning.
_MID_SENTENCE = re.compile(r"(?:^|[^\w'])[a-zà-ÿ][a-zà-ÿ']*,? \Z")
# Behind it: a family name, or more of a title.
_LONGER_NAME = re.compile(r" [A-Z][a-z]")
# A name that is all of its line.
_ALONE_BEFORE = re.compile(r"(?:^|\n|[:：|=]) {0,4}[\"'“(*-]? ?\Z")
_ALONE_AFTER = re.compile(
    r"[\"'”)]? {0,4}[.!。！]{0,3} {0,4}(?:[\U0001f300-\U0001faff]|$|\n|[,，|]|(?<=[.!。！] ))"
)
# In a text of another script, a Latin word is a name.
_NOT_LATIN = re.compile(
    r"[\u0400-\u04ff\u0600-\u06ff\u3000-\u303f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]"
)
_CYRILLIC = re.compile("[\u0400-\u04ff](?=[\u0400-\u04ff])")
# What a name beyond ASCII begins with; signs and emoji do not.
_OTHER_LETTER = re.compile("[\u00c0-\u1fff\u2c00-\u2dff\u3040-\ud7ff\uf900-\ufdff]")
# A shorter Latin word in such a text may be a symbol, as Pi is.
_SHORTEST_FOREIGN = 4
# Words that are counted: "Step 3" and "Command 2" are no models.
_COUNTED = frozenset(
    {"step", "command", "spark", "solar", "pi", "falcon", "param", "phase", "fair"}
)
# Words with a capital of their own: a river, a poet, a fruit.
_COMMON = frozenset({"amazon", "bard", "fair", "mercury", "apollo", "titan", "oracle", "palm"})
# Between two names of a list: "Meta and Microsoft".
_LONGEST_LISTED = 5
_LISTED = re.compile(r"\s?(?:,|and|or|&|和|与|及|、|，)\s?")
_LONGEST_CONTEXT = 24


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
            is_doubtful = alias.everyday and not _is_version(name, tail)
            if alias.everyday and name in barred:
                continue
            (doubtful if is_doubtful else found).append(mention)
        if not doubtful:
            return found
        sure = {mention.vendor for mention in found} | set(known)
        names = {edge for mention in found for edge in (mention.start, -mention.end)}
        found += [
            m
            for m in doubtful
            if _is_used_as_name(text, folded, m, sure, is_asked=is_asked or m.vendor == own)
            or (is_asked and _is_listed(folded, m, names))
        ]
        return sorted(found)

    def _names(self, text: str, folded: str) -> list[tuple[int, int, str]]:
        names = [(*match.span(), self._family(match)) for match in self._ascii.finditer(folded)]
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


def _is_version(name: str, tail: str) -> bool:
    """Say whether what follows an everyday word makes a name of it, as in "Claude 3.5"."""
    if not tail or name in _COUNTED:
        return "." in tail or "-" in tail
    return "." in tail or "-" in tail or any(char.isdigit() for char in tail)


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
    end = "?" if "" in node else ""
    return f"(?:{'|'.join(branches)}){end}"


def _is_used_as_name(
    text: str, folded: str, mention: Mention, sure: set[str], *, is_asked: bool
) -> bool:
    name = text[mention.start : mention.end]
    # Of o3 and 4o the small letter says nothing.
    is_small = text[mention.start].islower() and not any(char.isdigit() for char in name)
    if mention.vendor in sure and not is_small:
        return True
    before = folded[max(0, mention.start - _LONGEST_CONTEXT) : mention.start]
    if not is_asked:
        is_signed = _SIGNED.search(before) and _ALONE_AFTER.match(folded, mention.end)
        return not is_small and bool(_CALLS_ITSELF.search(before) or is_signed)
    if _BEFORE_NAME.search(before):
        return not is_small or before.endswith(("i am ", "i'm ", "im ", "you are "))
    if is_small:
        return False
    is_inside = _MID_SENTENCE.search(text[max(0, mention.start - _LONGEST_CONTEXT) : mention.start])
    is_common = fold(name) in _COUNTED or fold(name) in _COMMON
    if is_inside and not is_common and not _LONGER_NAME.match(text, mention.end):
        return True
    if _ALONE_BEFORE.search(before) and _ALONE_AFTER.match(folded, mention.end):
        return True
    # Blanks are usual around a Latin name in such a text.
    around = text[max(0, mention.start - 2) : mention.start].rstrip()[-1:]
    around += text[mention.end : mention.end + 2].lstrip()[:1]
    if _NOT_LATIN.search(around):
        return len(name) >= _SHORTEST_FOREIGN or any(char.isdigit() for char in name)
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
