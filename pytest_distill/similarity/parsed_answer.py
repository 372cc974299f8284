"""An answer split into lines, list items and words, in any script."""

import re
from functools import cached_property
from typing import Final

from pytest_distill.similarity.plain import plain

# Chinese, Japanese and Korean are written without blanks (or with other words): each character
# counts as a word, which keeps rates per word comparable inside a language.
_WIDE: Final = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD: Final = re.compile(rf"[{_WIDE}]|[^\W_{_WIDE}]+(?:['’][^\W\d_]+)*")
# The same for ASCII text, found faster.
_ASCII_WORD: Final = re.compile(r"[A-Za-z0-9]+(?:'[A-Za-z]+)*")
_BULLET: Final = re.compile(r"[-*•+·‣▪●–] +")
_NUMBER: Final = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4}|[一二三四五六七八九十]+)[.)、)]\s*")
# From the first mark of a row only: one that ends no sentence would be read from each of its marks.
# What must stand before the mark is looked for behind it: a pattern that begins with a set of
# characters is found four times as fast.
_SENTENCE: Final = re.compile(
    r"[.!?。](?:(?<=[.!?])(?<![.!?].)[.!?]*+[\"')\]*]*+(?=\s|$)|(?<=[。!?])[。!?]*+)"
)
_FENCE: Final = "```"
# Full-width marks to their ASCII forms.
_NARROW: Final = str.maketrans("，。！？：；（）、“”‘’—–…％", ",.!?:;(),\"\"''--.%")


def is_bullet(line: str) -> bool:
    """Say whether `line` begins with the mark of an unnumbered list."""
    return _BULLET.match(line) is not None


def is_item(line: str) -> bool:
    """Say whether `line` is an item of a list."""
    return is_bullet(line) or _NUMBER.match(line) is not None


def words_of(text: str) -> list[str]:
    """Return the words of `text`; in scripts without spaces the characters."""
    return (_ASCII_WORD if text.isascii() else _WORD).findall(text)


def prose_of(answer: str) -> list[str]:
    """Return the lines outside blocks of code; all of them where there is nothing else."""
    lines = [line for line in plain(answer).split("\n") if line]
    return _prose(lines) or lines


class ParsedAnswer:
    """The parts of an answer that features are counted on."""

    def __init__(self, answer: str, *, prompt: str = "") -> None:
        self.text = plain(answer)
        self.prompt = prompt
        self.lines = [line for line in self.text.split("\n") if line]
        prose = _prose(self.lines)
        self.code_lines = len(self.lines) - len(prose)
        self.prose = prose or self.lines
        """As `prose_of`."""
        self.paragraphs = self.text.split("\n\n")
        self.body = "\n".join(self.prose)
        self.marks = self.body if self.body.isascii() else self.body.translate(_NARROW)
        """`body` with every mark of punctuation in its narrow form."""
        self.words = words_of(self.body)
        self.bullets = list(filter(is_bullet, self.prose))
        self.numbered = [line for line in self.prose if is_item(line) and not is_bullet(line)]
        self.items = self.bullets + self.numbered

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return not self.lines

    @property
    def first(self) -> str:
        """The line that the answer opens with."""
        return self.prose[0]

    @property
    def last(self) -> str:
        """The line that the answer closes with."""
        return self.prose[-1]

    @cached_property
    def sentences(self) -> int:
        """Number of sentences, at least 1."""
        return max(1, len(_SENTENCE.findall(self.body)))

    @cached_property
    def lower(self) -> list[str]:
        """The words in lower case."""
        return list(map(str.lower, self.words))

    def per_line(self, count: float) -> float:
        """Return `count` over the lines of prose."""
        return count / len(self.prose)

    def per_word(self, count: float) -> float:
        """Return the root of `count` over words: rare marks have many zeros and a long tail."""
        return float((count / max(1, len(self.words))) ** 0.5)


def _prose(lines: list[str]) -> list[str]:
    prose, is_code = [], False
    for line in lines:
        if line.startswith(_FENCE):
            is_code = not is_code
        elif not is_code:
            prose.append(line)
    return prose
