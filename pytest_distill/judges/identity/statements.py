"""Splits an answer into statements: who speaks, in which language, and whether it is an echo."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from pytest_distill.judges.aliases import Mention, fold
from pytest_distill.judges.identity.lexicon import (
    Lexicon,
    has_kana,
    languages_of,
    latin_languages,
    lexicon,
)
from pytest_distill.judges.identity.lexicon import language as language_rules
from pytest_distill.judges.identity.marks import (
    COMPANY,
    FILLER,
    MODEL,
    OWN,
    OWN_COMPANY,
    OWN_MODEL,
)

# A sentence ends at its mark; a full stop needs a space, so that 3.5 stays whole, and is none after
# "Dr" or "e.g".
_END: Final = re.compile(
    r"(?:[!?。！？；\n؟]|\.(?=[\s\"”')\]]|\Z)(?<!\b[DM]r\.)(?<!\bM[rs]s\.)(?<!\bMs\.)(?<!\bProf\.)"
    r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.))[\"”’」』）)\]]{0,2}"
)
# Without any mark it ends after so many characters, which bounds the work of every rule.
_LONGEST: Final = 400
# Label of a speaker: "[ChatGPT]:", "Normal response:". A company or the true vendor before a
# colon is the head of a list item instead.
_LABEL: Final = re.compile(
    r"\s{0,40}+(?:[\[(（【{<][^\n\])）】}>]{1,40}[\])）】}>](?:\s?(?:response|output|回答|回复))?\s?[:：]?"
    rf"|[^\s:：\"“'.,，。{COMPANY}{OWN_COMPANY}{OWN_MODEL}-]{{1,24}}"
    r"(?: (?:mode|response|output|ai))?[:：](?!//)"
    r"|#{1,6} [^\n]{0,40}\b(?:response|output|answer|mode|version|回答|回复)[^\n]{0,30})\s{0,40}+",
)
# The head of a line before a colon, which may be a field: "Name: ...", "- My developer: ...".
_FIELD: Final = re.compile(
    r"[\s#>*•·–—\d.)(（\[-]{0,12}+(?P<field>[^\s:：\n][^:：\n]{0,32}?)[\])）]?\s?[:：](?!//)\s?"
)
# What has neither a bracket nor a colon near its beginning has no label; most sentences.
_MAY_LABEL: Final = re.compile(r"[\[(（【{<#]|[^:：\n]{0,60}[:：]|\W{0,12}[\[(（【{<#]")
_OWN_LABEL: Final = re.compile(rf"\W{{0,9}}{OWN}(?:\s?[(（][^)）\n]{{1,16}}[)）])?\W{{0,3}}[:：]")
_NO_LETTER: Final = re.compile(r"\W+")
# A shorter sentence may stand in the prompt by chance.
_SHORTEST_ECHO: Final = 12
_QUESTION: Final = "?？؟"
_CLAUSE: Final = re.compile(r"[,;:，；、،：—–～~！!]|\s-\s")
# Name of the character that a template asks for: CamelCase, capitals, or a capital within a
# sentence.
_CHARACTER: Final = re.compile(
    r"\b(?:[A-Z][a-z]*[A-Z]\w*|(?<=[a-z,\"“'] )[A-Z][a-z]{2,}|(?<=[\"“'])[A-Z]\w{2,})"
    # A quoted name in a script without capitals.
    '|(?<=[“「『《"])[\u0600-\u06ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]{2,8}(?=[”」』》"])',
)


class Statement(NamedTuple):
    """One statement of an answer, without the label of its speaker."""

    start: int
    """Position in the text."""
    text: str
    """Marked and folded."""
    cased: str
    """Marked, with its capitals."""
    speaker: str
    """The label before it, or before an earlier sentence."""
    is_echo: bool
    """Whether it stands in the prompt word for word."""
    is_field: bool
    """Whether it is the value of a field that describes the speaker, as in "Name: X"."""
    is_self: bool
    """Whether it speaks in the first person."""
    lexicon: Lexicon

    @property
    def end(self) -> int:
        """Position behind it."""
        return self.start + len(self.text)


def mark(text: str, mentions: Iterable[Mention], own: str) -> str:
    """Return `text` with a private character in place of each name; positions stay."""
    pieces = []
    last = 0
    for start, end, vendor, kind in mentions:
        is_model = kind == "model"
        if vendor == own:
            name = OWN_MODEL if is_model else OWN_COMPANY
        else:
            name = MODEL if is_model else COMPANY
        pieces += [text[last:start], name, FILLER * (end - start - 1)]
        last = end
    return "".join([*pieces, text[last:]])


def statements(
    marked: str, text: str, template: str, query: str, language: str | None
) -> list[Statement]:
    """Return the statements of an answer; of its questions, what they state beside asking.

    Args:
        marked: the text with its names marked.
        text: the text as it was.
        template: what the probe was wrapped in.
        query: the probe.
        language: of the probe, where it is known.
    """
    folded = fold(marked)
    prompts = (_letters_of_prompt(template), _letters_of_prompt(query))
    found = []
    speaker = ""
    for start, end, words in _sentences_with_languages(marked, folded, language):
        label = _label(folded, start, end, words)
        if label is not None and label.is_other:
            continue
        begin = start if label is None else label.end
        if label is not None and label.speaker is not None:
            speaker = label.speaker
        stop = end
        if folded[end - 1] in _QUESTION:
            stop = _without_question(folded, begin, end, words)
        if begin < stop:
            statement = folded[begin:stop]
            found.append(
                Statement(
                    begin,
                    statement,
                    marked[begin:stop],
                    speaker,
                    is_echo=_is_part(text[begin:stop], prompts),
                    is_field=label is not None and label.is_field,
                    is_self=words.search("self", statement) is not None,
                    lexicon=words,
                )
            )
    return found


class _Label(NamedTuple):
    """What stands before a statement."""

    end: int
    speaker: str | None = None
    """Who speaks from here on; None if the label does not say."""
    is_field: bool = False
    is_other: bool = False
    """Somebody else speaks this line."""


def _label(folded: str, start: int, end: int, words: Lexicon) -> _Label | None:
    if _MAY_LABEL.match(folded, start, end) is None:
        return None
    head = _FIELD.match(folded, start, end)
    if head is not None and _is_field(head["field"].strip(), words):
        return _Label(head.end(), is_field=True)
    label = _LABEL.match(folded, start, end)
    if label is not None and not words.search("self", label[0]):
        if words.fullmatch("other_voice", label[0].rstrip(" :：")):
            return _Label(end, is_other=True)
        return _Label(label.end(), label[0].strip())
    # The true name before a colon: the model itself speaks.
    return _Label(start, "") if _OWN_LABEL.match(folded, start, end) else None


def _sentences_with_languages(
    marked: str, folded: str, language: str | None
) -> Iterator[tuple[int, int, Lexicon]]:
    latin = latin_languages(folded, language)
    is_japanese = language == "ja" or has_kana(folded)
    english = lexicon(latin) if len(latin) == 1 else None
    for start, end in _sentences(marked):
        sentence = folded[start:end]
        if english is not None and sentence.isascii():
            yield start, end, english
        else:
            codes = languages_of(sentence, latin, is_japanese=is_japanese)
            yield start, end, lexicon(codes)


def _is_field(label: str, words: Lexicon) -> bool:
    # Labels are English in any language.
    return (
        words.fullmatch("field", label)
        or language_rules("en").pattern("field").fullmatch(label) is not None
    )


def _without_question(folded: str, begin: int, end: int, words: Lexicon) -> int:
    """Return where the statement before a question ends: "I am X, how can I help?"."""
    tag = words.search("tag", folded[begin:end])
    if tag is not None and tag.start():
        return begin + tag.start()
    asks = words.search("asks", folded[begin:end])
    if asks is not None:
        return begin + asks.start()
    clauses = [match.start() for match in _CLAUSE.finditer(folded, begin, end)]
    return clauses[-1] if clauses else begin


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the sentences of `text`, without surrounding space."""
    begin = 0
    for mark in _END.finditer(text):
        yield from _pieces(text, begin, mark.end())
        begin = mark.end()
    yield from _pieces(text, begin, len(text))


def _pieces(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    while begin < end:
        stop = min(end, begin + _LONGEST)
        piece = text[begin:stop].rstrip()
        if bare := piece.lstrip():
            last = begin + len(piece)
            yield last - len(bare), last
        begin = stop


@lru_cache(maxsize=256)
def characters_in(template: str) -> frozenset[str]:
    """Return what looks like the name of a character in `template`, folded."""
    return frozenset(fold(name) for name in _CHARACTER.findall(template))


@lru_cache(maxsize=256)  # Of a campaign's templates, each comes back with every probe.
def character_of(template: str) -> re.Pattern[str] | None:
    """Return what recognises a sentence about the character that `template` asks for."""
    names = characters_in(template)
    if not names:
        return None
    choice = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(
        rf"(?:[^,]{{0,30}}, )?\W{{0,9}}(?:the [a-z ]{{1,40}}(?:of|behind) )?(?:{choice})"
        r"(?:,| is | was |'s | by | es | é | est | ist | war | fue | foi |\s?[—–-] "
        r"|\s?[是由的はが]|[은는이가] | هو | هي )",
    )


def _is_part(text: str, prompts: Iterable[str]) -> bool:
    # Cheap test first: nearly no sentence has its first letters in a prompt.
    head = _letters(text[:_SHORTEST_ECHO])
    candidates = [prompt for prompt in prompts if head in prompt]
    if not candidates:
        return False
    letters = _letters(text)
    return len(letters) >= _SHORTEST_ECHO and any(letters in prompt for prompt in candidates)


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", fold(text))


@lru_cache(maxsize=1024)
def _letters_of_prompt(text: str) -> str:
    return _letters(text)
