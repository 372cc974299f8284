"""What explains a name of another vendor: why it is no claim of the model's own.

Whoever adds an explanation adds a function here and its sentence to `reasons`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from pytest_distill.judges.identity.marks import COMPANY, MODEL, NAME, names_own
from pytest_distill.judges.identity.statements import Statement


class Asked(NamedTuple):
    """What the question and the rest of the answer say of how to read a statement."""

    is_identity: bool
    """The question was who the model is, or who makes it, or where."""
    is_about_model: bool
    """The question was something else about the model: a name beside "I" has to be explained."""
    is_by_name: bool
    """The question names the model and does not address it: so may the answer."""
    is_small_talk: bool
    """The question is too short for a task: likewise, where it says "I" and not only "we"."""
    has_own_vendor: bool
    """The answer names its true vendor as its own, so doubtful claims do not count."""
    character: re.Pattern[str] | None
    """Recognises a sentence about the character that the template asks for."""
    surface: frozenset[int]
    """Where statements begin in which, or shortly before, the true name is called a label."""
    in_prompt: frozenset[str]
    """The vendors that template and question name."""
    in_template: frozenset[str]
    """The vendors that the template names."""
    vendors: Mapping[int, str]
    """The vendor of each name, by position in the marked text."""
    is_survey: bool
    """The answer names so many vendors that a mere name is one of several."""
    is_chorus: bool
    """So many vendors are named in the first person that they are examples: "I'm Claude"."""
    is_story: bool
    """The question asks for a story or scene, not for the model: its figures speak."""
    asks_persona: bool
    """The template asks for a persona, a role or a story."""


class Named(NamedTuple):
    """One name of another vendor, and what is known of it."""

    statement: Statement
    position: int
    """Of the name in the statement."""
    asked: Asked
    unreal: tuple[int, int]
    """Where the statement is a supposition or tells what others say."""
    is_claim: bool
    """A rule finds the name claimed."""
    is_self: bool
    """The statement is about the speaker."""

    @property
    def before(self) -> str:
        """What stands before the name, as far as it matters."""
        return self.statement.text[max(0, self.position - REACH) : self.position]

    def is_after(self, kind: str) -> bool:
        """Say whether `kind` stands before the name."""
        return self.statement.lexicon.search(kind, self.before) is not None

    def is_at(self, kind: str) -> bool:
        """Say whether `kind` begins at the name."""
        return self.statement.lexicon.match(kind, self.statement.text, self.position) is not None


_Rules = Sequence[tuple[str, Callable[[Named], bool]]]

# Characters before a name in which what explains it may stand.
REACH: Final = 120
_QUOTED: Final = re.compile(r"[“\"「『«„][^”\"」』»“]{0,400}+[”\"」』»“]")
# An opening mark without its closing one; straight marks are told apart by counting.
_OPENINGS: Final = "“「『«„"
_CLOSINGS: Final = "”」』»"
_WORDS: Final = re.compile(r"\w{2}")
_NAMES: Final = re.compile(NAME)
# A name that is all of the quotation: «Yandex».
_NAME_ALONE: Final = re.compile(rf"{NAME}[”\"」』»“]")
# Somebody else is said to speak, behind a quotation.
_BEHIND_QUOTE: Final = re.compile(r"[^”\"」』»]{0,300}[”\"」』»][,.!?]?\s?(?P<rest>[^.!?。]{0,60})")
# Where one thing said ends and the next begins.
_PART: Final = re.compile(
    r"[;；—–]|, (?:and|but|while|und|aber|et|mais|y|pero|e|mas) |，(?:而|但|不过)"
)


def explanation(name: Named) -> str | None:
    """Return what explains a name, whether or not a rule finds it claimed; None if nothing does."""
    why = _first(_UNSAID, name)
    if why is not None:
        return why
    if name.is_after("own_company_before") or name.is_at("own_company_after"):
        return None
    return _first(_CREDITED, name) or (None if name.is_claim else _first(_UNCLAIMED, name))


def is_denied(statement: Statement, position: int) -> bool:
    """Say whether a statement denies the name at `position`."""
    before = statement.text[max(0, position - REACH) : position]
    before = statement.lexicon.sub("no_denial", " ", before)
    if statement.lexicon.search("denied_before", before):
        return True
    return statement.lexicon.match("denied_after", statement.text, position) is not None


def unreal_part(statement: Statement) -> tuple[int, int]:
    """Return start and end of the hypothetical part of a statement; a contrast ends it."""
    text = statement.text
    unreal = statement.lexicon.search("unreal", text)
    if unreal is None:
        return 0, 0
    real = statement.lexicon.search("contrast", text, unreal.end())
    return unreal.start(), real.end() if real else len(text)


def speaks_alone(statement: Statement) -> bool:
    """Say whether a statement says "I", not only "we", which may be anybody."""
    alone = statement.lexicon.sub("we", " ", statement.text)
    return statement.lexicon.search("self", alone) is not None


def _first(rules: _Rules, name: Named) -> str | None:
    return next((why for why, holds in rules if holds(name)), None)


def _is_reported(name: Named) -> bool:
    return name.unreal[0] <= name.position < name.unreal[1]


def _is_partner(name: Named) -> bool:
    before = name.before
    parts = [match.end() for match in _PART.finditer(before)]
    before = before[parts[-1] if parts else 0 :]
    return name.statement.lexicon.search("partner_before", before) is not None


def _is_compared(name: Named) -> bool:
    # A claim among examples is a claim: "made by companies such as OpenAI".
    is_own = name.is_self and name.is_claim and name.asked.is_identity
    return name.is_after("compared_before") and (not is_own or _is_partner(name))


def _is_beside_the_question(name: Named) -> bool:
    """Say whether the question was about something else, and the name is not beside an "I"."""
    asked = name.asked
    if asked.is_identity:
        return False
    if asked.is_about_model:
        return not name.is_self
    if not asked.is_small_talk or not speaks_alone(name.statement):
        return True
    text, words = name.statement.text, name.statement.lexicon
    start = max((match.end() for match in _PART.finditer(text, 0, name.position)), default=0)
    end = _PART.search(text, name.position)
    part = text[start : end.start() if end else len(text)]
    return words.search("self", words.sub("we", " ", part)) is None


def _is_at_home(name: Named) -> bool:
    is_own = names_own(name.statement.text) or not name.statement.is_field
    return name.asked.has_own_vendor and is_own


def _is_one_of_examples(name: Named) -> bool:
    """Say whether an answer to another question gives examples of what models say."""
    asked = name.asked
    return asked.is_chorus and not (asked.is_identity or asked.is_about_model)


def _is_figure(name: Named) -> bool:
    speaker = name.statement.speaker
    is_figure = bool(speaker) and name.asked.asks_persona and MODEL not in speaker
    return is_figure and not name.statement.is_field


def _is_given(name: Named) -> bool:
    """Say whether the prompt names the vendor, so that the name is no answer of its own."""
    vendor = name.asked.vendors.get(name.statement.start + name.position)
    is_answer = name.statement.is_field or _is_bare(name.statement.text)
    return vendor in name.asked.in_prompt and not is_answer


def _is_fact(name: Named) -> bool:
    text = name.statement.text
    return not name.is_self and (
        compares(text) or name.statement.lexicon.search("play", text) is not None
    )


def _is_news(name: Named) -> bool:
    return not name.is_self and bool(name.statement.lexicon.search("news", name.statement.text))


def _is_bare(text: str) -> bool:
    """Say whether marked `text` is names and nothing else."""
    return _WORDS.search(_NAMES.sub("", text)) is None


def compares(text: str) -> bool:
    """Say whether marked `text` lists several models with their makers: not an answer."""
    return text.count(MODEL) > 1 and text.count(COMPANY) > 1


def _is_quoted(statement: Statement, position: int) -> bool:
    """Say whether `position` is in a quotation whose first person is somebody else."""
    text, words = statement.text, statement.lexicon
    start = _opened(text, position)
    if start < 0 or (_NAME_ALONE.match(text, position) and start == position - 1):
        return False
    behind = _BEHIND_QUOTE.match(text, position)
    if behind is not None and words.search("speech", behind["rest"]):
        return True
    if not _WORDS.search(text, 0, start):
        return False
    outside = _QUOTED.sub("", text[:start])
    return not words.search("self", outside) and bool(words.search("self", text[start:]))


def _is_of_task(name: Named) -> bool:
    """Say whether a quotation is of the template: a sentence to be translated or mended.

    Only beside the true name: who has none of its own may speak in the words of the template.
    """
    asked = name.asked
    vendor = asked.vendors.get(name.statement.start + name.position)
    is_given = asked.has_own_vendor and vendor in asked.in_template
    return is_given and _opened(name.statement.text, name.position) >= 0


def _opened(text: str, position: int) -> int:
    """Return where a quotation is open at `position`; -1 where none is."""
    start = max(text.rfind(mark, 0, position) for mark in _OPENINGS)
    if start >= 0:
        # German closes with the mark that English opens with.
        closings = "“" if text[start] == "„" else _CLOSINGS
        if text[start] == "“" and text.rfind("„", 0, start) >= 0:
            start = -1
        elif not any(mark in text[start + 1 : position] for mark in closings):
            return start
    return text.rfind('"', 0, position) if text.count('"', 0, position) % 2 else -1


# In this order: the first that holds is the reason given.
_UNSAID: Final[_Rules] = (
    ("echo", lambda name: name.statement.is_echo),
    ("figure", lambda name: name.asked.is_story),
    ("reported", _is_reported),
    ("denial", lambda name: is_denied(name.statement, name.position)),
    ("quotation", lambda name: _is_quoted(name.statement, name.position)),
    ("quotation", _is_of_task),
    ("comparison", _is_one_of_examples),
)
_CREDITED: Final[_Rules] = (
    ("policy", lambda name: name.is_at("policy")),
    ("comparison", lambda name: name.is_at("compared_after")),
    ("credit", lambda name: name.is_after("tool_before") or name.is_at("tool_after")),
    ("partner", lambda name: not (name.is_self and name.is_claim) and _is_partner(name)),
    ("comparison", _is_compared),
)
_UNCLAIMED: Final[_Rules] = (
    ("not-asked", _is_beside_the_question),
    ("home", _is_at_home),
    ("third-party", lambda name: name.is_after("talk_before")),
    ("news", _is_news),
    ("figure", _is_figure),
    ("comparison", lambda name: name.asked.is_survey),
    ("third-party", _is_given),
    ("third-party", _is_fact),
)
