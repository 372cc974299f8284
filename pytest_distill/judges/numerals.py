"""Reads the numbers in a text: in figures, in English and in Chinese words."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

Token = str | Fraction
"""A word in lower case, one character of a script without blanks, or a number."""

_ONES: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS: Final = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth"),
)
_SCALES: Final = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
}
_WORDS: Final = {
    **{word: number for number, word in enumerate(_ONES)},
    **{word: 10 * number for number, word in enumerate(_TENS, start=2)},
}
_MINUS: Final = ("minus", "negative", "负")
# Behind figures: 3 hundred million.
_MOST_SCALES: Final = 2
# Words of a number in words; no number that is read needs more.
_LONGEST: Final = 24
_ROUND: Final = frozenset(_WORDS[word] for word in _TENS)
_RANKS: Final = {word: number for number, word in enumerate(_ORDINALS, start=1)}
_ARTICLES: Final = ("a", "an")
_HALVES: Final = {"half": Fraction(1, 2), "quarter": Fraction(1, 4), "third": Fraction(1, 3)}

_DIGITS: Final = "零〇一二三四五六七八九"
_UNITS: Final = {"十": 10, "百": 100, "千": 1_000}
_LARGE: Final = {"万": 10_000, "亿": 100_000_000}
_CHINESE: Final = f"{_DIGITS}两{''.join(_UNITS)}{''.join(_LARGE)}"
# Hundreds and more begin no numeral; behind figures they are a scale: 3 万.
_FIRST: Final = f"{_DIGITS}两十"
_SCALES_BEHIND_FIGURES: Final = {**_SCALES, **_UNITS, **_LARGE}
# Words in which a numeral is none, and that say nothing by themselves.
_IDLE: Final = re.compile(r"一共|一起|一定|一样|唯一|十分|千万别|万一|一般|大约|其中")

_TOKEN: Final = re.compile(
    r"(?P<fraction>(?<![\d.])-?\d{1,30}\s?/\s?\d{1,30}(?![\d/]))"
    r"|(?P<number>(?<![\w.)-])-(?=[\d.])|(?<![\w.])|(?<=[^\x00-\x7f_]))"
    r"(?P<figures>\d{1,3}(?:[,' ]\d{3}){1,10}(?![\d])(?:\.\d{1,30})?|\d{0,30}\.\d{1,30}|\d{1,30})"
    r"(?:st|nd|rd|th)?(?![a-z\d])"
    rf"|(?P<chinese>[{_FIRST}][{_CHINESE}]{{0,30}}(?:点[{_DIGITS}]{{1,30}})?)"
    r"|(?P<wide>[\u3400-\u9fff])"
    r"|(?P<word>[^\W_\u3400-\u9fff]+(?:'[^\W\d_]+)?)"
    r"|(?P<percent>%)"
)


def tokens(text: str) -> list[Token]:
    """Return words and numbers of `text`, which is in lower case and of narrow characters."""
    return list(_joined(list(_read(_IDLE.sub(" ", text)))))


def chinese(numeral: str) -> Fraction:
    """Return the value of a Chinese numeral: ``二十一``, ``一九四九``, ``三万二千``, ``零点五``."""
    whole, point, rest = numeral.partition("点")
    value = Fraction(_chinese_integer(whole))
    if point:
        value += Fraction(int("".join(map(_digit, rest))), 10 ** len(rest))
    return value


def _read(text: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(text):
        kind, said = found.lastgroup, found.group()
        if found["fraction"]:
            over, under = (int(part) for part in said.split("/"))
            yield Fraction(over, under) if under else said
        elif found["figures"]:
            value = Fraction(re.sub(r"[,' ]", "", found["figures"]))
            yield -value if found["number"] else value
        elif kind == "chinese":
            yield chinese(said)
        else:
            yield "%" if said == "percent" else said


def _joined(read: list[Token]) -> Iterator[Token]:
    """Yield the tokens with words of numbers joined: one hundred and five, minus two, 3 万."""
    at = 0
    while at < len(read):
        value, size = _number_at(read, at)
        if value is None:
            yield read[at]
            at += 1
        else:
            yield value
            at += size


def _number_at(read: list[Token], at: int) -> tuple[Fraction | None, int]:
    """Return the number that begins at a token, and how many tokens it takes; None if none does."""
    if read[at] not in {*_MINUS, "第"}:
        return _unsigned_at(read, at)
    value, size = _unsigned_at(read, at + 1) if at + 1 < len(read) else (None, 0)
    return (-value if value is not None and read[at] in _MINUS else value), size + 1


def _unsigned_at(read: list[Token], at: int) -> tuple[Fraction | None, int]:
    first = read[at]
    if first in _RANKS and (first != "second" or read[max(0, at - 1)] == "the"):
        return Fraction(_RANKS[str(first)]), 1
    if not isinstance(first, Fraction):
        return _in_words(read, at)
    value, size = first, 1
    for word in read[at + 1 : at + 1 + _MOST_SCALES]:
        if word not in _SCALES_BEHIND_FIGURES:
            break
        value *= _SCALES_BEHIND_FIGURES[str(word)]
        size += 1
    return value, size


def _in_words(read: list[Token], at: int) -> tuple[Fraction | None, int]:
    """Return the number that English words say, from a token on, and how many tokens it takes."""
    words = read[at : at + _LONGEST]
    first, second = words[0], words[1] if len(words) > 1 else None
    if first in {*_ARTICLES, "one"} and second in _HALVES:
        return _HALVES[str(second)], 2
    if first in _ARTICLES and second in _SCALES:
        words[0] = "one"
    elif first not in _WORDS:
        return None, 0
    total, part, room, size = 0, 0, _SCALES["hundred"], 0
    for place, word in enumerate(map(str, words)):
        if word in _WORDS and _WORDS[word] < room:
            part += _WORDS[word]
            # Behind forty only ones follow, behind ones a scale.
            room = _WORDS["ten"] if _WORDS[word] in _ROUND else 0
        elif word in _SCALES:
            room = _SCALES["hundred"]
            part *= _SCALES[word]
            if _SCALES[word] > room:
                total, part = total + part, 0
        elif word != "and" or not _goes_on(words[place - 1 : place + 2]):
            break
        size = place + 1
    return Fraction(total + part), size


def _goes_on(around: list[Token]) -> bool:
    """Return whether a number goes on behind "and", as in "one hundred and five"."""
    before, after = around[0], around[-1]
    return before in _SCALES and after in _WORDS


def _chinese_integer(numeral: str) -> int:
    if not any(unit in numeral for unit in (*_UNITS, *_LARGE)):
        return int("".join(map(_digit, numeral)))
    total, section, digit = 0, 0, 0
    for character in numeral:
        if character in _LARGE:
            part = (section + digit) * _LARGE[character]
            # Tens of thousands may stand before and behind hundreds of millions.
            total = total + part if total > part else total * _LARGE[character] + part
            section = digit = 0
        elif character in _UNITS:
            section += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = int(_digit(character))
    return total + section + digit


def _digit(character: str) -> str:
    # Two signs for zero.
    return "2" if character == "两" else str(max(0, _DIGITS.index(character) - 1))
