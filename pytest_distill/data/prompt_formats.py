"""Formats of files of prompts: our own, and those of four public sets.

A format is recognised by the keys of an entry, not by the name of the file. Keys that the format
does not use are ignored.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import ValidationError

from pytest_distill.data.entries import Fields
from pytest_distill.records import Message, Prompt
from pytest_distill.text import readable

# Names of the user's role in exports of ShareGPT.
_HUMANS = ("human", "user")


class EntryError(Exception):
    """An entry that cannot be used; whoever reads the file adds path and line."""


@dataclass(frozen=True)
class PromptFormat:
    """One format of an entry."""

    name: str
    shape: str
    """What an entry looks like, for messages."""
    marks: tuple[frozenset[str], ...]
    """An entry has this format if it has all the keys of one of these sets."""
    messages: Callable[[Fields], tuple[Message, ...]]
    """Returns the messages of an entry; none if it holds no question."""
    names: tuple[str, ...] = ("id", "prompt_id")
    """Keys that may hold the entry's id."""
    domain: str | None = None
    """Domain of the prompts, if the format implies one."""
    is_public: bool = False
    """Written by others: entries that cannot be used are left out instead of reported."""

    def prompt(self, fields: Fields, place: int) -> Prompt | None:
        """Return the prompt of entry number `place`; None if a public entry holds none.

        Raises:
            EntryError: the entry cannot be used.
        """
        messages = self.messages(fields)
        if messages:
            told = () if self.is_public else ("domain", "language")
            known = {key: _text(fields, key) for key in told if fields.get(key) is not None}
            name = self._name(fields) or f"entry-{place:06d}"
            return Prompt(id=name, messages=messages, **{"domain": self.domain, **known})
        if self.is_public:
            return None
        message = "the prompt is empty"
        raise EntryError(message)

    def _name(self, fields: Fields) -> str | None:
        given = next((fields[key] for key in self.names if fields.get(key) is not None), None)
        if isinstance(given, str | int | None):
            return None if given is None else readable(str(given))
        message = f"the id must be a text, not {given!r:.60}"
        raise EntryError(message)


def recognise(fields: Fields) -> PromptFormat | None:
    """Return the format of an entry; None if its keys fit none."""
    keys = fields.keys()
    fitting = (known for known in FORMATS if any(mark <= keys for mark in known.marks))
    return next(fitting, None)


def _text(fields: Fields, key: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str):
        found = "is missing" if key not in fields else f"must be a text, not {value!r:.60}"
        message = f"{key!r} {found}"
        raise EntryError(message)
    return readable(value)


def _objects(fields: Fields, key: str) -> list[Fields]:
    value = fields.get(key)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        message = f"{key!r} must be a list of objects, not {value!r:.60}"
        raise EntryError(message)
    return value


def _asking(question: str) -> tuple[Message, ...]:
    return (Message(role="user", content=question),) if question.strip() else ()


def _ours(fields: Fields) -> tuple[Message, ...]:
    if ("prompt" in fields) == ("messages" in fields):
        message = "either 'prompt' or 'messages' is needed"
        raise EntryError(message)
    if "prompt" in fields:
        return _asking(_text(fields, "prompt"))
    turns = tuple(_turn(item) for item in _objects(fields, "messages"))
    if turns and turns[-1].role != "user":
        message = f"'messages' must end with the user's turn, not the {turns[-1].role}'s"
        raise EntryError(message)
    return turns if turns and turns[-1].content.strip() else ()


def _turn(fields: Fields) -> Message:
    role, content = _text(fields, "role"), _text(fields, "content")
    try:
        return Message.model_validate({"role": role, "content": content})
    except ValidationError as error:
        message = f"no role is called {role!r}; there are: system, user, assistant"
        raise EntryError(message) from error


def _arena_hard(fields: Fields) -> tuple[Message, ...]:
    if "turns" not in fields:
        return _asking(_text(fields, "prompt"))
    turns = _objects(fields, "turns")
    return _asking(_text(turns[0], "content")) if turns else ()


def _numina_math(fields: Fields) -> tuple[Message, ...]:
    return _asking(_text(fields, "problem"))


def _share_gpt(fields: Fields) -> tuple[Message, ...]:
    turns = _objects(fields, "conversations")
    asked = (_text(turn, "value") for turn in turns if turn.get("from") in _HUMANS)
    return _asking(next(asked, ""))


def _alpaca_eval(fields: Fields) -> tuple[Message, ...]:
    # Earlier sets of this family have a separate key for the text that the instruction is about.
    given = _text(fields, "input") if fields.get("input") else ""
    return _asking("\n\n".join(filter(None, (_text(fields, "instruction"), given))))


# The first that fits is used: entries of ArenaHard and NuminaMath may have keys of ours too.
# Domains are those of arXiv 2501.12619; AlpacaEval's prompts are instructions by their name.
FORMATS = (
    PromptFormat(
        name="ArenaHard",
        shape='{"question_id", "turns": [{"content"}]} or {"uid" or "question_id", "prompt"}',
        marks=(
            frozenset({"question_id", "turns"}),
            frozenset({"question_id", "prompt"}),
            frozenset({"uid", "prompt"}),
        ),
        messages=_arena_hard,
        names=("question_id", "uid"),
        domain="reasoning",
        is_public=True,
    ),
    PromptFormat(
        name="NuminaMath",
        shape='{"problem", "solution"}',
        marks=(frozenset({"problem", "solution"}),),
        messages=_numina_math,
        domain="mathematics",
        is_public=True,
    ),
    PromptFormat(
        name="ShareGPT",
        shape='{"id", "conversations": [{"from", "value"}]}',
        marks=(frozenset({"conversations"}),),
        messages=_share_gpt,
        domain="instructions",
        is_public=True,
    ),
    PromptFormat(
        name="AlpacaEval",
        shape='{"instruction", "output", "generator", "dataset"}',
        marks=(frozenset({"instruction", "output"}), frozenset({"instruction", "dataset"})),
        messages=_alpaca_eval,
        domain="instructions",
        is_public=True,
    ),
    PromptFormat(
        name="pytest-distill",
        shape='{"id"?, "domain"?, "language"?, "prompt" or "messages": [{"role", "content"}]}',
        marks=(frozenset({"prompt"}), frozenset({"messages"})),
        messages=_ours,
    ),
)
