"""Tells what a model thought from what it answered."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

_NAMES: Final = (
    "think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis|inner_monologue"
)
# Marks of thinking in use in 2026: tags, with attributes or a prefix (<seed:think>), in square
# brackets, in Kimi's triangles, and the special tokens of several chat formats.
_MARK: Final = re.compile(
    rf"<(?P<shut>/?)(?:[a-z]{{1,12}}:)?(?:{_NAMES})(?:\s[^<>]{{0,200}})?>"
    r"|\[(?P<shut_b>/?)think(?:ing)?\]"
    r"|◁(?P<shut_t>/?)think▷"
    r"|<\|(?:(?P<begin>begin|start)|(?P<end>end))_of_(?:thought|thinking|reasoning)\|>",
    re.IGNORECASE,
)
# The channels of gpt-oss; where special tokens were dropped, their names remain, glued to the text.
_CHANNEL: Final = re.compile(
    r"(?:<\|start\|>\s?[a-z]{0,20}\s?)?<\|channel\|>\s?(?P<name>[a-z]{1,20})[^<\n]{0,80}"
    r"(?:<\|constrain\|>[^<\n]{0,40})?<\|message\|>|<\|(?:end|return|call)\|>",
    re.IGNORECASE,
)
_GLUED_START: Final = re.compile(
    r"\s{0,9}(?:assistant)?(?:analysis|commentary)(?=[A-Z\"“]|[^\x00-\x7f])"
)
_GLUED_FINAL: Final = "assistantfinal"
_FINAL: Final = "final"
_CHANNELS: Final = "<|channel|>"
_NO_MARKS: Final = dict.fromkeys(map(ord, "<[◁"), " ")


class Spans(NamedTuple):
    """Where in a reply its parts stand: starts and ends, in order, without overlaps."""

    answered: tuple[tuple[int, int], ...]
    thought: tuple[tuple[int, int], ...]


def split(reply: str) -> Spans:
    """Return what of `reply` is answer and what is thinking.

    A closing mark alone ends thinking that began in the prompt, as with DeepSeek-R1. An opening
    mark alone, at the start of a line, is thinking that was cut off; behind a closed block without
    an answer it is the answer, which must not be lost.
    """
    if _CHANNELS in reply:
        thought = list(_channels(reply))
    elif _GLUED_START.match(reply):
        thought = [_glued(reply)]
    elif any(sign in reply for sign in "<[◁"):
        thought = list(_blocks(reply))
    else:
        thought = []
    return Spans(_between(thought, len(reply)), tuple(thought))


def answer_of(reply: str) -> str:
    """Return `reply` without its thinking, and without the empty lines that part the two."""
    answered, thought = split(reply)
    answer = "".join(reply[start:end] for start, end in answered)
    return answer.lstrip() if thought else answer


def without_marks(thought: str) -> str:
    """Return `thought` without the marks around and inside it."""
    return _CHANNEL.sub("\n", _MARK.sub("\n", thought)).replace(_GLUED_FINAL, "")


def with_thinking(answer: str, thought: str) -> str:
    """Return `answer` with what was thought before it in front, so that `split` parts them again.

    For thinking that arrives apart from the answer. Where nothing was answered, or nothing was
    thought, it is `answer` alone.
    """
    if not thought.strip() or not answer.strip():
        return answer
    inside = without_marks(thought)
    if _MARK.search(inside) or _CHANNELS in inside:
        # Marks inside of marks: what is left of them would end the thinking too early.
        inside = inside.translate(_NO_MARKS)
    return f"<think>{inside}</think>\n{answer}"


def beside(line: Mapping[str, object]) -> str:
    """Return the thinking that a recorded line has beside its answer; empty if it has none."""
    found = (line.get(key) for key in ("reasoning", "reasoning_content"))
    return next((text for text in found if isinstance(text, str) and text.strip()), "")


def _blocks(reply: str) -> Iterator[tuple[int, int]]:
    opened: re.Match[str] | None = None
    last = 0
    answered = ""
    for mark in _MARK.finditer(reply):
        if any(mark[group] for group in ("shut", "shut_b", "shut_t", "end")):
            # A closing mark alone: all before it is thought, back to the last closing mark.
            start = opened.start() if opened else last
            answered += reply[last:start].strip()
            yield start, mark.end()
            opened, last = None, mark.end()
        elif opened is None:
            opened = mark
    if opened is None or not _begins_line(reply, opened.start()):
        return
    is_answer = last and not answered and not reply[last : opened.start()].strip()
    # Behind closed thinking without an answer only the mark goes: the rest is the answer.
    yield opened.start(), opened.end() if is_answer else len(reply)


def _begins_line(reply: str, position: int) -> bool:
    line = reply.rfind("\n", max(0, position - 40), position)
    before = reply[line + 1 if line >= 0 else max(0, position - 40) : position]
    before = before.rpartition(">")[2]
    return not before.strip(" \t>*_")


def _channels(reply: str) -> Iterator[tuple[int, int]]:
    """Yield all but the text of the final channel; without one, nothing was answered."""
    start = 0
    is_answer = False
    first = _CHANNEL.search(reply)
    if first is not None and first["name"] is None:
        is_answer = True
    for mark in _CHANNEL.finditer(reply):
        if is_answer:
            start = mark.start()
        is_answer = (mark["name"] or "").lower() == _FINAL
        if is_answer:
            yield start, mark.end()
            start = mark.end()
    if not is_answer:
        yield start, len(reply)


def _glued(reply: str) -> tuple[int, int]:
    end = reply.rfind(_GLUED_FINAL)
    return 0, len(reply) if end < 0 else end + len(_GLUED_FINAL)


def _between(spans: list[tuple[int, int]], end: int) -> tuple[tuple[int, int], ...]:
    edges = [0, *(edge for span in spans for edge in span), end]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return tuple((start, stop) for start, stop in pairs if start < stop)
