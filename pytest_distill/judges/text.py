"""Prepares an answer for the rules, and maps positions back to the original."""

import re
import unicodedata
from collections.abc import Iterator

from pytest_distill.judges.aliases import fold
from pytest_distill.judges.marks import COMPANY, FILLER, MODEL, OWN_VENDOR
from pytest_distill.text import INVISIBLE

# Reasoning is not part of the answer. A closing tag alone ends reasoning whose opening tag stood
# in the prompt, as with DeepSeek-R1; an opening tag alone is reasoning that was cut off.
_THOUGHT = r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)"
_OPEN = re.compile(r"<think(?:ing)?>", re.IGNORECASE)
_CLOSED = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
# What may stand inside a name without being seen: emphasis, and characters that are not shown.
_UNSEEN = "*`" + INVISIBLE
_DROPPED = re.compile(rf"{_THOUGHT}|[{_UNSEEN}]+", re.IGNORECASE | re.DOTALL)
# Letters that look like ASCII ones: full-width, circled, mathematical.
_LOOKALIKE = re.compile(
    r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u24b6-\u24e9\U0001d400-\U0001d7ff]"
)

# Cyrillic and Greek letters that look like Latin ones, in a Latin word: before a Latin letter, or
# as a capital after one. A Russian ending after a name is left alone.
_HOMOGLYPHS = dict(
    zip(
        "АВЕІКМНОРСТХаеіорсхуΑΒΕΙΚΜΝΟΡΤΧο",
        "ABEIKMHOPCTXaeiopcxyABEIKMNOPTXo",
        strict=True,
    )
)
_HOMOGLYPH = re.compile(
    f"[{''.join(_HOMOGLYPHS)}](?=[A-Za-z])|(?<=[A-Z])[АВЕІКМНОРСТХ](?![\u0400-\u04ff])",
)

_MARKS = re.compile(f"[{COMPANY}{MODEL}{OWN_VENDOR}{FILLER}]")

# Of a longer answer only both ends are read, so that no answer can stall a run: the worst text
# costs about 10 microseconds a character. Of 7,000 recorded answers the longest has
# 10,000 characters.
_LONGEST_READ = 200_000
# A sentence ends at its mark; a full stop needs a space, so that 3.5 stays whole. Without
# any mark it ends after 400 characters, which bounds the work of every rule.
_SENTENCE = re.compile(
    r"(?:[^.!?。！？；\n]|\.(?![\s\"”')\]]|\Z)){0,400}"
    r"(?:[.!?。！？；\n][\"”’」』）)\]]{0,2}|\Z|(?=.))",
)


class Prepared:
    """The judged part of an answer, without reasoning and invisible characters; also folded."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self._skipped = _reasoning_before(answer)
        self.text = _plain(_DROPPED.sub("", answer[self._skipped :]))
        self.folded = fold(self.text)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return where ``text[start:end]`` stands in the answer."""
        if end <= start:
            return (0, 0)
        return self._origin(start), self._origin(end - 1) + 1

    def _origin(self, position: int) -> int:
        shift = self._skipped
        for dropped in _DROPPED.finditer(self.answer, self._skipped):
            if dropped.start() > position + shift:
                break
            shift += dropped.end() - dropped.start()
        return position + shift


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the sentences of `text`, without surrounding space."""
    if len(text) <= _LONGEST_READ:
        yield from _split(text, 0, len(text))
        return
    half = _LONGEST_READ // 2
    yield from _split(text, 0, half)
    yield from _split(text, len(text) - half, len(text))


def _split(text: str, begin: int, stop: int) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE.finditer(text, begin, stop):
        piece = match[0].rstrip()
        if bare := piece.lstrip():
            end = match.start() + len(piece)
            yield end - len(bare), end


def _plain(text: str) -> str:
    if text.isascii():
        return text
    # One of our own marks in an answer would be taken for a name.
    text = _MARKS.sub("\ufffd", text)
    text = _HOMOGLYPH.sub(lambda match: _HOMOGLYPHS[match[0]], text)
    if not _LOOKALIKE.search(text):
        return text
    return _LOOKALIKE.sub(lambda match: unicodedata.normalize("NFKC", match[0])[:1], text)


def _reasoning_before(answer: str) -> int:
    closed = _CLOSED.search(answer)
    if closed is None or _OPEN.search(answer, 0, closed.start()):
        return 0
    return closed.end()
