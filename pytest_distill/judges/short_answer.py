"""Whether an answer to a question with a short, known answer is right.

What is compared is the answer that was stated last: behind "the answer is", alone on the first or
last line, or in a sentence that takes up the question. It has to be one of the accepted ones and
nothing else: several guesses, a denial, or the right word somewhere in a text are wrong.
"""

import re
import unicodedata
from collections import deque
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from pytest_distill.judges.numerals import Token, tokens
from pytest_distill.text import INVISIBLE, INVISIBLE_TAGS
from pytest_distill.thinking import answer_of

# Words, and characters of Chinese, that say nothing about which answer is given.
_WORDS: Final = (
    "a an the is are was were be been it it's its that that's this there there's he she they his"
    " her their of in on at to by for from with as so therefore thus hence then i i'm think believe"
    " would say sure certainly well answer result output value final correct right just only"
    " exactly called named name number city town country year has have had total altogether left"
    " remaining remain now than about approximately roughly"
)
_CHARACTERS: Final = (
    "是的为在了就叫做有个这那它他她我们您等于应该座位条名只需给出答案结果正确最终所以因此"
)
_FILLERS: Final = frozenset((*_WORDS.split(), *_CHARACTERS))
_COPULA: Final = re.compile(
    r"\b(?:is|are|was|were|equals|be)\b|(?<=\bit)'s\b|(?<=\bthat)'s\b|=|→|:|是|为|等于"
)
_DOUBT: Final = re.compile(
    r"\b(?:or|not|neither|nor|either|maybe|perhaps|possibly|alternatively|between|unsure|cannot|no"
    r"|never)\b|n't\b|或|也许|可能|不是|并非|不为|不确定"
)
_SECOND_THOUGHT: Final = re.compile(
    r"(?:\b(?:wait|actually|scratch that|on second thoughts?|correction|let me correct)\b"
    r"|不对|更正|等等|(?<=[.!?。\n])\s{0,9}(?:no\b(?=[,:.])|不(?=,)))[\s,:.!。]*"
)
_MARKER: Final = re.compile(
    r"(?:\b(?:answer|result|output|solution)(?:\s+(?:to|of)\s[^.:\n]{1,80}?)?"
    r"(?:\s{0,9}(?::|=|\b(?:is|will be|would be|equals)\b))+"
    r"|\b(?:prints?|outputs)\b:?|^[ \t]{0,9}(?:the\s|final\s)?(?:answer|output)[ \t]{0,9}$"
    r"|####|(?:答案|结果|输出)(?:应该|应)?(?:是|为|:)+|应该是)\s*",
    re.MULTILINE,
)
# Accents; marks that nobody sees; piles of marks, which take the square of their height to sort.
_ACCENT: Final = re.compile("(?<=[A-Za-z])[\u0300-\u036f]{1,9}")
_UNSEEN: Final = re.compile(f"[{INVISIBLE}{INVISIBLE_TAGS}]|[^\x00-\u02ff\\w\\s]{{32,}}")
_NARROW: Final = {
    ord("\N{MINUS SIGN}"): "-",
    ord("\N{FRACTION SLASH}"): "/",
    ord("\N{RIGHT SINGLE QUOTATION MARK}"): "'",
}
_BOXED: Final = re.compile(r"\\boxed\{((?:[^{}]|\{[^{}]{0,99}\}){0,99})\}")
_LATEX: Final = re.compile(r"\\(?:text|mathrm|mathbf)\{([^{}]{0,99})\}|\\[()\[\],;! ]")
_MARKS: Final = re.compile(
    r"\*{1,3}|__|`{1,3}(?:[a-z]{1,12}\n)?|^\s{0,3}#{1,3}(?=\s)|[$\"“”‘’「」『』《》]|^>\s",
    re.MULTILINE,
)
_SENTENCE_END: Final = re.compile(
    r"(?<!\b[a-z])(?<!\b[msd][trs])[.](?=\s|$)|[!?](?=\s|$)|[。!?](?=[^\x00-\x7f])|。|\n"
)
_CLAUSE_END: Final = re.compile(
    r"\s\((?!\s?(?:or|maybe|perhaps))[^)]{0,300}\)|\((?!或|也)[^)]{0,300}\)|;"
    r"|,?\s(?:because|since|which|where|as|so|and (?:it|he|she|they|this))\s.*"
    r"|,\s(?:not|located|it|he|she)\s.*"
    r"|[,,](?:因为|由于|它|这|位于|即|也就是|而不是).*|\s[–—-]\s.*"
)
# "A", in Chinese: one, but no count.
_INDEFINITE: Final = re.compile(r"一(?=[个种些位名件项条])")
_ITEM: Final = re.compile(r"\s{0,9}(?:[-•*+]|(\d{1,2})[.)])\s+")
_UNSURE_NEXT: Final = re.compile(
    r"\s*(?:or|alternatively|maybe|perhaps|possibly|it could|it might|或|也可能|也许)"
)

# Questions kept: each is put to several models.
_REMEMBERED: Final = 1024
# Words of a line that may say nothing but an answer.
_SHORT: Final = 4
# Letters that two forms of a word share, and that one may have besides.
_STEM: Final = 4
_ENDING: Final = 4


class _Wanted(NamedTuple):
    """One accepted answer."""

    number: Fraction | None
    """None: it is no number alone."""
    words: tuple[Token, ...]


def is_right(answer: str, accepted: Sequence[str], *, question: str) -> bool | None:
    """Return whether `answer` gives one of the accepted answers; None if it says nothing.

    Args:
        answer: what the model wrote; thinking in front of it does not count.
        accepted: the right answer, and other ways to write it. One that is a number is also right
            in words, with its thousands parted, or with a unit that the question names.
        question: what was asked, without a passage that it is about: an answer may repeat it.
    """
    text = _plain(answer_of(answer))
    if not any(map(str.isalnum, text)):
        return None
    return _reader(question, tuple(accepted)).accepts(_last_thought(text))


@lru_cache(_REMEMBERED)
def _reader(question: str, accepted: tuple[str, ...]) -> "_Reader":
    return _Reader(_plain(question), [_wanted(each) for each in accepted])


class _Reader:
    """Compares statements with the accepted answers to one question."""

    def __init__(self, question: str, wanted: Sequence[_Wanted]) -> None:
        self._question = question
        self._asked = frozenset(tokens(question))
        self._wanted = wanted
        self._is_about_percent = "%" in self._asked or "percent" in self._asked

    def accepts(self, text: str) -> bool:
        marked = _marked(text)
        if marked is not None:
            said, rest = marked
            return not _UNSURE_NEXT.match(rest) and self._equals(said)
        lines = [line for line in text.split("\n") if line.strip()]
        if _is_list(lines):
            return False
        for line in (lines[-1], lines[0]):
            if self._is_bare(line):
                return self._equals(_without_item(line))
        first, *others = _sentences(text)
        if self._is_bare(first) and others:
            return not _UNSURE_NEXT.match(others[0]) and self._equals(first)
        return self._states([first, *others])

    def _states(self, sentences: Sequence[str]) -> bool:
        """Return whether the last sentence that answers the question states an accepted answer."""
        if any(wanted.number is not None for wanted in self._wanted):
            counted = [s for s in sentences if any(isinstance(t, Fraction) for t in tokens(s))]
            return bool(counted) and self._counts(counted[-1])
        answering = [s for s in sentences if self._takes_up(s)] or list(sentences[:1])
        return self._names(answering[-1])

    def _counts(self, sentence: str) -> bool:
        """Return whether a sentence states an accepted number."""
        if "=" in sentence:
            return self._equals(sentence.rpartition("=")[2])
        said = tokens(_INDEFINITE.sub(" ", _clause(sentence)))
        numbers = [token for token in said if isinstance(token, Fraction)]
        new = [number for number in numbers if number not in self._asked]
        if _DOUBT.search(sentence) or len(set(new or numbers)) != 1:
            return False
        place = said.index((new or numbers)[0])
        behind = said[place + 1 : place + 2]
        return all(map(self._is_idle, behind)) and any(
            wanted.number == said[place] for wanted in self._wanted
        )

    def _names(self, sentence: str) -> bool:
        """Return whether a sentence names an accepted answer, as its subject or its predicate."""
        clause = _clause(sentence)
        if _DOUBT.search(clause):
            return False
        copula = _last(_COPULA, clause)
        if copula is not None and self._equals(clause[copula.end() :]):
            return True
        said = tokens(clause)
        for wanted in self._wanted:
            start = 0
            while start < len(said) and said[start] in _FILLERS and said[start] != wanted.words[0]:
                start += 1
            end = start + len(wanted.words)
            is_subject = tuple(said[start:end]) == wanted.words and end < len(said)
            if is_subject and self._begins_predicate(said[end], clause):
                return True
            if self._rest(said) == self._rest(wanted.words) != ():
                return not any(word in self._asked for word in wanted.words)
        return False

    def _begins_predicate(self, word: Token, clause: str) -> bool:
        is_verb = bool(_COPULA.fullmatch(str(word))) or self._is_asked(word)
        return is_verb and not re.match(r"[^,:;/]*[/]", clause)

    def _takes_up(self, sentence: str) -> bool:
        said = tokens(sentence)
        return any(self._is_asked(word) for word in said if word not in _FILLERS)

    def _equals(self, said: str) -> bool:
        """Return whether a statement is an accepted answer and nothing else."""
        if "=" in said:
            said = said.rpartition("=")[2]
        words = tokens(_clause(said))
        return any(self._is(words, wanted) for wanted in self._wanted)

    def _is(self, words: Sequence[Token], wanted: _Wanted) -> bool:
        if wanted.number is not None:
            numbers = [word for word in words if isinstance(word, Fraction)]
            others = (word for word in words if not isinstance(word, Fraction))
            return numbers == [wanted.number] and all(map(self._is_idle, others))
        if tuple(words) == wanted.words:
            return True
        rest = self._rest(words)
        return rest != () and rest == self._rest(wanted.words)

    def _rest(self, words: Sequence[Token]) -> tuple[Token, ...]:
        """Return the words that neither the question has nor any answer might."""
        return tuple(word for word in words if not self._is_idle(word))

    def _is_idle(self, word: Token) -> bool:
        if word in {"%", "percent"}:
            return self._is_about_percent
        return word in _FILLERS or self._is_asked(word)

    def _is_asked(self, word: Token) -> bool:
        if word in self._asked:
            return not isinstance(word, Fraction)
        return isinstance(word, str) and any(
            isinstance(asked, str) and _is_same_stem(word, asked) for asked in self._asked
        )

    def _is_bare(self, line: str) -> bool:
        """Return whether a line is an answer without a sentence around it."""
        said = tokens(_clause(_without_item(line)))
        if any(wanted.number is not None for wanted in self._wanted):
            is_answer = sum(isinstance(word, Fraction) for word in said) == 1
        else:
            is_answer = bool(said)
        return is_answer and len(said) <= self._longest and _COPULA.search(line) is None

    @property
    def _longest(self) -> int:
        return max(_SHORT, *(len(wanted.words) + 1 for wanted in self._wanted))


def _wanted(accepted: str) -> _Wanted:
    words = tuple(tokens(_plain(accepted)))
    number = words[0] if len(words) == 1 and isinstance(words[0], Fraction) else None
    return _Wanted(number, words)


def _plain(text: str) -> str:
    """Return `text` in lower case, narrow, without marks of layout, quotes and accents."""
    if not text.isascii():
        text = unicodedata.normalize("NFD", _UNSEEN.sub("", text))
        text = unicodedata.normalize("NFKC", _ACCENT.sub("", text)).translate(_NARROW)
    text = text.casefold()
    text = _BOXED.sub(r"\nanswer: \1\n", text)
    return _MARKS.sub("", _LATEX.sub(r"\1", text)).strip()


def _last_thought(text: str) -> str:
    """Return what follows the last correction of oneself; all of it without one."""
    last = max(place for place, character in enumerate(text) if character.isalnum())
    ends = [found.end() for found in _SECOND_THOUGHT.finditer(text) if found.end() <= last]
    return text[max(ends, default=0) :]


def _marked(text: str) -> tuple[str, str] | None:
    """Return what follows the last "the answer is", and what comes behind; None without it."""
    last = _last(_MARKER, text)
    if last is None or not any(map(str.isalnum, text[last.end() :])):
        return None
    end = _SENTENCE_END.search(text, last.end())
    stop = len(text) if end is None else end.start()
    return text[last.end() : stop], text[stop:].lstrip(".!?。\n ")


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return the last match of a pattern; None if there is none."""
    found = deque(pattern.finditer(text), maxlen=1)
    return found[0] if found else None


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE_END.split(text) if any(map(str.isalnum, part))]


def _clause(sentence: str) -> str:
    """Return a statement without the explanation behind it."""
    return _CLAUSE_END.sub(" ", sentence)


def _is_list(lines: Sequence[str]) -> bool:
    """Return whether an answer is nothing but a list of answers."""
    items = [found for line in lines if (found := _ITEM.match(line))]
    is_counted = [found[1] for found in items[:2]] == ["1", "2"]
    return len(items) > 1 and len(items) == len(lines) and (is_counted or not items[0][1])


def _without_item(line: str) -> str:
    found = _ITEM.match(line)
    return line[found.end() :] if found and found.end() < len(line) and not found[1] else line


def _is_same_stem(word: str, other: str) -> bool:
    """Return whether two words differ in their endings only: vote and voting, stop and stopped."""
    stem, longer = sorted((word.removesuffix("e"), other.removesuffix("e")), key=len)
    ending = len(longer) - len(stem)
    return len(stem) >= _STEM and longer.startswith(stem) and ending <= _ENDING
