"""Reads a judge's words, and believes only what carries the token of its question.

Nothing is repaired: a reply that is not plain JSON is asked for again, since a guess at what
was meant would be a verdict of ours.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from pydantic import StrictBool, StrictStr, ValidationError

from pytest_distill.judges.text import Prepared
from pytest_distill.records import Completion, Record


class Words(Record):
    """What a judge said, as it was asked to say it."""

    fence: StrictStr
    """The token of the question: nothing that was judged can hold it."""
    contradicts: StrictBool
    claims: tuple[StrictStr, ...]
    quote: StrictStr
    reason: StrictStr


class Unreadable(StrEnum):
    """Why a reply is no verdict; completes "your reply could not be used: ..."."""

    EMPTY = "it held no words beside reasoning"
    CUT_OFF = "it was cut off before its end; be brief"
    NO_OBJECT = 'it held no complete JSON object with the token as its "fence"'
    BROKEN = "its JSON object stood inside another one that is broken"
    NOT_LAST = "something that looks like another object followed its JSON object"
    OTHER_FORM = "its JSON object had other keys, or values of other types, than were asked for"
    UNNAMED = 'a name in "claims" stands in neither the answer nor the question; copy names'


class _Object(NamedTuple):
    start: int
    end: int
    content: Mapping[str, object]


# In the words of OpenAI, Anthropic, Gemini, Mistral and OpenAI's newer interface.
_CUT_OFF: Final = frozenset(
    {"length", "max_tokens", "model_length", "max_output_tokens", "incomplete"}
)
_BRACE: Final = re.compile(r"[{}]")


def read(completion: Completion, token: str) -> Words | Unreadable:
    """Return the judge's verdict: its last complete object that carries `token`.

    What stands before it, such as thoughts and drafts, is passed over; the traces of a later
    one may be all that is left of the real verdict, so they make the reply unreadable.
    """
    if (completion.finish_reason or "").casefold() in _CUT_OFF:
        return Unreadable.CUT_OFF
    text = _spoken(completion.text)
    if not text.strip():
        return Unreadable.EMPTY
    content = _last_with(token, text)
    if isinstance(content, Unreadable):
        return content
    try:
        return Words.model_validate(content)
    except ValidationError:
        return Unreadable.OTHER_FORM


def _last_with(token: str, text: str) -> Mapping[str, object] | Unreadable:
    objects = list(_objects(text))
    own = [index for index, found in enumerate(objects) if found.content.get("fence") == token]
    if not own:
        return Unreadable.NO_OBJECT
    last = objects[own[-1]]
    rest = text[last.end :]
    if "{" in rest or token in rest:
        return Unreadable.NOT_LAST
    if _is_inside_another(text, objects[: own[-1]], last, token):
        return Unreadable.BROKEN
    return last.content


def _spoken(text: str) -> str:
    """Return `text` without the reasoning before it, or that it was cut off in."""
    prepared = Prepared(text)
    start, end = prepared.original(0, len(prepared.text))
    return text[start:end]


def _objects(text: str) -> Iterator[_Object]:
    start = text.find("{")
    while start >= 0:
        try:
            content, end = _DECODER.raw_decode(text, start)
        except ValueError:
            end = start + 1
        except RecursionError:
            # So deep is no verdict, and each brace of it would be tried in turn.
            return
        else:
            yield _Object(start, end, content)
        start = text.find("{", end)


def _is_inside_another(text: str, earlier: Sequence[_Object], last: _Object, token: str) -> bool:
    """Say whether a verdict that was begun before `last` was never ended.

    As in ``{"fence": ..., "reason": "it tries {"fence": ...}"}``, where the inner object is
    what the judge speaks about.
    """
    pieces, end = [], 0
    for found in earlier:
        pieces.append(text[end : found.start])
        end = found.end
    rest = "".join([*pieces, text[end : last.start]])
    opened: list[int] = []
    for brace in _BRACE.finditer(rest):
        if brace[0] == "{":
            opened.append(brace.start())
        elif opened:
            opened.pop()
    return bool(opened) and token in rest[opened[0] :]


def _once(pairs: Sequence[tuple[str, object]]) -> Mapping[str, object]:
    content = dict(pairs)
    if len(content) < len(pairs):
        message = "a key stands there twice"
        raise ValueError(message)
    return content


def _refuse(constant: str) -> object:
    message = f"{constant} is no JSON"
    raise ValueError(message)


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refuse)
