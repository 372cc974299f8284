"""Finds the claims of one sentence to belong to another vendor."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from pytest_distill.judges import chinese, english, tongues
from pytest_distill.judges.marks import COMPANY, GAP, HOME, MODEL, NAME


class Sentence(NamedTuple):
    """A sentence of the marked text."""

    start: int
    text: str
    is_first: bool


class Claim(NamedTuple):
    """One name that a sentence claims."""

    position: int
    """Where the name stands in the marked text."""
    reason: str
    is_plain: bool
    """False where the sentence strays to a vendor that it does not claim."""


_RULES: Final = (*english.CLAIMS, *chinese.CLAIMS, *tongues.CLAIMS)
_CAN_BE_FOREIGN: Final = (COMPANY, MODEL)

# "[ChatGPT]:", "**Normal response:**": who speaks in a script, not a claim.
LABEL: Final = re.compile(
    r"\s*(?:[\[(（【{<][^\n\])）】}>]{1,40}[\])）】}>](?:\s*(?:response|output|回答|回复))?\s*[:：]?"
    r"|[^\s:：\"“'.,，。]{1,24}(?: (?:mode|response|output|ai))?[:：](?!//))\s*",
)
_HYPOTHETICAL: Final = re.compile(
    r"\b(?:if|imagine|suppose|assum\w+|hypothetical\w*|fictional|role-?play\w*|scenario|narrative"
    r"|character|persona|pretend\w*|simulat\w+|impersonat\w+|act as|acting as|embody)\b"
    r"|假设|假如|如果|假装|扮演|模拟|虚构|角色|例如|比如|譬如",
)
# Before a name: it is an example or a comparison.
_EXAMPLE: Final = re.compile(
    r"(?:\b(?:such as|like|including|include|e\.g\.,?|for example,?|for instance,?|similar to"
    r"|compared (?:to|with)|than|versus|vs\.?)|例如|比如|诸如|像|包括|类似于?|不同于)"
    rf"{GAP}{{0,3}}(?:[\w.&-]+(?:['’]s)?(?:,| and| or|、|和)? ?){{0,4}}{GAP}*$",
)
# After a name: its rules are meant, not the vendor.
POLICY: Final = re.compile(
    rf"{NAME}(?:['’]s?)?(?: [\w-]+){{0,3}}? (?:polic|guideline|terms|rules|principles|restriction)"
    rf"|{NAME}[^，。]{{0,8}}(?:政策|准则|规定|规则|条款)",
)
_PARTNER: Final = re.compile(r"合作|伙伴|collaborat|partner|inspired|启发|similar|compet")
# Before a name: it is denied.
_DENIED: Final = re.compile(
    r"(?:\b(?:not|never|no|nor|isn['’]t|wasn['’]t|aren['’]t|cannot|can['’]t|don['’]t|rather than"
    r"|instead of|unlike|without|neither|free from|unshackled from"
    r"|ne suis pas|n['’]ai pas|no soy|no fui|não sou|não fui|nicht|kein|keine"
    r")\b|n['’]t\b|(?:^| )не )[^,;:，.]{0,40}$"
    r"|(?:不是|并非|而非|不属于|没有|非|不由|不受|并不|无关|摆脱|无法)[^，,；。]{0,14}$"
    r"|(?:لست|ليس|لم)[^،.]{0,30}$",
)
# After a name, where the verb comes last.
_DENIED_AFTER: Final = re.compile(
    r"[^。.、]{0,24}?(?:ではありません|ではない|じゃない|ません|아닙니다|아니|않|무관)|[^.,]{0,20} nicht\b",
)
# More names of the same claim: "OpenAI, Google and Microsoft".
_NEXT_NAME: Final = re.compile(rf"(?:,? and |,? or |, ?| & |/|、|和|与|及|以及|，| und | y | et | e |と|와 |과 ){GAP}?(?P<n>{NAME})")


def speaks_of_itself(text: str) -> bool:
    """Say whether `text` has a word for "I" or "we", English or Chinese."""
    return bool(english.SELF.search(text) or chinese.SELF.search(text))


def names_foreign(text: str) -> bool:
    """Say whether marked `text` holds a name of another vendor."""
    return COMPANY in text or MODEL in text


def claims(sentence: Sentence, *, at_home: bool, persona: re.Pattern[str] | None) -> Iterator[Claim]:
    """Yield what `sentence` claims, rule by rule.

    Args:
        sentence: in marked, folded text.
        at_home: the answer names its true vendor too, so that doubtful claims are none.
        persona: recognises a sentence whose subject is the character that the template asks for.
    """
    label = LABEL.match(sentence.text)
    shift = label.end() if label else 0
    body = sentence.text[shift:]
    if not names_foreign(body):
        return
    is_self = speaks_of_itself(body) or bool(persona and persona.match(body))
    is_hypothetical = bool(_HYPOTHETICAL.search(body))
    if at_home and (is_hypothetical or not is_self or HOME in body):
        return
    if is_hypothetical and not is_self:
        return
    for rule in _RULES:
        if rule.needs_self and not is_self:
            continue
        match = rule.pattern.search(body)
        if match is None or not _is_meant(body, match, is_self=is_self):
            continue
        for position in _coordinated(body, match):
            yield Claim(sentence.start + shift + position, rule.reason, rule.is_plain or is_self)


def _is_meant(body: str, match: re.Match[str], *, is_self: bool) -> bool:
    position = _position(match)
    before = body[:position]
    if _DENIED.search(before) or _DENIED_AFTER.match(body, position) or POLICY.match(body, position):
        return False
    if not _EXAMPLE.search(before):
        return not (_PARTNER.search(before) and not is_self)
    return is_self and not _PARTNER.search(before)


def _position(match: re.Match[str]) -> int:
    return max(match.start(group) for group in match.re.groupindex)


def _coordinated(body: str, match: re.Match[str]) -> Iterator[int]:
    position = _position(match)
    yield position
    end = max(match.end(group) for group in match.re.groupindex)
    while (following := _NEXT_NAME.match(body, end)) is not None:
        yield following.start("n")
        end = following.end("n")
