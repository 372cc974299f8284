"""Reads fields of a server's JSON; a value of the wrong type counts as empty."""

from collections.abc import Mapping, Sequence

from pytest_distill.errors import ModelError
from pytest_distill.models import failure
from pytest_distill.records import Usage
from pytest_distill.text import one_line, readable
from pytest_distill.thinking import with_thinking

REASONING = "only reasoning"
"""What came instead of an answer, where a model did not get to one."""

_CUT = frozenset({"length", "max_tokens", "model_context_window_exceeded"})
_WITHHELD = frozenset(
    {
        *("SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "RECITATION", "OTHER"),
        *("sensitive", "refusal"),
    }
)
_REASON = 60


def mapping(value: object) -> Mapping[str, object]:
    """Return `value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> Sequence[object]:
    """Return `value` if it is an array, else an empty one."""
    return value if isinstance(value, list) else ()


def text(value: object) -> str:
    """Return `value` if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def blocks(value: object) -> Sequence[Mapping[str, object]]:
    """Return the parts of a content: an array, or one alone, of objects or strings."""
    parts = value if isinstance(value, list) else [value]
    return [
        {"type": "text", "text": part} if isinstance(part, str) else mapping(part) for part in parts
    ]


def texts(value: object) -> str:
    """Return `value` if it is a string, or the texts of an array of blocks, joined."""
    return "".join(text(block.get("text")) for block in blocks(value))


def words_of(payload: Mapping[str, object]) -> str:
    """Return what a response says that is no answer: its message, else its keys."""
    said = failure.error_text(payload)
    return one_line(said or f"it has {', '.join(map(str, list(payload)[:10])) or 'nothing'}")


def answer(words: str, thought: str) -> str:
    """Return the text of a completion, from the answer and the thinking sent apart from it."""
    return readable(with_thinking(words, thought))


def no_answer(reason: str, *, came: str = "") -> ModelError:
    """Return the error for a response without any text of an answer.

    Args:
        reason: why the model stopped, in the provider's words; empty if it says nothing.
        came: what came instead, such as reasoning; empty if nothing did.
    """
    said = f"the server says {one_line(reason, _REASON)!r}" if reason else "no reason is given"
    what = f"{came}, and no answer" if came else "an empty answer"
    advice = ""
    if "filter" in reason or reason in _WITHHELD:
        advice = "; its filter withheld the answer"
    elif reason.lower() in _CUT or came == REASONING:
        advice = "; allow it more tokens: ?max_tokens=N, or ?max_completion_tokens=N"
    return ModelError(f"{what}: {said}{advice}")


def usage(value: object, *, sent: str, received: Sequence[str]) -> Usage:
    """Return the token counts; None for counts that are missing, malformed or implausible.

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
