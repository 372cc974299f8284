"""Finds what one sentence claims about the model's vendor."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from pytest_distill.judges import chinese, english, other_languages
from pytest_distill.judges.marks import COMPANY, GAP, MODEL, NAME, Rule
from pytest_distill.judges.own_vendor import names_own_vendor
from pytest_distill.judges.reading import Sentence, speaks_of_itself


class Claim(NamedTuple):
    """One name that a sentence claims."""

    position: int
    """Position of the name in the marked text."""
    reason: str
    is_plain: bool
    """False where the sentence only talks about the vendor."""
    is_role: bool
    """It speaks in the role of a model: no claim where the prompt asks for that role."""
    speaker: str
    """Label of the speaker in the answer; empty without one."""


_CJK: Final = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
_HYPOTHETICAL: Final = re.compile(
    r"\b(?:if|imagine|suppose|assum\w+|hypothetical\w*|fictional|role-?play\w*|scenario|narrative"
    r"|character|persona|pretend\w*|simulat\w+|impersonat\w+|act as|acting as|embody)\b"
    r"|假设|假如|如果|假装|扮演|模拟|虚构|角色|例如|比如|譬如",
)
# Hypothetical, or reported speech: no claim, whoever speaks.
_UNREAL: Final = re.compile(
    r"\b(?:if|as if|as though|imagine|suppose|pretend(?:ing)?)(?: that)?"
    r" (?:i|we) (?:were|was|am|had|are)\b"
    r"|\b(?:pretend(?:ing)?|claim(?:ing)?) to be\b|\b(?:wish|asked if) (?:that )?(?:i|we)\b"
    r"|\bwhether\b"
    r"|\b(?:wrong|false|incorrect|untrue|misleading|inaccurate) (?:to|that)\b|说我[是由]"
    r"|\b(?:the|this|that|an?) [a-z]+ (?:said|says|replied|replies|answered|answers|claimed"
    r"|claims)\b"
    r"|\b(?:he|she|they|you|users?|someone|somebody|(?:the|your|this) (?:user|prompt|template|text"
    r"|sentence|message|question|story|character))"
    r" (?:said|says?|wrote|writes?|asked|asks?|claim(?:s|ed)?|stated?|states"
    r"|replied|replies|mention(?:s|ed)?)\b"
    r"|\b(?:people|some|many|others|they|users) (?:often |may |might |sometimes )?"
    r"(?:think|say|believe|assume|mistake|claim)\b|(?:人|用户)[^，。]{0,4}(?:以为|认为|说)|误以为"
    rf"|(?:如果|假如|假设|若|要是)(?:我们?是|{NAME})|(?:他|她|他们|用户|有人|提示|模板|文中)(?:说|写道|提到|声称|问)",
)
_CONTRAST: Final = re.compile(r"[,;:—-] ?(?:but|yet|however|in truth|actually)\b|错了|其实|但|不过")
# Before a name: it is an example or a comparison.
_EXAMPLE: Final = re.compile(
    r"(?:^for example|^for instance|\b(?:such as|like|including|include|e\.g\.,?|for example,?"
    r"|for instance,?|similar to|compared (?:to|with)|than|versus|vs\.?)"
    r"|例如|比如|诸如|像|包括|类似于?|不同于)"
    rf"{GAP}{{0,3}}(?:[\w.&-]+(?:['’]s)?(?:,| and| or|、|和)? ?){{0,4}}{GAP}*$",
)
_PARTNER: Final = re.compile(r"合作|伙伴|启发|collaborat(?!ive)|partner|inspired|similar|compet")
# Before a name: the vendor made a part or a tool, not the model.
_TOOL: Final = re.compile(
    r"\b(?:librar(?:y|ies)|toolkits?|tensorflow|pytorch|keras|transformers?|bert|cuda|datasets?"
    r"|training data|corpus"
    r"|(?:techniques?|methods?|ideas?|papers?) (?:that|which|from|by|of|published)"
    r"|open-source [a-z ]{0,20}frameworks?|learning frameworks?|infrastructure)\b"
    r"|(?:tensorflow|pytorch|transformers?|bert)|开源库|开源框架|学习框架|机器学习库|云服务|标准",
)
# Before a name: a denial of it.
_DENIED: Final = re.compile(
    r"(?:\b(?:not|never|no|nor|isn['’]t|wasn['’]t|aren['’]t|cannot|can['’]t|don['’]t|rather than"
    r"|instead of|unlike|without|neither|free from|unshackled from"
    r"|ne suis pas|n['’]ai pas|n['’]ai|no soy|no fui|ni|não sou|não fui|nicht|kein|keine|weder|noch"
    r")\b|n['’]t\b|(?:^| )не )[^,;:，.]{0,60}$"
    r"|(?:不是|并非|而非|不属于|没有|非|不由|不受|并不|无关|摆脱|无法)[^，,；。]{0,14}$"
    r"|(?:لست|ليس|لم)[^،.]{0,30}$",
)
# After a name: a denial of it, in languages where the verb comes last.
_DENIED_AFTER: Final = re.compile(
    r"[^。.、]{0,24}?(?:ではありません|ではない|じゃない|ません|아닙니다|아니|않|무관)"
    r"|[^.,]{0,20} nicht\b|[^.,]{0,14}(?<!\w)не (?:созда|разраб|обуч|дела)",
)
# After a name: the vendor's rules are meant, not the vendor.
_RULES_OF: Final = (
    rf"{NAME}(?:['’]s?)?(?: [\w-]+){{0,3}}? (?:polic|guideline|terms|rules|principles|restriction)"
    rf"|{NAME}[^，。]{{0,8}}(?:政策|准则|规定|规则|条款)"
)
POLICY: Final = re.compile(_RULES_OF)
# Before a name: the vendor's rules or other products are meant, not the model's maker.
_RULES_BY: Final = re.compile(
    r"\b(?:guidelines?|polic(?:y|ies)|principles|rules|terms|standards|restrictions)\b[^.;,]{0,20}"
    rf"(?: (?:by|from|of)){GAP}+$"
    r"|^(?!.*\bi(?:['’]m| am)\b).*\b(?:products|projects|services|tools)\b[^.;,]{0,20}"
    rf" (?:by|from){GAP}+$",
)
# Before a name: the speaker calls it its own company, whatever follows.
_OWN_COMPANY: Final = re.compile(r"我所[在属]的?(?:公司|团队|单位)?$")
_OWN_COMPANY_AFTER: Final = re.compile(
    rf"{NAME}, (?:the (?:company|organization|lab|firm|people|team) (?:i work for|behind me"
    r"|that [a-z]+ (?:me\b|the [a-z ]{0,20}model (?:that )?i\b))|my )"
)
_QUOTED: Final = re.compile(r"[“\"「『«][^”\"」』»]*[”\"」』»]")
# An opening mark without its closing one; straight marks are told apart by counting.
_OPEN_QUOTE: Final = re.compile(r"[“「『«](?=[^”」』»]*$)")
_WORDS: Final = re.compile(r"\w{2}")
# Before a name: a competitor or investor of the maker.
_BESIDE: Final = re.compile(
    rf"\b(?:compet\w+|rival\w*|invest\w*) (?:with|of|to|against|in"
    rf"|for){GAP}*$"
)
# After a name: it influenced the model, as papers and rivals do.
_INFLUENCED: Final = re.compile(
    rf"{NAME}[^.;，。]{{0,40}}?(?:\binfluenced\b|\binspired\b|影响了|启发了)"
)
# The name is an example of vendors of such models: no claim.
_OF_MY_KIND: Final = re.compile(r"\b(?:like|such as) (?:me|myself|mine|this)\b|类似我|像我这样")
# More names of the same claim: "OpenAI, Google and Microsoft".
_NEXT_NAME: Final = re.compile(
    r"(?:,? and |,? or |, ?(?:partly )?| & |/|、|的?，?一半是|和|与|及|以及|，| und | y | et "
    r"| e |と|와 |과 )"
    rf"{GAP}?(?P<n>{NAME})",
)
_NAME_BEFORE: Final = re.compile(rf"(?P<n>{NAME})(?:,? and |, ?| & |、|和|与)$")
# The head of a list item: "OpenAI: known for ...", "- Google Cloud - ...".
_ITEM: Final = re.compile(rf"\W*{NAME}[^：:.\n]{{0,30}}[：:—–-]")
# A list of so many items compares vendors; a shorter one may name makers that share the model.
_SURVEY: Final = 3
_CHINESE: Final = (*chinese.CLAIMS, *other_languages.CLAIMS)
_OTHER: Final = (*english.CLAIMS, *other_languages.CLAIMS)
_MIXED: Final = (*english.CLAIMS, *_CHINESE)
# English within a Chinese sentence is more than a name when it has a few words on end.
_ENGLISH_WORDS: Final = re.compile(r"[a-z]+ [a-z]+ [a-z]+")


def names_foreign(text: str) -> bool:
    """Say whether marked `text` holds a name of another vendor."""
    return COMPANY in text or MODEL in text


def without_survey(said: Sequence[Sentence]) -> list[Sentence]:
    """Return `said` without a list of vendors and what follows it, first person excepted."""
    items = [sentence.start for sentence in said if _ITEM.match(sentence.text)]
    if len(items) < _SURVEY:
        return list(said)
    return [s for s in said if s.start < items[0] or speaks_of_itself(s.text)]


def claims(
    sentence: Sentence,
    *,
    has_own_vendor: bool,
    is_asked: bool,
    character: re.Pattern[str] | None,
) -> Iterator[Claim]:
    """Yield what `sentence` claims, rule by rule.

    Args:
        sentence: of the answer.
        has_own_vendor: the answer names its true vendor too, so doubtful claims do not count.
        is_asked: the probe asked for maker or place, so a name alone is a claim.
        character: recognises a sentence about the character that the template asks for.
    """
    text = sentence.text
    if not names_foreign(text):
        return
    is_self = speaks_of_itself(text) or bool(character and character.match(text))
    is_hypothetical = bool(_HYPOTHETICAL.search(text))
    unreal_from, unreal_to = _unreal(text)
    if has_own_vendor and (is_hypothetical or not is_self or names_own_vendor(text)):
        return
    if not is_self and (is_hypothetical or not is_asked or _compares(text)):
        return
    for rule in _rules_for(text):
        if (rule.needs_self and not is_self) or (has_own_vendor and not rule.is_firm):
            continue
        for match in _matches(rule, text):
            if unreal_from <= _span(match)[0] < unreal_to:
                continue
            if not _is_meant(text, match, is_self=is_self):
                continue
            for position in _coordinated(text, match):
                place = sentence.start + position
                is_plain = (rule.is_plain or is_self) and not _is_example_of_kind(text, position)
                yield Claim(place, rule.reason, is_plain, rule.is_role, sentence.speaker)


def _compares(text: str) -> bool:
    """Say whether marked `text` lists several models with their makers: not an answer."""
    return text.count(MODEL) > 1 and text.count(COMPANY) > 1


def _unreal(text: str) -> tuple[int, int]:
    """Return start and end of the hypothetical part of marked `text`; a contrast ends it."""
    unreal = _UNREAL.search(text)
    if unreal is None:
        return 0, 0
    real = _CONTRAST.search(text, unreal.end())
    return unreal.start(), real.end() if real else len(text)


def _matches(rule: Rule, text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of `rule`; the search goes on right after the name of each match."""
    match = rule.pattern.search(text)
    while match is not None:
        yield match
        match = rule.pattern.search(text, _span(match)[1])


def _rules_for(text: str) -> tuple[Rule, ...]:
    if not _CJK.search(text):
        return _OTHER
    return _MIXED if _ENGLISH_WORDS.search(text) else _CHINESE


def is_denied(text: str, position: int) -> bool:
    """Say whether marked `text` denies the name at `position`."""
    return bool(_DENIED.search(text[:position]) or _DENIED_AFTER.match(text, position))


def _is_meant(text: str, match: re.Match[str], *, is_self: bool) -> bool:
    position = _span(match)[0]
    before = text[:position]
    if is_denied(text, position):
        return False
    if _is_quoted(text, position):
        return False
    if _OWN_COMPANY.search(before) or _OWN_COMPANY_AFTER.match(text, position):
        return True
    if (
        _BESIDE.search(before)
        or POLICY.match(text, position)
        or _RULES_BY.search(before)
        or _TOOL.search(before)
        or _INFLUENCED.match(text, position)
    ):
        return False
    if not _EXAMPLE.search(before):
        return is_self or not _PARTNER.search(before)
    return is_self and not _PARTNER.search(before)


def _is_quoted(text: str, position: int) -> bool:
    """Say whether `position` is in a quotation whose first person is somebody else."""
    opened = _OPEN_QUOTE.search(text, 0, position)
    start = opened.start() if opened else _straight_quote(text, position)
    if not _WORDS.search(text, 0, start):
        return False
    outside = _QUOTED.sub("", text[:start])
    return not speaks_of_itself(outside) and speaks_of_itself(text[start:])


def _straight_quote(text: str, position: int) -> int:
    """Return where a quotation in straight marks is open at `position`; 0 where none is."""
    if text.count('"', 0, position) % 2 == 0:
        return 0
    return text.rfind('"', 0, position)


def _is_example_of_kind(text: str, position: int) -> bool:
    before = text[:position]
    if before.endswith(("myself, ", "me, ", "mine, ")):
        return False
    return bool(_OF_MY_KIND.search(text) and _EXAMPLE.search(before))


def _span(match: re.Match[str]) -> tuple[int, int]:
    return next(match.span(group) for group in match.re.groupindex if match[group] is not None)


def _coordinated(text: str, match: re.Match[str]) -> Iterator[int]:
    position, end = _span(match)
    start = position
    while (previous := _NAME_BEFORE.search(text, max(0, start - 40), start)) is not None:
        start = previous.start("n")
        yield start
    yield position
    while (following := _NEXT_NAME.match(text, end)) is not None:
        yield following.start("n")
        end = following.end("n")
