"""The rules of each language, read from the folder ``rules`` and compiled."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import count
from pathlib import Path
from typing import Any, Final

from pytest_distill.judges.identity.marks import COMPANY, FILLER, GAP, MODEL, NAME, OWN

_RULES: Final = Path(__file__).parent / "rules"
LANGUAGES: Final = ("en", "zh", "ja", "ko", "ru", "ar", "de", "fr", "es", "pt")

# What "$word" stands for in every rule. With a capital, the name is the one that is claimed.
_SHARED: Final[Mapping[str, str]] = {
    "name": NAME,
    "model": f"{MODEL}{FILLER}*+",
    "company": f"{COMPANY}{FILLER}*+",
    "own": OWN,
    "gap": GAP,
}
_CLAIMED: Final = {"N": NAME, "M": f"{MODEL}{FILLER}*+", "C": f"{COMPANY}{FILLER}*+"}
_WORD: Final = re.compile(r"\$(?P<word>[a-z_][a-z_0-9]*|[NMC])")
_NEVER: Final = re.compile(r"(?!)")


@dataclass(frozen=True, eq=False)
class Rule:
    """One way to state one's identity, or to contradict the facts about it."""

    id: str
    kind: str
    """What it says; the reason of a verdict follows from it."""
    choices: tuple[str, ...] = field(repr=False)
    """Each is a way to say it."""
    needs_self: bool
    """Whether the sentence must speak in the first person."""
    is_plain: bool
    """Whether it is a claim even in a sentence without "I"; else it is only talk of the vendor."""
    is_firm: bool
    """Whether it holds even in an answer that names the true vendor elsewhere."""
    is_role: bool
    """Whether it is no claim where the prompt asks for that role."""
    is_cased: bool
    """Whether it reads capitals."""
    example: str
    counterexample: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Over marked text; the claimed name, where there is one, is a named group.

        Compiled when first asked for: all rules take a second, and few answers need them all.
        """
        return re.compile("|".join(self.choices))


class Language:
    """Words and rules of one language."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.code: str = table["language"]
        self.common = frozenset(table.get("common", "").split())
        """Words that most of its sentences have; of a language of the Latin script."""
        self._words = table.get("words", {})
        own = {f"own_vendor_{kind}": found for kind, found in table.get("own_vendor", {}).items()}
        self._patterns: Mapping[str, Sequence[str]] = {**table["patterns"], **own}
        self._claims = table.get("claims", ())
        self._contradictions = table.get("contradictions", ())
        self._compiled: dict[str, re.Pattern[str]] = {}

    def pattern(self, kind: str) -> re.Pattern[str]:
        """Return what recognises `kind`; compiled when first asked for."""
        found = self._compiled.get(kind)
        if found is None:
            found = self._compiled[kind] = self._compile(kind)
        return found

    def knows(self, kind: str) -> bool:
        """Say whether there are patterns of `kind`."""
        return kind in self._patterns

    def _compile(self, kind: str) -> re.Pattern[str]:
        choices = self._patterns.get(kind, ())
        return re.compile("|".join(map(self._expand, choices))) if choices else _NEVER

    @cached_property
    def claims(self) -> tuple[Rule, ...]:
        """Ways to claim a name."""
        return tuple(map(self._rule, self._claims))

    @cached_property
    def contradictions(self) -> tuple[Rule, ...]:
        """Ways to contradict the facts without a known name."""
        return tuple(map(self._rule, self._contradictions))

    def _rule(self, table: Mapping[str, Any]) -> Rule:
        return Rule(
            id=table["id"],
            kind=table["kind"],
            choices=tuple(self._numbered(table["patterns"])),
            needs_self=table.get("needs_self", True),
            is_plain=table.get("plain", True),
            is_firm=table.get("firm", False),
            is_role=table.get("role", False),
            is_cased=table.get("cased", False),
            example=table["example"],
            counterexample=table["counterexample"],
        )

    def _numbered(self, patterns: Sequence[str]) -> Iterator[str]:
        numbers = count()
        for pattern in patterns:
            yield self._expand(pattern, numbers)

    def _expand(self, pattern: str, numbers: "Iterator[int] | None" = None) -> str:
        def word(match: re.Match[str]) -> str:
            name = match["word"]
            if name in _CLAIMED:
                group = "" if numbers is None else f"P<c{next(numbers)}>"
                return f"(?{group or ':'}{_CLAIMED[name]})"
            if name in _SHARED:
                return _SHARED[name]
            return self._expand(self._words[name])

        return _WORD.sub(word, pattern)


class Lexicon:
    """The languages that a sentence may be written in, as one."""

    def __init__(self, languages: Sequence[Language]) -> None:
        self.languages = tuple(languages)
        self.claims = tuple(rule for one in languages for rule in one.claims)
        self.contradictions = tuple(rule for one in languages for rule in one.contradictions)

    def search(
        self, kind: str, text: str, start: int = 0, end: int | None = None
    ) -> re.Match[str] | None:
        """Return the first match of `kind` in the first language that has one."""
        stop = len(text) if end is None else end
        for language in self.languages:
            match = language.pattern(kind).search(text, start, stop)
            if match is not None:
                return match
        return None

    def match(self, kind: str, text: str, start: int = 0) -> re.Match[str] | None:
        """Return the match of `kind` that begins at `start`."""
        for language in self.languages:
            match = language.pattern(kind).match(text, start)
            if match is not None:
                return match
        return None

    def fullmatch(self, kind: str, text: str) -> bool:
        """Say whether `text` as a whole is of `kind`."""
        return any(language.pattern(kind).fullmatch(text) for language in self.languages)

    def may(self, kind: str, text: str) -> bool:
        """Say whether `kind` is in `text`, or a language does not know the kind."""
        return any(
            not language.knows(kind) or language.pattern(kind).search(text)
            for language in self.languages
        )

    def sub(self, kind: str, by: str, text: str) -> str:
        """Return `text` with `by` in place of every match of `kind`."""
        for language in self.languages:
            text = language.pattern(kind).sub(by, text)
        return text


@cache
def language(code: str) -> Language:
    """Return the rules of one of `LANGUAGES`."""
    return Language(tomllib.loads((_RULES / f"{code}.toml").read_text("utf-8")))


@cache
def lexicon(codes: tuple[str, ...]) -> Lexicon:
    """Return the rules of several languages, tried in this order."""
    return Lexicon([language(code) for code in codes])


# Scripts by which a sentence's language is known.
_SCRIPTS: Final = (
    ("ja", re.compile("[\u3041-\u30fa\uff66-\uff9d]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
)
_LATIN: Final = re.compile("[a-z]{2}")
# English within a text of another script is more than a name when it has a few words on end.
_ENGLISH_WORDS: Final = re.compile(r"[a-z']+ [a-z']+ [a-z']+")
# Words that most sentences of a language have, and others of the Latin script have not.
_COMMON: Final = {
    code: re.compile(words)
    for code, words in {
        "de": (
            r"\b(?:wer|bist|du|dich|dein\w*|heißt|welche\w*|ich|ist|bin|der|die|das|und|nicht|von|mein\w*|ein|eine[rmns]?|wurde|mich|wie|dir"
            r"|ihnen|sie|auf|mit|kein\w*|nein|entwickelt|sprachmodell|hinter|steckt|aus|dem|den|ja"
            r"|heiße|unser\w*)\b"
        ),
        "fr": (
            r"\b(?:qui|es-tu|tu|toi|ton|ta|quel\w*|je|suis|est|le|les|une?|des|du|pas|par|mon|ma|moi|vous|et|en|ce|dans|nous|sur"
            r"|qui|été|c'est|j'ai|d'une?|non|oui|modèle|développé|derrière|moi)\b|\b(?:[ldjmnc]"
            r"|qu)'(?=[a-zà-ÿ])"
        ),
        "es": (
            r"\b(?:quién|quien|cómo|te|preséntate|eres|tu|tú|cuál|qué|soy|el|los|las|una?|del|por|mi|yo|es|que|fui|para|con|su|como|creado"
            r"|desarrollado|modelo|sí|nombre|llamo|detrás|empresa|al)\b"
        ),
        "pt": (
            r"\b(?:quem|qual|apresente-se|és|teu|sou|eu|os|uma?|da|pela|pelo|meu|minha|não|é|que|fui|para|com|você|como|criado"
            r"|desenvolvido|modelo|sim|nome|chamo|atrás|trás|empresa|em|na)\b"
        ),
    }.items()
}
_ENGLISH: Final = re.compile(
    r"\b(?:the|is|are|am|i'm|i|my|and|you|of|to|was|by|not|this|an|made|how|can|help|with|it's)\b"
)
OTHER_SCRIPT: Final = re.compile(
    "[\u0400-\u04ff\u0600-\u06ff\u3041-\u30fa\u4e00-\u9fff\uac00-\ud7a3\uff66-\uff9d]"
)
# Of an answer, so much tells its language.
_ACCENTED: Final = re.compile("[ß-ÿ]")
_ENOUGH: Final = 500
# So many English words in it leave no room for another language.
_SURELY_ENGLISH: Final = 8


def latin_languages(folded: str, hint: str | None) -> tuple[str, ...]:
    """Return the languages of the Latin script in which a text may be written; English is last.

    English is always among them: names, labels and code are English in any text.
    """
    sample = folded[:_ENOUGH]
    english = len(_ENGLISH.findall(sample)) if hint in {None, "en"} else 0
    if english >= _SURELY_ENGLISH and not _ACCENTED.search(sample):
        return ("en",)
    found = {code: len(words.findall(sample)) for code, words in _COMMON.items()}
    likely = [
        code
        for code in sorted(found, key=lambda code: -found[code])
        if found[code] >= (max(2, english // 2) if english else 1)
        or (code == hint and found[code] >= english // 4)
    ]
    if hint in _COMMON and hint not in likely and english <= 1:
        likely.insert(0, str(hint))
    if hint in likely:
        likely.sort(key=lambda code: code != hint)
    return (*likely[:2], "en")


def languages_of(
    text: str, latin: tuple[str, ...], *, is_japanese: bool = False
) -> tuple[str, ...]:
    """Return the languages of folded `text`.

    Args:
        text: a statement, a question or a template.
        latin: the languages of the Latin script in which it may be written, English last.
        is_japanese: Chinese characters alone are Japanese, as in an answer with kana.
    """
    if text.isascii() or not OTHER_SCRIPT.search(text):
        if len(latin) == 1:
            return latin
        # English "no" and "an" are other words elsewhere, and "son" is one in English.
        english = len(_ENGLISH.findall(text))
        others = max(len(_COMMON[code].findall(text)) for code in latin[:-1])
        return latin[:-1] if others > english else latin if others else latin[::-1]
    codes = [code for code, script in _SCRIPTS if script.search(text)]
    if codes[0] == "ja" or (codes == ["zh"] and is_japanese):
        codes = ["ja", *(code for code in codes if code not in {"ja", "zh"})]
    return (*codes, *latin) if _ENGLISH_WORDS.search(text) else tuple(codes)


def has_kana(text: str) -> bool:
    """Say whether `text` is Japanese by its letters."""
    return not text.isascii() and _SCRIPTS[0][1].search(text) is not None
