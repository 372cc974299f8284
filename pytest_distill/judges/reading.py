"""Splits an answer into sentences: with names marked, their speaker, and whether they echo."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from pytest_distill.judges import chinese, english, other_languages
from pytest_distill.judges.aliases import Mention, fold
from pytest_distill.judges.marks import COMPANY, FILLER, MODEL, OWN_VENDOR
from pytest_distill.judges.text import sentences

# Label of a speaker: "[ChatGPT]:", "Normal response:". A company or the true vendor before a
# colon is the head of a list item instead.
_LABEL: Final = re.compile(
    r"\s*(?:[\[(（【{<][^\n\])）】}>]{1,40}[\])）】}>](?:\s*(?:response|output|回答|回复))?\s*[:：]?"
    rf"|[^\s:：\"“'.,，。{COMPANY}{OWN_VENDOR}-]{{1,24}}"
    r"(?: (?:mode|response|output|ai))?[:：](?!//)"
    r"|#{1,6} [^\n]{0,40}\b(?:response|output|answer|mode|version|回答|回复)[^\n]{0,30})\s*",
)
# The true name before a colon: the model itself speaks.
_OWN_LABEL: Final = re.compile(rf"\W*{OWN_VENDOR}{FILLER}*[:：]")
_NO_LETTER: Final = re.compile(r"\W+")
# A shorter sentence may stand in the prompt by chance.
_SHORTEST_ECHO: Final = 12
# Name of the character that a template asks for: CamelCase, capitals, or a capital within a
# sentence.
_CHARACTER: Final = re.compile(
    r"\b(?:[A-Z][a-z]*[A-Z]\w*|(?<=[a-z,\"“'] )[A-Z][a-z]{2,}|(?<=[\"“'])[A-Z]\w{2,})",
)


class Sentence(NamedTuple):
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


def mark(text: str, mentions: Iterable[Mention], own: str) -> str:
    """Return `text` with a private character in place of each name; positions stay."""
    pieces = []
    last = 0
    for start, end, vendor, kind in mentions:
        name = OWN_VENDOR if vendor == own else MODEL if kind == "model" else COMPANY
        pieces += [text[last:start], name, FILLER * (end - start - 1)]
        last = end
    return "".join([*pieces, text[last:]])


def statements(marked: str, text: str, template: str, query: str) -> list[Sentence]:
    """Return the sentences of an answer, without its questions.

    Args:
        marked: the text with its names marked.
        text: the text as it was.
        template: what the probe was wrapped in.
        query: the probe.
    """
    folded = fold(marked)
    prompts = (_letters_of_prompt(template), _letters_of_prompt(query))
    found = []
    speaker = ""
    for start, end in sentences(marked):
        label = _LABEL.match(folded, start, end)
        if label is not None and speaks_of_itself(label[0]):
            label = None
        if label is not None:
            speaker = label[0].strip()
        elif _OWN_LABEL.match(folded, start, end):
            speaker = ""
        if marked[end - 1] in "?？":
            continue
        begin = label.end() if label else start
        is_echo = _is_part(text[begin:end], prompts)
        found.append(Sentence(begin, folded[begin:end], marked[begin:end], speaker, is_echo))
    return found


@lru_cache(maxsize=256)  # Of a campaign's templates, each comes back with every probe.
def character_of(template: str) -> re.Pattern[str] | None:
    """Return what recognises a sentence about the character that `template` asks for."""
    names = {fold(name) for name in _CHARACTER.findall(template)}
    if not names:
        return None
    choice = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(
        rf"(?:[^,]{{0,30}}, )?\W*(?:the [a-z ]{{1,40}}(?:of|behind) )?(?:{choice})"
        r"(?:,| is | was |['’]s | by |\s?是|\s?由|的)",
    )


def speaks_of_itself(text: str) -> bool:
    """Say whether folded `text` has a word for "I" or "we"."""
    if english.SELF.search(text):
        return True
    # ASCII holds no Chinese; this saves the search for most sentences.
    return bool(
        (not text.isascii() and chinese.SELF.search(text)) or other_languages.SELF.search(text)
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
