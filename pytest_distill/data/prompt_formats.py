"""How prompts lie in files: our own layout, and those of four public sets.

A layout is recognised by the keys of an entry, whatever the file is called; keys that it does
not name are passed over.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import ValidationError

from pytest_distill.data.entries import Fields
from pytest_distill.records import Message, Prompt
from pytest_distill.text import readable

# ShareGPT's exports call the one who asks either.
_HUMANS = ("human", "user")


class EntryError(Exception):
    """An entry that cannot be used; its reader, who knows the line, makes a usage error of it."""


@dataclass(frozen=True)
class Layout:
    """One way to write prompts down."""

    name: str
    shape: str
    """What an entry looks like, for messages."""
    marks: tuple[frozenset[str], ...]
    """An entry is of this layout where it has all the keys of one of these."""
    messages: Callable[[Fields], tuple[Message, ...]]
    """Takes what is to be asked from an entry; none where it asks nothing."""
    names: tuple[str, ...] = ("id", "prompt_id")
    """Keys that may hold the entry's own name."""
    domain: str | None = None
    """What kind of prompts they are, where the layout tells."""
    is_public: bool = False
    """Taken as it comes: the user did not write it and cannot be asked to mend it."""

    def prompt(self, fields: Fields, place: int) -> Prompt | None:
        """Take the prompt from the entry that is number `place`; None where a public one has none.

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
        message = f"the id is to be a text, not {given!r:.60}"
        raise EntryError(message)


def recognise(fields: Fields) -> Layout | None:
    """Return the layout of an entry; None where its keys fit none."""
    keys = fields.keys()
    fitting = (layout for layout in LAYOUTS if any(mark <= keys for mark in layout.marks))
    return next(fitting, None)


def _text(fields: Fields, key: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str):
        found = "missing" if key not in fields else f"to be a text, not {value!r:.60}"
        message = f"{key!r} is {found}"
        raise EntryError(message)
    return readable(value)


def _objects(fields: Fields, key: str) -> list[Fields]:
    value = fields.get(key)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        message = f"{key!r} is to be a list of objects, not {value!r:.60}"
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
        message = f"'messages' is to end with the user's turn, not the {turns[-1].role}'s"
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
    # Earlier sets of this family keep what the instruction is about apart from it.
    given = _text(fields, "input") if fields.get("input") else ""
    return _asking("\n\n".join(filter(None, (_text(fields, "instruction"), given))))


# The first that fits counts: ArenaHard's and NuminaMath's entries may have keys of ours too.
# Domains: what arXiv 2501.12619 takes each set for; AlpacaEval's are instructions by name.
LAYOUTS = (
    Layout(
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
    Layout(
        name="NuminaMath",
        shape='{"problem", "solution"}',
        marks=(frozenset({"problem", "solution"}),),
        messages=_numina_math,
        domain="mathematics",
        is_public=True,
    ),
    Layout(
        name="ShareGPT",
        shape='{"id", "conversations": [{"from", "value"}]}',
        marks=(frozenset({"conversations"}),),
        messages=_share_gpt,
        domain="instructions",
        is_public=True,
    ),
    Layout(
        name="AlpacaEval",
        shape='{"instruction", "output", "generator", "dataset"}',
        marks=(frozenset({"instruction", "output"}), frozenset({"instruction", "dataset"})),
        messages=_alpaca_eval,
        domain="instructions",
        is_public=True,
    ),
    Layout(
        name="pytest-distill",
        shape='{"id"?, "domain"?, "language"?, "prompt" or "messages": [{"role", "content"}]}',
        marks=(frozenset({"prompt"}), frozenset({"messages"})),
        messages=_ours,
    ),
)
