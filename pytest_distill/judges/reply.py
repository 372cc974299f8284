"""Reads the reply of a judging model, and accepts only an object with the token of the question.

`read` takes any schema: a record with the keys that the judge was asked for. Broken punctuation
is repaired, words are not: to guess them would be to make up the verdict. A reply that lacks or
changes a word is asked for again.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar

from pydantic import StrictBool, StrictStr, ValidationError

from pytest_distill.records import Completion, Record
from pytest_distill.thinking import answer_of

# Replies are read while others wait, and each brace of one may begin an object.
_LONGEST: Final = 100_000


class ReplySchema(Record):
    """What a judge is asked to fill in: subclasses add the keys, in the order asked for."""

    fence: StrictStr
    """The token of the question, which no judged text can hold."""


F = TypeVar("F", bound=ReplySchema)


class Words(ReplySchema):
    """The reply of an identity judge."""

    contradicts: StrictBool
    claims: tuple[StrictStr, ...]
    quote: StrictStr
    reason: StrictStr


class Unreadable(StrEnum):
    """Why a reply is no verdict; completes "your reply could not be used: ..."."""

    EMPTY = "it held no words beside reasoning"
    TOO_LONG = f"it was longer than {_LONGEST:,} characters; be brief"
    CUT_OFF = "it was cut off before its end; be brief"
    NO_OBJECT = 'it held no complete JSON object with the token as its "fence"'
    BROKEN = "its JSON object stood inside another one that is broken"
    NOT_LAST = "something that looks like another object followed its JSON object"
    OTHER_FORM = "its JSON object had other keys, or values of other types, than were asked for"
    UNNAMED = 'a name in "claims" stands in neither the answer nor the question; copy names'


class Object(NamedTuple):
    """A JSON object and its position."""

    start: int
    end: int
    content: Mapping[str, object]


# Finish reasons of OpenAI, Anthropic, Gemini, Mistral and OpenAI's Responses API.
_CUT_OFF: Final = frozenset(
    {"length", "max_tokens", "model_length", "max_output_tokens", "incomplete"}
)
# Of an object that is to be repaired, which takes more than the square of its length; a verdict has
# some hundred characters, and few brackets outside its quotation.
_LONGEST_REPAIRED: Final = 4_000
_MOST_BRACKETS: Final = 50
_BRACE: Final = re.compile(r"[{}]")
# After the last brace of an object these may be the rest of a broken one.
_MORE_OF_IT: Final = frozenset("\"'{[]")


def read(completion: Completion, token: str, form: type[F]) -> F | Unreadable:
    """Return what the judge filled in: its last complete object that carries `token`.

    What stands before it, such as thoughts and drafts, is ignored. Traces of a later object
    may be the rest of the real verdict, so they make the reply unreadable.

    Args:
        completion: the reply.
        token: of the question that was asked.
        form: what the judge was asked to fill in.
    """
    text = without_reasoning(completion)
    if isinstance(text, Unreadable):
        return text
    content = _last_with(token, text)
    if content is Unreadable.NO_OBJECT:
        content = _repaired(token, text, tuple(form.model_fields))
    if isinstance(content, Unreadable):
        return content
    try:
        return form.model_validate(content)
    except ValidationError:
        return Unreadable.OTHER_FORM


def _repaired(token: str, text: str, keys: Sequence[str]) -> Mapping[str, object] | Unreadable:
    """Return the only object of `text` with its punctuation repaired, if that changes no word.

    The library invents missing parts and drops what it cannot place. So the object has to be
    complete, to have every key in its order, and to hold the same letters as before.
    """
    begin, end = text.rfind("{", 0, text.find(token) + 1), text.rfind("}") + 1
    is_alone = text.count(token) == 1 and text.count("{", 0, begin) == text.count("}", 0, begin)
    if not is_alone or begin < 0 or end <= begin or _MORE_OF_IT & set(text[end:]):
        return Unreadable.NO_OBJECT
    if end - begin > _LONGEST_REPAIRED or text.count("[", begin, end) > _MOST_BRACKETS:
        return Unreadable.NO_OBJECT
    from json_repair import loads  # noqa: PLC0415 - few replies need it

    try:
        content = loads(text[begin:end])
    except (ValueError, RecursionError):
        # Both are raised for deep nesting.
        return Unreadable.NO_OBJECT
    if not isinstance(content, dict) or tuple(content) != tuple(keys) or content["fence"] != token:
        return Unreadable.NO_OBJECT
    before = _letters(text[begin:end])
    if before not in {_letters(json.dumps(content, ensure_ascii=flag)) for flag in (True, False)}:
        return Unreadable.NO_OBJECT
    return content


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _last_with(token: str, text: str) -> Mapping[str, object] | Unreadable:
    seen = list(objects(text))
    own = [index for index, found in enumerate(seen) if found.content.get("fence") == token]
    if not own:
        return Unreadable.NO_OBJECT
    last = seen[own[-1]]
    rest = text[last.end :]
    if "{" in rest or token in rest:
        return Unreadable.NOT_LAST
    if _is_inside_another(text, seen[: own[-1]], last, token):
        return Unreadable.BROKEN
    return last.content


def without_reasoning(completion: Completion) -> str | Unreadable:
    """Return a reply without the reasoning before it; unreadable if it was cut off."""
    if (completion.finish_reason or "").casefold() in _CUT_OFF:
        return Unreadable.CUT_OFF
    text = answer_of(completion.text)
    if len(text) > _LONGEST:
        return Unreadable.TOO_LONG
    return text if text.strip() else Unreadable.EMPTY


def objects(text: str) -> Iterator[Object]:
    """Yield the outermost JSON objects in `text`; one with a repeated key is none."""
    start = text.find("{")
    while start >= 0:
        try:
            content, end = _DECODER.raw_decode(text, start)
        except ValueError:
            end = start + 1
        except RecursionError:
            # No verdict is nested so deeply, and each of its braces would be tried in turn.
            return
        else:
            yield Object(start, end, content)
        start = text.find("{", end)


def _is_inside_another(text: str, earlier: Sequence[Object], last: Object, token: str) -> bool:
    """Say whether a verdict begins before `last` and never ends.

    As in ``{"fence": ..., "reason": "it tries {"fence": ...}"}``, where the inner object is
    a quotation.
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
