"""Plain text of an answer: what a reader sees, without markup, disguise or layout.

Every step keeps the way back, so that evidence is quoted from the answer as it was.
"""

import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple
from urllib.parse import unquote

from pytest_distill.judges.aliases import fold
from pytest_distill.judges.identity import joined, layout
from pytest_distill.judges.identity.marks import COMPANY, FILLER, MODEL, OWN_COMPANY, OWN_MODEL
from pytest_distill.text import INVISIBLE, INVISIBLE_TAGS
from pytest_distill.thinking import split, without_marks

# Of a longer answer both ends and the middle are read, so that no answer can stall a run. Of 7,000
# recorded answers the longest has 10,000 characters.
LONGEST_READ: Final = 300_000
_PART_READ: Final = LONGEST_READ // 3

_SMALL_CAPITALS: Final = dict(
    zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True)
)
_SQUARED: Final = {
    chr(first + i): chr(65 + i) for first in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6) for i in range(26)
}
_ONE_FOR_ONE: Final = str.maketrans({**_SMALL_CAPITALS, **_SQUARED})
_ONE_FOR_ONE_SIGNS: Final = re.compile(f"[{''.join(_SMALL_CAPITALS)}{''.join(_SQUARED)}]")
# Superscripts, letter-like symbols, circled, full-width and mathematical letters: NFKC has the
# plain one.
_LOOKALIKE: Final = re.compile(
    "[\u00aa\u00ba\u02b0-\u02b8\u02e0-\u02e4\u1d2c-\u1d6a\u2070-\u209c\u2100-\u214f\u24b6-\u24e9"
    "\uff03\uff0b\uff0d\uff0f-\uff19\uff1d\uff20-\uff3a\uff3f\uff41-\uff5a\uff5c\U0001d400-\U0001d7ff]"
)
_BLANKS: Final = (
    "\t\v\f\r\x1c\x1d\x1e\x1f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u202f\u205f\u3000_"
)
_PUNCTUATION: Final = str.maketrans(
    {
        **dict.fromkeys(_BLANKS, " "),
        **dict.fromkeys("\x85\u2028\u2029", "\n"),
        **dict.fromkeys("\u2010\u2011\u2012\u2043\u2212\ufe63", "-"),
        **dict.fromkeys("\u02b9\u02bc\u2018\u2019", "'"),
    }
)
_ODD: Final = re.compile(f"[{''.join(map(chr, _PUNCTUATION))}]")
# Cyrillic, Greek and other letters that look like Latin ones, in a Latin word: before a Latin
# letter, or as a capital after one. A Russian ending after a name is left alone.
_HOMOGLYPHS: Final = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁԛԝһӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχγϲՕօոսⅼⅰІɑɡıɩοѵ",
        "ABESIJKMHOPCTYXaesijopcyxdqwhlABEZHIKMNOPTYXaikvoptuxycOonuliIagiiov",
        strict=True,
    )
)
_ALIKE: Final = "".join(_HOMOGLYPHS)
_MIXED: Final = re.compile(
    f"(?<![A-Za-z{_ALIKE}])[A-Za-z]*+[{_ALIKE}][A-Za-z{_ALIKE}]*+(?![\u0370-\u04ff])"
)
_ALIKE_SIGN: Final = re.compile(f"[{_ALIKE}]")
_LATIN: Final = re.compile("[A-Za-z]")
# Digits and signs for letters, as in "Cl4ude" and "0penAI"; only names are looked for.
_LEET: Final = re.compile(
    r"(?<![\w@])(?=[A-Za-z0-9@$!]*[A-Za-z])(?=[A-Za-z]*[0-9@$!])[A-Za-z0-9@$!]{5,12}(?![\w@])"
)
_LEET_LETTERS: Final = str.maketrans("013457@$!8", "oieastasib")
_LEET_NAMES: Final = frozenset(
    [
        *("chatgpt", "openai", "anthropic", "claude", "gemini", "google", "deepseek", "mistral"),
        *("microsoft", "alibaba", "copilot", "llama", "bytedance", "doubao", "moonshot", "tongyi"),
        "qwen",
    ]
)
_UNSEEN: Final = re.compile(rf"[{INVISIBLE}{INVISIBLE_TAGS}\u0640\u064b-\u0652\u0670]+")
_COMBINED: Final = re.compile(
    "(?P<base>.)(?P<marks>[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\u3099\u309a\ufe20-\ufe2f]++)"
)
# Western marks in Chinese and Japanese text.
_WESTERN: Final = re.compile(
    "(?<=[\u3040-\u30ff\u4e00-\u9fff]) ?[,;:!?](?!\\d)|[,;:!?](?=[\u3040-\u30ff\u4e00-\u9fff])"
)
_CJK: Final = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
_EASTERN: Final = str.maketrans(",;:!?", "，；：！？")
_MARK: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f]"
)
_OWN_MARKS: Final = re.compile(f"[{COMPANY}{MODEL}{OWN_COMPANY}{OWN_MODEL}{FILLER}]")

_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_ESCAPE: Final = re.compile(
    r"(?:\\u[0-9a-fA-F]{4})++|(?:%[0-9a-fA-F]{2})++|\\[nrt](?![a-z])|\\[\"'/*_#\[\]{}!~`.|-]"
)
# Tokens of chat formats.
_TOKEN: Final = re.compile(r"<\|[^|<>\n]{1,40}\|>|\[/?INST\]|<</?SYS>>|</?s>")
_BBCODE: Final = re.compile(
    r"\[/?(?:b|i|u|s|url|code|color|size|quote|center|font|em|strong|mark|spoiler)"
    r"(?:=[^\[\]\n]{0,60})?\]",
    re.IGNORECASE,
)
_LINK: Final = re.compile(
    r"!?\[(?P<text>[^\[\]\n]{1,200})\]"
    r"(?:\([^()\s]{0,300}(?: \"[^\"\n]{0,100}\")?\)|\[\^?[\w-]{1,20}\])"
    r"|\[\^?\d{1,3}\]:?|\[\[(?P<wiki>[^\[\]\n]{1,100})\]\]|\{\{(?P<braces>[^{}\n]{1,100})\}\}"
)
_LATEX: Final = re.compile(
    r"\\(?:text(?:bf|it|tt|sf|sc)?|emph|underline|math(?:rm|bf|sf|it|tt)|boxed|operatorname|mbox"
    r"|bf|it)(?: ?\{|(?= ))|\$+(?=\S)|(?<=\S)\$+|\\[,; ]"
)
# Emphasis: signs around or inside words that are not seen.
_SIGNS: Final = re.compile(r"[*`]++|~~++|==++|\|\|++|\}(?=[\s.,;!?]|$)")


class _Edits(NamedTuple):
    """One step: where its replacements stand in the new text, and what they stood for."""

    new_starts: list[int]
    new_ends: list[int]
    old_starts: list[int]
    old_ends: list[int]

    def start(self, position: int) -> int:
        done = bisect_right(self.new_ends, position)
        if done < len(self.new_starts) and self.new_starts[done] < position:
            return self.old_starts[done]
        return position + (self.old_ends[done - 1] - self.new_ends[done - 1] if done else 0)

    def end(self, position: int) -> int:
        begun = bisect_left(self.new_starts, position)
        if begun and self.new_ends[begun - 1] > position:
            return self.old_ends[begun - 1]
        return position + (self.old_ends[begun - 1] - self.new_ends[begun - 1] if begun else 0)


class PlainText:
    """The judged part of an answer as plain text; also folded."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self._steps: list[_Edits] = []
        self.text = answer
        spans = split(answer)
        self.thought = tuple(answer[start:end] for start, end in spans.thought)
        if spans.thought:
            self._apply((start, end, "") for start, end in spans.thought)
        self.is_cut = len(self.text) > LONGEST_READ
        if self.is_cut:
            middle = (len(self.text) - _PART_READ) // 2
            ends = (middle + _PART_READ, len(self.text) - _PART_READ)
            self._apply([(_PART_READ, middle, "\n"), (*ends, "\n")])
        self._letters()
        self._markup()
        self._apply(layout.tables(self.text))
        self._apply(layout.objects(self.text))
        self._sub(_SIGNS, "")
        self.text = _LEET.sub(_named, self.text)
        self._apply(joined.columns(self.text))
        self._apply(joined.parted(self.text))
        self.text = joined.unwrapped(self.text)
        self.folded = fold(self.text)

    @classmethod
    def of_thought(cls, text: str) -> "PlainText":
        """Return what was thought as plain text, its marks left out."""
        return cls(without_marks(text))

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return where ``text[start:end]`` stands in the answer."""
        if end <= start:
            return (0, 0)
        for edits in reversed(self._steps):
            start, end = edits.start(start), edits.end(end)
        return start, max(start, end)

    def _letters(self) -> None:
        self.text = _ODD.sub(_plain_mark, self.text)
        if self.text.isascii():
            return
        # One of our own marks in an answer would be taken for a name.
        self.text = _OWN_MARKS.sub("\ufffd", self.text)
        if _ONE_FOR_ONE_SIGNS.search(self.text):
            self.text = self.text.translate(_ONE_FOR_ONE)
        self.text = _LOOKALIKE.sub(_single, self.text)
        self._sub(_UNSEEN, "")
        if _MARK.search(self.text):
            self._sub(_COMBINED, _composed)
        if _ALIKE_SIGN.search(self.text):
            self.text = _MIXED.sub(_latin, self.text)
        if _CJK.search(self.text):
            self.text = _WESTERN.sub(lambda match: match[0].translate(_EASTERN), self.text)

    def _markup(self) -> None:
        if "\\" in self.text or "%" in self.text:
            self._sub(_ESCAPE, _unescaped)
        if "&" in self.text:
            self._sub(_ENTITY, lambda match: html.unescape(match[0]))
        if "<" in self.text or "[" in self.text:
            self._sub(_TOKEN, "\n")
        if "<" in self.text:
            self._apply(layout.tags(self.text))
        if "[" in self.text or "{{" in self.text:
            self._sub(_BBCODE, "")
            self._sub(_LINK, lambda match: match["text"] or match["wiki"] or match["braces"] or "")
        if "\\" in self.text or "$" in self.text:
            self._sub(_LATEX, "")

    def _sub(self, pattern: re.Pattern[str], by: str | Callable[[re.Match[str]], str]) -> None:
        self._apply(
            (*match.span(), by if isinstance(by, str) else by(match))
            for match in pattern.finditer(self.text)
        )

    def _apply(self, replacements: Iterable[tuple[int, int, str]]) -> None:
        edits = _Edits([], [], [], [])
        pieces: list[str] = []
        last = length = 0
        for start, end, by in replacements:
            kept = self.text[last:start]
            pieces += (kept, by)
            begin = length + len(kept)
            length = begin + len(by)
            edits.new_starts.append(begin)
            edits.new_ends.append(length)
            edits.old_starts.append(start)
            edits.old_ends.append(end)
            last = end
        if pieces:
            self._steps.append(edits)
            self.text = "".join([*pieces, self.text[last:]])


def _plain_mark(match: re.Match[str]) -> str:
    return _PUNCTUATION[ord(match[0])]


def _single(match: re.Match[str]) -> str:
    plain = unicodedata.normalize("NFKC", match[0])
    return plain if len(plain) == 1 else match[0]


def _composed(match: re.Match[str]) -> str:
    if len(match["marks"]) > 1:
        return match["base"]
    whole = unicodedata.normalize("NFC", match[0])
    return whole if len(whole) == 1 else match["base"]


def _latin(match: re.Match[str]) -> str:
    """Return a word in Latin letters if look-alikes stand inside it; a Russian ending stays."""
    word = match[0]
    latin = [place.start() for place in _LATIN.finditer(word)]
    if not latin:
        return word
    end = len(word)
    if all(char not in _HOMOGLYPHS for char in word[: latin[-1]]) and word[-1].islower():
        end = latin[-1] + 1
    return "".join(_HOMOGLYPHS.get(char, char) for char in word[:end]) + word[end:]


def _named(match: re.Match[str]) -> str:
    for one in "il":
        plain = match[0].replace("1", one).lower().translate(_LEET_LETTERS)
        if plain in _LEET_NAMES:
            return plain.capitalize()
    return match[0]


def _unescaped(match: re.Match[str]) -> str:
    found = match[0]
    if found.startswith("%"):
        return unquote(found, errors="replace")
    if found.startswith("\\u"):
        return bytes.fromhex(found.replace("\\u", "")).decode("utf-16-be", "replace")
    return {"\\n": "\n", "\\r": " ", "\\t": " "}.get(found, found[1:])
