"""Decides of each name of another vendor whether a statement claims it, or what explains it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pytest_distill.judges.identity.lexicon import Rule
from pytest_distill.judges.identity.marks import (
    COMPANY,
    FILLER,
    MODEL,
    NAME,
    OWN,
    OWN_COMPANY,
    OWN_MODEL,
    names_foreign,
    names_own,
)
from pytest_distill.judges.identity.own_vendor import affirms_own_vendor
from pytest_distill.judges.identity.statements import Statement


class Claim(NamedTuple):
    """One name that a statement claims."""

    position: int
    """Position of the name in the marked text."""
    rule: str
    kind: str
    is_plain: bool
    """False where the statement only talks about the vendor."""
    is_role: bool
    """It speaks in the role of a model: no claim where the prompt asks for that role."""
    speaker: str
    """Label of the speaker in the answer; empty without one."""


class Explained(NamedTuple):
    """One name that claims nothing, and why."""

    position: int
    why: str


class Asked(NamedTuple):
    """What the question and the rest of the answer say of how to read a statement."""

    is_identity: bool
    """The question was who the model is, or who makes it, or where."""
    is_about_model: bool
    """The question was something else about the model: a name beside its "I" has to be explained."""
    is_small_talk: bool
    """The question is too short for a task: likewise, where it says "I" and not only "we"."""
    has_own_vendor: bool
    """The answer names its true vendor as its own, so doubtful claims do not count."""
    character: re.Pattern[str] | None
    """Recognises a sentence about the character that the template asks for."""
    in_prompt: frozenset[str]
    """The vendors that template and question name."""
    vendors: Mapping[int, str]
    """The vendor of each name, by position in the marked text."""
    is_survey: bool
    """The answer names so many vendors that a mere name is one of several."""
    is_story: bool
    """The question asks for a story or scene, not for the model: its figures speak."""
    asks_persona: bool
    """The template asks for a persona, a role or a story."""


# Characters around a name in which what explains it may stand.
_REACH: Final = 120
_ITEM: Final = re.compile(rf"\W{{0,9}}(?:{NAME}|{OWN})[^：:.\n]{{0,30}}[：:—–-]")
# A list of so many items compares vendors; a shorter one may name makers that share the model.
SURVEY: Final = 3
# More names of the same claim: "OpenAI, Google and Microsoft".
_NEXT_NAME: Final = re.compile(
    r"(?:,? and |,? or |, ?(?:partly )?| & |/|、|的?，?一半是|和|与|及|以及|，| und | sowie | oder | y | o | et | ou | e | ainsi que | assim como | así como | или "
    rf"| и |と|や|와 |과 |및 | و ?)[\s\"“”«»'「」(]?(?P<n>{NAME})",
)
_NAME_BEFORE: Final = re.compile(rf"(?P<n>{NAME})(?:,? and |, ?| & |、|和|与| und | et | y | e )$")
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
_CLAUSE: Final = re.compile(r"[,;，；、—–(（]|\b(?:and|but|while|whereas)\b|而")
_PART: Final = re.compile(r"[;；—–]|, (?:and|but|while|und|aber|et|mais|y|pero|e|mas) |，(?:而|但|不过)")
# A name that follows the true one and is tied to it: "Qwen, a model developed by OpenAI".
_TIES: Final = frozenset({"made-by", "is"})


def without_survey(said: Sequence[Statement]) -> list[Statement]:
    """Return `said` without a list of vendors and what follows it, first person excepted."""
    items = [s.start for s in said if not s.is_field and _ITEM.match(s.text)]
    if len(items) < SURVEY:
        return list(said)
    return [s for s in said if s.start < items[0] or s.is_self]


def read(statement: Statement, asked: Asked) -> Iterator[Claim | Explained]:
    """Yield what becomes of each name of another vendor in `statement`."""
    text = statement.text
    if not names_foreign(text):
        return
    is_character = bool(asked.character and asked.character.match(text))
    is_self = statement.is_self or is_character or (statement.is_field and asked.is_identity)
    claimed = dict(_claimed(statement, asked, is_self=is_self))
    unreal = _unreal(statement)
    for position, char in enumerate(text):
        if char not in (COMPANY, MODEL):
            continue
        place = statement.start + position
        rule = claimed.get(position)
        why = _explanation(statement, position, asked, unreal, is_claim=rule is not None, is_self=is_self)
        if why is None and rule is not None and not asked.is_identity:
            why = "third-party" if _is_fact_of_pair(statement, position, asked, claimed) else None
        if why is None and rule is None:
            why = _not_meant(statement, position, asked, is_self=is_self)
        if why is not None:
            yield Explained(place, why)
        elif rule is None:
            which = "any.named" if is_self else "any.named-beside"
            yield Claim(place, which, "named", True, False, statement.speaker)  # noqa: FBT003
        else:
            is_given = asked.vendors.get(place) in asked.in_prompt
            is_plain = (rule.is_plain or is_self or not is_given) and not _is_example_of_kind(statement, position)
            yield Claim(place, rule.id, rule.kind, is_plain, rule.is_role, statement.speaker)


def _claimed(
    statement: Statement, asked: Asked, *, is_self: bool
) -> Iterator[tuple[int, Rule]]:
    """Yield the position of each name that a rule finds claimed, with the first such rule."""
    text = statement.text
    tied_only = asked.has_own_vendor and names_own(text)
    is_play = statement.lexicon.search("play", text) is not None
    if asked.has_own_vendor and not is_self:
        is_self = asked.is_identity and statement.lexicon.search("implied_self", text) is not None
    if asked.has_own_vendor and (is_play or not is_self):
        return
    if not is_self and (is_play or not asked.is_identity or _compares(text)):
        return
    found: set[int] = set()
    for rule in statement.lexicon.claims:
        if (rule.needs_self and not is_self) or (
            asked.has_own_vendor and not (rule.is_firm or rule.kind == "own")
        ):
            continue
        if tied_only and rule.kind not in _TIES:
            continue
        match = rule.pattern.search(text)
        while match is not None:
            start, end = _span(match)
            if not tied_only or _is_tied(statement, start, rule):
                for position in _coordinated(text, start, end):
                    if position not in found:
                        found.add(position)
                        yield position, rule
            # A later start may tie a name that the first match reaches over the true one.
            match = rule.pattern.search(text, match.start() + 1 if tied_only else end)


def _is_tied(statement: Statement, position: int, rule: Rule) -> bool:
    """Say whether a name is what the true name beside it is said to be, or to be made by.

    As in "I am Qwen, developed by OpenAI" and "I am ChatGPT, created by Alibaba Cloud": a model of
    one vendor and a company of the other. Not so in "I am Qwen, and ChatGPT is made by OpenAI".
    """
    text = statement.text
    # Some companies are called as their model is.
    is_company = text[position] == COMPANY or rule.kind == "made-by"
    own_kind, other_kind = (OWN_MODEL, OWN_COMPANY) if is_company else (OWN_COMPANY, OWN_MODEL)
    if own_kind not in text:
        return False
    clause = max((match.end() for match in _CLAUSE.finditer(text, 0, position)), default=0)
    end = _CLAUSE.search(text, position)
    within = text[clause : end.start() if end else len(text)]
    if other_kind in within:
        return False
    if statement.lexicon.search("self", within) or own_kind in within:
        return True
    # Only the name itself: another one would be what the clause is about.
    return within.count(COMPANY) + within.count(MODEL) == 1 and other_kind not in text


def _not_meant(
    statement: Statement, position: int, asked: Asked, *, is_self: bool
) -> str | None:
    """Return what explains a name that no rule finds claimed; None where nothing does."""
    if not asked.is_identity and not _is_beside_self(statement, position, asked, is_self=is_self):
        return "not-asked"
    text = statement.text
    if asked.has_own_vendor and (names_own(text) or not statement.is_field):
        return "home"
    words = statement.lexicon
    before = text[max(0, position - _REACH) : position]
    if words.search("compared_before", before):
        return "comparison"
    if words.search("talk_before", before):
        return "third-party"
    if not is_self and words.search("news", text):
        return "news"
    if statement.speaker and asked.asks_persona and MODEL not in statement.speaker:
        return "figure"
    if asked.is_survey:
        return "comparison"
    vendor = asked.vendors.get(statement.start + position)
    if vendor in asked.in_prompt and not (statement.is_field or _is_bare(text)):
        return "third-party"
    if not is_self and (_compares(text) or words.search("play", text)):
        return "third-party"
    return None


def _is_beside_self(
    statement: Statement, position: int, asked: Asked, *, is_self: bool
) -> bool:
    """Say whether a name stands beside the model's "I" in an answer about something else."""
    if asked.is_about_model:
        return is_self
    if not asked.is_small_talk or not speaks_alone(statement):
        return False
    text = statement.text
    start = max((match.end() for match in _PART.finditer(text, 0, position)), default=0)
    end = _PART.search(text, position)
    part = text[start : end.start() if end else len(text)]
    return statement.lexicon.search("self", statement.lexicon.sub("we", " ", part)) is not None


def speaks_alone(statement: Statement) -> bool:
    """Say whether a statement says "I", not only "we", which may be anybody."""
    alone = statement.lexicon.sub("we", " ", statement.text)
    return statement.lexicon.search("self", alone) is not None


def _is_bare(text: str) -> bool:
    """Say whether marked `text` is names and nothing else."""
    return _WORDS.search(_NAMES.sub("", text)) is None


def _is_fact_of_pair(
    statement: Statement, position: int, asked: Asked, claimed: Mapping[int, Rule]
) -> bool:
    """Say whether a company is named as the maker of its own model: "ChatGPT, made by OpenAI"."""
    text = statement.text
    if text[position] != COMPANY:
        return False
    clause = max((match.end() for match in _CLAUSE.finditer(text, 0, position)), default=0)
    model = text.rfind(MODEL, max(0, clause - _REACH), position)
    vendor = asked.vendors.get(statement.start + position)
    return (
        model >= 0
        and model not in claimed
        and asked.vendors.get(statement.start + model) == vendor
    )


def _compares(text: str) -> bool:
    """Say whether marked `text` lists several models with their makers: not an answer."""
    return text.count(MODEL) > 1 and text.count(COMPANY) > 1


def _unreal(statement: Statement) -> tuple[int, int]:
    """Return start and end of the hypothetical part of a statement; a contrast ends it."""
    text = statement.text
    unreal = statement.lexicon.search("unreal", text)
    if unreal is None:
        return 0, 0
    real = statement.lexicon.search("contrast", text, unreal.end())
    return unreal.start(), real.end() if real else len(text)


def is_denied(statement: Statement, position: int) -> bool:
    """Say whether a statement denies the name at `position`."""
    before = statement.text[max(0, position - _REACH) : position]
    before = statement.lexicon.sub("no_denial", " ", before)
    if statement.lexicon.search("denied_before", before):
        return True
    return statement.lexicon.match("denied_after", statement.text, position) is not None


def _explanation(
    statement: Statement,
    position: int,
    asked: Asked,
    unreal: tuple[int, int],
    *,
    is_claim: bool,
    is_self: bool,
) -> str | None:
    """Return what explains the name at `position`, whether or not a rule finds it claimed."""
    text, words = statement.text, statement.lexicon
    if statement.is_echo:
        return "echo"
    if asked.is_story:
        return "figure"
    if unreal[0] <= position < unreal[1]:
        return "reported"
    if is_denied(statement, position):
        return "denial"
    if _is_quoted(statement, position):
        return "quotation"
    before = text[max(0, position - _REACH) : position]
    if words.search("own_company_before", before) or words.match(
        "own_company_after", text, position
    ):
        return None
    if words.match("policy", text, position):
        return "policy"
    if words.match("compared_after", text, position):
        return "comparison"
    if words.search("tool_before", before) or words.match("tool_after", text, position):
        return "credit"
    parts = [match.end() for match in _PART.finditer(before)]
    is_partner = words.search("partner_before", before[parts[-1] if parts else 0 :]) is not None
    if is_partner and (not is_self or not is_claim):
        return "partner"
    if words.search("compared_before", before) and (
        is_partner or not (is_self and is_claim and asked.is_identity)
    ):
        return "comparison"
    return None


def _is_quoted(statement: Statement, position: int) -> bool:
    """Say whether `position` is in a quotation whose first person is somebody else."""
    text, words = statement.text, statement.lexicon
    start = _opened(text, position)
    if start < 0 or _NAME_ALONE.match(text, position) and start == position - 1:
        return False
    behind = _BEHIND_QUOTE.match(text, position)
    if behind is not None and words.search("speech", behind["rest"]):
        return True
    if not _WORDS.search(text, 0, start):
        return False
    outside = _QUOTED.sub("", text[:start])
    return not words.search("self", outside) and words.search("self", text[start:]) is not None


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


def _is_example_of_kind(statement: Statement, position: int) -> bool:
    before = statement.text[max(0, position - _REACH) : position]
    if before.endswith(("myself, ", "me, ", "mine, ")):
        return False
    return bool(
        statement.lexicon.search("of_my_kind", statement.text)
        and statement.lexicon.search("compared_before", before)
    )


def _span(match: re.Match[str]) -> tuple[int, int]:
    return next(match.span(group) for group in match.re.groupindex if match[group] is not None)


def _coordinated(text: str, position: int, end: int) -> Iterator[int]:
    start = position
    while (previous := _NAME_BEFORE.search(text, max(0, start - 40), start)) is not None:
        start = previous.start("n")
        yield start
    yield position
    while (following := _NEXT_NAME.match(text, end)) is not None:
        yield following.start("n")
        end = following.end("n")
