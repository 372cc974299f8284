"""Reads fields of a server's JSON; a value of the wrong type counts as empty."""

from collections.abc import Mapping, Sequence

from pytest_distill.records import Usage
from pytest_distill.text import readable
from pytest_distill.thinking import with_thinking


def mapping(value: object) -> Mapping[str, object]:
    """Return `value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> Sequence[object]:
    """Return `value` if it is an array, else an empty one."""
    return value if isinstance(value, list) else ()


def text(value: object) -> str:
    """Return `value` if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def texts(value: object) -> str:
    """Return `value` if it is a string, or the texts of an array of blocks, joined."""
    if isinstance(value, str):
        return value
    return "".join(text(block.get("text")) for block in map(mapping, sequence(value)))


def answer(words: str, thought: str) -> str:
    """Return the text of a completion, from the answer and the thinking sent apart from it."""
    return readable(with_thinking(words, thought))


def usage(value: object, *, sent: str, received: Sequence[str]) -> Usage:
    """Return the token counts; None for counts that are missing or malformed.

    Args:
        value: the object with the counts.
        sent: key of the input tokens.
        received: keys of output tokens, which are added up.
    """
    fields = mapping(value)
    written = [count for key in received if (count := _count(fields.get(key))) is not None]
    return Usage(
        input_tokens=_count(fields.get(sent)), output_tokens=sum(written) if written else None
    )


def _count(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None
