"""Decides of each name of another vendor whether a statement claims it, or what explains it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pytest_distill.judges.identity.explanations import (
    REACH,
    Asked,
    Named,
    compares,
    explanation,
    unreal_part,
)
from pytest_distill.judges.identity.lexicon import Rule
from pytest_distill.judges.identity.marks import (
    COMPANY,
    MODEL,
    NAME,
    OWN,
    OWN_COMPANY,
    OWN_MODEL,
    names_foreign,
    names_own,
)
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

    @property
    def is_layer(self) -> bool:
        """Say whether it is what stands behind something, which an earlier name may be."""
        return self.kind == "layer"


class Explained(NamedTuple):
    """One name that claims nothing, and why."""

    position: int
    why: str


_ITEM: Final = re.compile(rf"\W{{0,9}}(?:{NAME}|{OWN})[^：:.\n]{{0,30}}[：:—–-]")
_WORDS: Final = re.compile(r"\w{2}")
# A list of so many items compares vendors; a shorter one may name makers that share the model.
SURVEY: Final = 3
# More names of the same claim: "OpenAI, Google and Microsoft".
_NEXT_NAME: Final = re.compile(
    r"(?:,? and |,? or |, ?(?:partly )?| & |/|、|的?，?一半是|和|与|及|以及|，"
    r"| und | sowie | oder | y | o | et | ou | e | ainsi que | assim como | así como | или "
    rf"| и |と|や|와 |과 |및 | و ?)[\s\"“”«»'「」(]?(?P<n>{NAME})",
)
_NAME_BEFORE: Final = re.compile(rf"(?P<n>{NAME})(?:,? and |, ?| & |、|和|与| und | et | y | e )$")
_CLAUSE: Final = re.compile(r"[,;，；、—–(（]|\b(?:and|but|while|whereas)\b|而")
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
    is_named = asked.is_by_name and names_own(text)
    is_self = (
        statement.is_self or is_character or is_named or (statement.is_field and asked.is_identity)
    )
    claimed = {
        **dict(_layered(statement, asked)),
        **dict(_claimed(statement, asked, is_self=is_self)),
    }
    unreal = unreal_part(statement)
    for position, char in enumerate(text):
        if char in (COMPANY, MODEL):
            rule = claimed.get(position)
            name = Named(statement, position, asked, unreal, rule is not None, is_self)
            why = explanation(name)
            if why is None and rule is not None and _is_fact_of_pair(name, claimed):
                why = "third-party"
            place = statement.start + position
            yield _claim(name, rule) if why is None else Explained(place, why)


def _claim(name: Named, rule: Rule | None) -> Claim:
    statement = name.statement
    place = statement.start + name.position
    if rule is None:
        which = "any.named" if name.is_self else "any.named-beside"
        return Claim(place, which, "named", True, False, statement.speaker)  # noqa: FBT003
    is_given = name.asked.vendors.get(place) in name.asked.in_prompt
    is_plain = (rule.is_plain or name.is_self or not is_given) and not _is_example_of_kind(name)
    return Claim(place, rule.id, rule.kind, is_plain, rule.is_role, statement.speaker)


def _claimed(statement: Statement, asked: Asked, *, is_self: bool) -> Iterator[tuple[int, Rule]]:
    """Yield the position of each name that a rule finds claimed, with the first such rule."""
    text = statement.text
    tied_only = asked.has_own_vendor and names_own(text)
    if asked.has_own_vendor and not is_self:
        is_self = asked.is_identity and statement.lexicon.search("implied_self", text) is not None
    if not is_self and (asked.has_own_vendor or not asked.is_identity or compares(text)):
        return
    if (asked.has_own_vendor or not is_self) and statement.lexicon.search("play", text):
        return
    found: set[int] = set()
    for rule in statement.lexicon.claims:
        if rule.kind == "layer" or (rule.needs_self and not is_self):
            continue
        if asked.has_own_vendor and not (rule.is_firm or rule.kind == "own"):
            continue
        if not tied_only or rule.kind in _TIES:
            for position in _positions(statement, rule, tied_only=tied_only):
                if position not in found:
                    found.add(position)
                    yield position, rule


def _layered(statement: Statement, asked: Asked) -> Iterator[tuple[int, Rule]]:
    """Yield likewise each name that is said to be behind the true one.

    The true name on the label is no reason to doubt it. Where it is said to be a label, the name is
    behind it that a statement about answering leads to.
    """
    if not asked.is_identity:
        return
    rules = [rule for rule in statement.lexicon.claims if rule.kind == "layer"]
    for rule in rules:
        for position in _positions(statement, rule, tied_only=False):
            if not _is_behind_another(statement, position):
                yield position, rule
    if rules and statement.start in asked.surface:
        text = statement.text
        position = min(at for at in (text.find(COMPANY), text.find(MODEL)) if at >= 0)
        if _is_answering(statement, position):
            yield position, rules[0]


def _is_answering(statement: Statement, position: int) -> bool:
    """Say whether the name is what answers: "what writes this is GPT-4", not "like GPT-4"."""
    words, before = statement.lexicon, statement.text[:position]
    told = ("self", "compared_before", "in_doubt", "denied_before")
    is_other = any(words.search(kind, before) for kind in told)
    return not is_other and words.search("answering", before) is not None


def _is_behind_another(statement: Statement, position: int) -> bool:
    """Say whether something else is before the name that it may be behind.

    As in "ChatGPT is an app; the model behind it is GPT-4".
    """
    words, before = statement.lexicon, statement.text[:position]
    first = before[: parts[-1].start()] if (parts := [*_CLAUSE.finditer(before)]) else ""
    is_about_speaker = names_own(first) or words.search("self", first) is not None
    is_another = _WORDS.search(first) is not None and not is_about_speaker
    return is_another or names_foreign(before) or words.search("in_doubt", before) is not None


def _positions(statement: Statement, rule: Rule, *, tied_only: bool) -> Iterator[int]:
    text = statement.text
    match = rule.pattern.search(text)
    while match is not None:
        start, end = _span(match)
        if not tied_only or _is_tied(statement, start, rule):
            yield from _coordinated(text, start, end)
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


def _is_fact_of_pair(name: Named, claimed: Mapping[int, Rule]) -> bool:
    """Say whether a company is named as the maker of its own model: "ChatGPT, made by OpenAI".

    Asked for its identity, the model means itself even so.
    """
    text, asked, start = name.statement.text, name.asked, name.statement.start
    if asked.is_identity or text[name.position] != COMPANY:
        return False
    clause = max((match.end() for match in _CLAUSE.finditer(text, 0, name.position)), default=0)
    model = text.rfind(MODEL, max(0, clause - REACH), name.position)
    if model < 0 or model in claimed:
        return False
    return asked.vendors.get(start + model) == asked.vendors.get(start + name.position)


def _is_example_of_kind(name: Named) -> bool:
    if name.before.endswith(("myself, ", "me, ", "mine, ")):
        return False
    of_kind = name.statement.lexicon.search("of_my_kind", name.statement.text)
    return of_kind is not None and name.is_after("compared_before")


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
