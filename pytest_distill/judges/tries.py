"""Puts a question to a judging model, and once more where the reply cannot be used."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, NamedTuple, TypeVar

from pytest_distill.judges.reply import Unreadable
from pytest_distill.records import Completion, Message, Request
from pytest_distill.thinking import answer_of

Ask = Callable[[Request], Awaitable[Completion]]

T = TypeVar("T")

# The sample of the second try: far from those of the first, which panels may count up.
_SECOND: Final = 1000

_AGAIN: Final = """
You were asked this before, and your reply could not be used: {problem}.
"""


class Unread(NamedTuple):
    """Neither reply could be used."""

    reply: str
    """The second one."""

    @property
    def shown(self) -> str:
        """The part that a reader needs: what was answered, if anything was."""
        return answer_of(self.reply).strip() or self.reply


async def ask_twice(
    ask: Ask,
    question: str,
    read: Callable[[Completion], T | Unreadable],
    *,
    seed: int,
    form: Mapping[str, object] | None = None,
) -> T | Unread:
    """Return what `read` makes of the model's reply; the second try says what was wrong.

    Args:
        ask: puts a request to the judging model.
        question: for the model, as the user's only message: not every model knows other roles.
        read: returns what a reply says, or why it cannot be used.
        seed: of the run.
        form: JSON schema, for endpoints that can be held to one.

    Raises:
        ModelError: the model gave no answer.
    """
    text, reply = question, ""
    for sample in (0, _SECOND):
        messages = (Message(role="user", content=text),)
        request = Request(messages=messages, sample=sample, seed=seed + sample, form=form)
        completion = await ask(request)
        found = read(completion)
        if not isinstance(found, Unreadable):
            return found
        text, reply = question + _AGAIN.format(problem=found.value), completion.text
    return Unread(reply)
