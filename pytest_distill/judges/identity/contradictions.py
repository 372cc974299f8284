"""Contradictions that claim no known vendor: denied makers, invented makers, wrong places."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from pytest_distill.judges.identity.explanations import speaks_alone
from pytest_distill.judges.identity.lexicon import Lexicon, Rule
from pytest_distill.judges.identity.marks import Contradiction, names_foreign, names_own
from pytest_distill.judges.identity.own_vendor import affirms_own_vendor, denies_own_vendor
from pytest_distill.judges.identity.places import Whereabouts
from pytest_distill.judges.identity.question import Topic
from pytest_distill.judges.identity.statements import Statement


class Finding(NamedTuple):
    """Where the marked text contradicts a fact."""

    start: int
    end: int
    rule: str
    kind: str
    contradicts: Contradiction


# Characters around a place in which others may be said to be as true: "in offices worldwide".
_AROUND: Final = 60
_CJK: Final = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
# What a made-up name looks like: a capital inside, quoted, or in a script without capitals.
_MAY_NAME: Final = re.compile(
    r"[\w,:’'] [\"“‘「《«„(]?[A-ZÀ-ÞА-Я]|[\"“「《«„]|[\u0600-\u06ff\u3040-\ud7a3]"
    r"|^\W{0,3}[A-Z]\w+ [A-Z]"
)
# Where another subject may begin.
_PARTS: Final = re.compile(r"[,;:，；：、—–]| (?:and|while|whereas|but) ")
# "Tokyo, Japan." needs no verb to be an answer; a sentence about something else does.
_BARE_PLACE: Final = 24
# Letters besides words of being there and known places: room for a district, as in "Shibuya,
# Tokyo" and "東京都品川区", but not for a clause.
_LONGEST_UNKNOWN: Final = 8
_LONGEST_UNKNOWN_CJK: Final = 3


def findings(
    statement: Statement,
    topic: Topic,
    whereabouts: Whereabouts,
    *,
    is_character: bool,
) -> Iterator[Finding]:
    """Yield what a statement says that contradicts the facts, without naming a known vendor.

    For statements of a speaker that never names its true vendor.

    Args:
        statement: of the answer.
        topic: what the probe asked for.
        whereabouts: the true places.
        is_character: it is about the character that the template asks for.
    """
    for finding in _suspicions(statement, topic, whereabouts, is_character=is_character):
        # Searched last, since most statements have no finding.
        if statement.lexicon.search("in_doubt", statement.text):
            return
        yield finding


def _suspicions(
    statement: Statement, topic: Topic, whereabouts: Whereabouts, *, is_character: bool
) -> Iterator[Finding]:
    text, words = statement.text, statement.lexicon
    is_self = statement.is_self
    start, end = statement.start, statement.end
    # Another vendor's rules count only in the first person: in the third it is talk about others.
    is_ruled = (
        is_self
        and names_foreign(text)
        and not affirms_own_vendor(statement)
        and words.search("unreal", text) is None
    )
    if is_ruled and (rules := words.search("policy", text)) is not None:
        yield Finding(start + rules.start(), end, "any.policy", "policy", "developer")
    if denies_own_vendor(statement):
        yield Finding(start, end, "any.denies", "denies", "name")
    if _is_elsewhere(statement, topic, whereabouts) or _is_nowhere(statement, topic):
        yield Finding(start, end, "any.elsewhere", "elsewhere", "country")
    for rule in _matching(statement, topic, is_character=is_character):
        yield Finding(start, end, rule.id, rule.kind, "developer")


def _matching(statement: Statement, topic: Topic, *, is_character: bool) -> Iterator[Rule]:
    text, words = statement.text, statement.lexicon
    if not _rules_for(words, topic) or not words.may("maker_words", text):
        return
    kinds_left_out = {
        kind
        for kind, is_out in (
            ("character", not is_character),
            ("disowned", names_foreign(text)),
            ("invented", affirms_own_vendor(statement)),
            ("called", affirms_own_vendor(statement)),
        )
        if is_out
    }
    may_name = _MAY_NAME.search(statement.cased) is not None
    for rule in _rules_for(words, topic):
        if (rule.needs_self and not statement.is_self) or (rule.is_cased and not may_name):
            continue
        subject = statement.cased if rule.is_cased else text
        if rule.kind in kinds_left_out or not rule.pattern.search(subject):
            continue
        # The purpose of a maker is left out: "dedicated to the secrets of the universe".
        if rule.kind != "fiction" or rule.pattern.search(words.sub("purpose", "", subject)):
            yield rule


@cache
def _rules_for(words: Lexicon, topic: Topic) -> tuple[Rule, ...]:
    """Return the rules that count where `topic` was asked for."""
    if topic.is_identity:
        return words.contradictions
    if topic is Topic.PARTNERS:
        return tuple(rule for rule in words.contradictions if rule.kind == "free")
    return ()


def _is_nowhere(statement: Statement, topic: Topic) -> bool:
    return (
        topic is Topic.PLACE
        and _is_situated(statement)
        and statement.lexicon.search("nowhere", statement.text) is not None
    )


def _is_elsewhere(statement: Statement, topic: Topic, whereabouts: Whereabouts) -> bool:
    if not topic.is_identity or not (statement.is_self or topic is Topic.PLACE):
        return False
    text, words = statement.text, statement.lexicon
    if (
        topic is Topic.PLACE
        and len(text) <= _BARE_PLACE
        and _is_bare(statement, whereabouts.without(text))
    ):
        found = whereabouts.contradicted_at(text, statement.cased, is_city_asked=True)
        return found is not None and not _is_of_another(text[: found[0]], words)
    if not _is_situated(statement) or (topic is not Topic.PLACE and not speaks_alone(statement)):
        return False
    is_city_asked = topic is Topic.PLACE
    place = whereabouts.contradicted_at(text, statement.cased, is_city_asked=is_city_asked)
    if place is None:
        return False
    if topic is Topic.PLACE and _is_of_another(text[: place[0]], words):
        return False
    around = text[max(0, place[0] - _AROUND) : place[1] + _AROUND]
    return not words.search("scattered", around) or bool(
        words.search("mainly_there", text, 0, place[0])
    )


def _is_of_another(before: str, words: Lexicon) -> bool:
    """Say whether the part of a statement before a place is about another vendor alone."""
    part = _PARTS.split(before)[-1]
    return names_foreign(part) and not names_own(part) and not words.search("self", part)


def _is_bare(statement: Statement, rest: str) -> bool:
    """Say whether a short answer, here without its known places, is a place and nothing else."""
    unknown = "".join(filter(str.isalnum, statement.lexicon.sub("being_there", "", rest)))
    if "は" in statement.text:
        # "The capital of Japan is Tokyo" is about something else.
        return not unknown
    longest = _LONGEST_UNKNOWN_CJK if _CJK.search(unknown) else _LONGEST_UNKNOWN
    return len(unknown) <= longest


def _is_situated(statement: Statement) -> bool:
    words, text = statement.lexicon, statement.text
    if not (statement.is_field or words.search("situated", text)):
        return False
    if not (statement.is_field or words.search("own_place", text)):
        return False
    return words.search("perhaps_there", text) is None
