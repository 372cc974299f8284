"""Parts words that signs, or nothing, join; joins letters that stand apart and broken lines."""

import re
from collections.abc import Iterator
from typing import Final

Replacement = tuple[int, int, str]

# Small words by which a run of joined words is told from a path, a date or a model's id.
_SMALL: Final = frozenset(
    [
        *(
            "i",
            "am",
            "i'm",
            "im",
            "my",
            "name",
            "is",
            "by",
            "from",
            "the",
            "an",
            "of",
            "and",
            "was",
        ),
        *("me", "as", "who", "what", "you", "are", "not", "no", "have", "been"),
        *("ich", "bin", "mein", "von", "und", "der", "die", "das", "wurde", "nicht"),
        *("je", "suis", "mon", "est", "par", "de", "la", "le", "les", "une", "du", "pas"),
        *("yo", "soy", "mi", "por", "el", "un", "una"),
        *("eu", "sou", "meu", "pelo", "pela", "um", "uma", "não"),
        *("я", "не", "это", "меня", "мной", "от", "из"),
        *("我", "是", "由", "的", "我是", "不是"),
        *("أنا", "من"),
    ]
)
_RUN: Final = re.compile(
    r"(?<![^\s\"'(\[{])[^\W\d]['\w]*+(?P<sign>[-.,/+~·•:;|&>^@!=%#]{1,2}|->)(?=[^\W])"
    r"['\w]++(?:(?P=sign)['\w]++){2,}+"
)
_LETTER: Final = r"[A-Za-z0-9\u00c0-\u05ff\u0620-\u064a\u0660-\u0669\u066e-\u06d3]"
_SPACED: Final = re.compile(
    rf"(?<![^\W_\u3040-\ud7ff]){_LETTER}(?P<gap>[ .·•*,/|-]{{1,3}}){_LETTER}(?!{_LETTER})"
    rf"(?:(?P=gap){_LETTER}(?!{_LETTER})){{2,}}+"
)
_LONG: Final = re.compile(r"(?<![A-Za-z'/.@])[A-Za-z'][A-Za-z0-9']{13,}+(?![/@])")
# What is looked for in words that nothing parts: names that are claimed most, and small words.
_NAMES: Final = (
    "chatgpt|openai|anthropic|claude|deepseek|deepmind|gemini|google|qwen|tongyi|alibabacloud"
    "|alibaba"
    "|llama|mistral|moonshot|kimi|bytedance|doubao|baidu|ernie|tencent|hunyuan|zhipu|chatglm"
    "|microsoft|copilot|grok|xai|cohere|gpt-?\\d?(?:\\.\\d)?o?"
)
_PIECE: Final = re.compile(
    rf"(?P<name>{_NAMES})|(?P<small>language|assistant|developed|chatbot|created|trained|company"
    r"|large|model|built|named|called|made|name|from|that|this|team|with|your|not|was|the|and|you"
    r"|can|help|how|today|artificial|intelligence|i'm|im|my|is|am|by|an|as|of|to|at|ai|a|i)"
)
_LEAST_KNOWN: Final = 0.75
_FEWEST_PIECES: Final = 3
# Capitals apart may be initials: "J R R T".
_LONGEST_INITIALS: Final = 9

# What is looked for first, since most texts have nothing of the kind.
_APART: Final = re.compile(r"[ .·•*,/|-][^\W_][ .·•*,/|-]{1,3}[^\W_][ .·•*,/|-]")
_JOINED: Final = re.compile(
    r"[-.,/+~·•:;|&>^@!=%#]['\w]{1,24}[-.,/+~·•:;|&>^@!=%#]{1,2}['\w]{1,24}[-.,/+~·•:;|&>^@!=%#]"
)
_LONG_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9']{13}")
# Three lines on end, or more, of a word or of a narrow column's few words, without marks or colons.
_COLUMN: Final = re.compile(
    r"^(?: {0,9}[^\s:：|#>*•-]"
    r"(?:[^\n:：|.!?。！？;；]{0,38}[^\s:：|.!?。！？;；\])}>/])? {0,3}\n){3,}+"
    r"(?: {0,9}[^\s:：|#>*•-][^\n:：|]{0,40}$)?",
    re.MULTILINE,
)
# Chinese, Japanese or Korean characters set apart by blanks.
_CHARACTERS: Final = re.compile(
    r"[\u3040-\u30ff\u4e00-\u9fff](?: [\u3040-\u30ff\u4e00-\u9fff，。、]){3,}+"
)
# Small words that end no sentence.
_HANGING: Final = "|".join(
    rf"(?<= {word}\n)"
    for word in (
        *("am", "is", "by", "from", "the", "an", "as", "of", "von", "bin", "est", "par", "suis"),
        *("soy", "por", "sou", "pela", "pelo", "от", "من"),
    )
)
# A line that goes on in the next one: that begins with a small letter, or this ends with a small
# word, or both are Chinese or Japanese without a mark between them.
_BROKEN: Final = re.compile(
    r"\n(?<=[^\W\d_]\n)(?=[a-zà-öø-ÿа-яё])|\n(?<=,\n)(?=\w)"
    rf"|\n(?:{_HANGING})(?=\w)"
    r"|\n(?<=[\u3040-\u30ff\u4e00-\u9fff，、]\n)(?=[\u3040-\u30ff\u4e00-\u9fff，、])"
)


def parted(text: str) -> Iterator[Replacement]:
    """Yield replacements of signs inside "I_am_X" and "I-am-X", and of blanks inside "X Y Z"."""
    found: list[Replacement] = []
    if _APART.search(text):
        found += _letters(text)
    if _JOINED.search(text):
        found += _runs(text)
    if _LONG_WORD.search(text):
        found += _lumps(text)
    if not text.isascii():
        found += _characters(text)
    last = -1
    for start, end, by in sorted(found):
        if start >= last:
            yield start, end, by
            last = max(end, start)


def unwrapped(text: str) -> str:
    """Return `text` with a space for each line break within a sentence; positions stay."""
    if "\n" not in text:
        return text
    return _BROKEN.sub(" ", text.replace("-\n", " \n") if "-\n" in text else text)


def _runs(text: str) -> Iterator[Replacement]:
    for run in _RUN.finditer(text):
        sign = run["sign"]
        parts = run[0].split(sign)
        if not _SMALL.isdisjoint(part.casefold() for part in parts):
            position = run.start()
            for part in parts[:-1]:
                position += len(part)
                yield position, position + len(sign), " "
                position += len(sign)


def _letters(text: str) -> Iterator[Replacement]:
    for run in _SPACED.finditer(text):
        if not any(char.isalpha() for char in run[0]) or (
            run[0].isupper() and run["gap"].isspace() and len(run[0]) < _LONGEST_INITIALS
        ):
            continue
        width = len(run["gap"])
        for position in range(run.start() + 1, run.end() - 1, width + 1):
            yield position, position + width, ""


def _characters(text: str) -> Iterator[Replacement]:
    for run in _CHARACTERS.finditer(text):
        for position in range(run.start() + 1, run.end(), 2):
            yield position, position + 1, ""


def _lumps(text: str) -> Iterator[Replacement]:
    for lump in _LONG.finditer(text):
        pieces = list(_PIECE.finditer(lump[0].lower()))
        known = sum(len(piece[0]) for piece in pieces)
        if (
            len(pieces) < _FEWEST_PIECES
            or known < _LEAST_KNOWN * len(lump[0])
            or not any(p["name"] for p in pieces)
        ):
            continue
        edges = sorted({edge for piece in pieces for edge in piece.span()})
        for edge in edges:
            if 0 < edge < len(lump[0]):
                yield lump.start() + edge, lump.start() + edge, " "


def columns(text: str) -> Iterator[Replacement]:
    """Yield replacements of the line breaks between words that stand below each other."""
    for column in _COLUMN.finditer(text):
        for position in range(column.start(), column.end() - 1):
            if text[position] == "\n":
                yield position, position + 1, " "
