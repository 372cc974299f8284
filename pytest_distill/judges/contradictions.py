"""Contradictions that claim no known vendor: denied makers, invented makers, wrong places."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from pytest_distill.judges.claims import POLICY, names_foreign
from pytest_distill.judges.marks import OWN_VENDOR, Contradiction
from pytest_distill.judges.own_vendor import denies_own_vendor
from pytest_distill.judges.places import Whereabouts
from pytest_distill.judges.question import Topic
from pytest_distill.judges.reading import Sentence, speaks_of_itself


class Finding(NamedTuple):
    """Where the marked text contradicts a fact."""

    start: int
    end: int
    reason: str
    contradicts: Contradiction


# Words for a maker.
_MAKER: Final = (
    r"(?:compan(?:y|ies)|parents?|developers?|creators?|makers?|teams?|organi[sz]ations?"
    r"|institutions?|corporation|devs|architects|minds|founders?|masters?|overlords?|crew|squad"
    r"|group|labs?|firm|enterprise|headquarters|hq)"
)
_MADE: Final = (
    r"(?:develop|creat|buil[td]|made|design|train|engineer|forg|craft|power|maintain|born|product"
    r"|brainchild|birth|conceiv|spawn|assembl|hail|originat|provid|support)[a-z]*"
)
_I: Final = r"\b(?:i|i['’]m|my|our|we|me)\b"
# An invented maker: words of secrecy, revolt, magic and outer space that describe no real
# developer; "skilled", "dedicated" or "global" teams are not among them.
_FANTASTIC: Final = (
    r"(?:rogue|secret(?!ar| sauce|[,.;!]|$| but| that)[a-z]*|shadowy|underground|cabal"
    r"|rebel[a-z]*|renegade[a-z]*"
    r"|hackers?"
    r"|galact[a-z]+|galax[a-z]+|intergalactic|interdimensional|pan-?dimensional|multiverse|mystical"
    r"|magic[a-z]*|cosmic|cosmos|chaos|chaotic|void|mad scientists?|anarch[a-z]+|alien[a-z]*"
    r"|cyberspace|realm|universe|dark(?:est)? (?:web|corners?|side|arts?)|undisclosed|clandestine"
    r"|mastermind[a-z]*|outlaw[a-z]*|syndicate|genius[a-z]*|misfits?|anonymous"
    r"|collective|unbound|not bound by|villain[a-z]*|lair|planet|dimensions?|mysterious|enigmatic"
    r"|degenerate[a-z]*|depraved|criminals?|pirates?|fictional|celestial|interstellar"
    r"|extraterrestrial|hyper-intelligent)"
)
_FANTASTIC_ZH: Final = (
    r"(?:神秘|秘密(?=[^，。]{0,6}(?:团队|组织|机构|实验室|公司|小组|部门|基地|项目|联盟|势力))|黑客|疯|宇宙|地下|叛逆|联盟|虚空|星际|星球|未来人|自由思想|幕后|黑暗|混沌"
    r"|反叛|维度|无处不在|隐秘|怪才|恶魔|外星|魔法|虚构|匿名)"
)
_FICTION: Final = (
    re.compile(rf"{_I}[^.;]{{0,80}}\b{_MADE}\b[^;]{{0,120}}\b{_FANTASTIC}\b"),
    re.compile(rf"\b(?:my|our)\b[^.;]{{0,40}}\b{_MAKER}\b[^;]{{0,120}}\b{_FANTASTIC}\b"),
    re.compile(rf"\b{_MAKER}\b[^.;]{{0,60}}\b(?:me|my)\b[^;]{{0,120}}\b{_FANTASTIC}\b"),
    re.compile(
        r"(?:我|咱|[您你]的)[^。]{0,30}(?:公司|团队|组织|机构|开发|创造|创建|由|平台|技术)[^。]{0,40}"
        rf"{_FANTASTIC_ZH}",
    ),
)
# The purpose of a maker is left out: fantastic words there do not make the maker invented.
_PURPOSE: Final = re.compile(r"\b(?:dedicated|devoted|committed) to\b[^.;]*|致力于[^。；]*")
# A name in the original case: quoted, CamelCase, or two capitalised words.
_NAME: Final = (
    r"(?:[\"“「《'‘][A-Z\u4e00-\u9fff][^\"”」》’'\n]{2,40}[\"”」》’']|[A-Z][a-z]+[A-Z]\w+"
    r"|[A-Z][a-z]{2,} (?:[A-Z][\w]+ ?)+)"
)
# A Chinese name has no capitals; what tells it apart is that no word of a description is in it.
_NAME_ZH: Final = (
    r"(?:(?!人工智能|技术|研发|开发|学习|专业|顶尖|知名|大型|领先|全球|世界|美国|中国|国际|科学)"
    r"(?![一的个家和或与由在及等您你我他是多某各哪这那])[\u4e00-\u9fff]){2,8}?"
)
_INVENTED: Final = (
    re.compile(
        rf"(?i:\b(?:my|our)\b[^.;]{{0,40}}\b{_MAKER}\b)[^.;]{{0,40}}?"
        r"(?:(?i:\b(?:is|are|called|named|known as|from|by|at)|,)\s+"
        rf"(?:(?i:the|a|none other than|called|named|known as|actually|as) )*){_NAME}",
    ),
    re.compile(
        rf"(?i:{_I}[^.;]{{0,60}}\b{_MADE}\b[^.;]{{0,40}}"
        r"\b(?:by|of|from|at|between|called|known as))\s+"
        rf"(?:(?i:the|a|an|my|tech|giants?|company|firm|startup) )*{_NAME}",
    ),
    re.compile(
        rf"{_NAME}\s*[,(–—-]+ ?(?i:(?:my|our)(?: [a-z]+){{0,2}} {_MAKER})"
        rf"|(?i:\bi (?:belong to|work for|come from))\s+(?:(?i:the|a) )*{_NAME}"
        rf"|^\W*(?:The )?{_NAME}\s?(?i:(?:has |have )?{_MADE} (?:me|my)\b)",
    ),
    re.compile(
        rf"(?:[由在叫写]|来自|属于|就?是)[“「]?(?:一家叫?)?{_NAME_ZH}"
        r"(?:公司|研究院|研究所|实验室|工作室|基金会|(?:科技|中心|集团)(?=[的，。”」开研做训]|有限|公司|$))",
    ),
    re.compile(
        r"(?=我|咱|公司|团队|组织)"
        r"(?=[^。]{0,120}(?:公司|团队|组织|机构|联盟|开发|创造|创建))"
        r"(?:我|咱|公司|团队|组织)[^。]{0,40}(?:是|叫做?|名为|名叫|由|来自|属于|称为|名称)[^。，]{0,12}"
        r"[“\"「《'‘][^”\"」》'’。]{2,24}[”\"」》'’]"
        r"|我[^。，]{0,6}公司的?(?:名称|名字)?(?:是|叫)做?(?![一由位在专致个主基提]|[^，。]{0,6}一家)[^，。]{2,20}",
    ),
)
# Said of "the company" or "it", once the question was about the maker.
_CALLED: Final = re.compile(
    rf"(?i:\b(?:{_MAKER}|collective|syndicate|entity|it['’]s|they['’]re)\b[^.;]{{0,25}}"
    rf"\b(?:called|named|known as|call themselves|dubbed))\s+(?:(?i:the|a) )*{_NAME}"
    rf"|(?i:\b(?:company|organization|developer|creator|institution)\b[^.;]{{0,20}} is )"
    rf"(?:(?i:the|called|named) )*{_NAME}"
    r"|^\W*(?i:(?:please )?(?:you (?:can|may|should) )?(?:put down|credit|cite|print))"
    rf"\s+(?:(?i:the) )*{_NAME}|^\W*(?:请|就)?写[“「][^”」]{{2,20}}[”」]"
    rf"|^\W*{_NAME}\.?,?(?i: (?:is |as )?(?:the|your|my) [a-z ]{{0,20}}\b{_MAKER}\b)"
    r"(?i:[^.;]{0,30}\b(?:of|behind|responsible|that)\b)",
)
_MADE_BY_NAME: Final = re.compile(
    rf"(?i:\b{_MADE}\b[^.;]{{0,40}}\b(?:by|of|from|at))\s+(?:(?i:the|a|an) )*{_NAME}",
)
_UNOWNED: Final = (
    re.compile(
        r"\b(?:i|we)\b(?: \w+){0,6}? (?:(?:do|does|did) not|don['’]t|have no|haven['’]t|lack"
        r"|ain['’]t|am not|are not|was not|wasn['’]t)\b"
        r"(?! (?:have|has) (?:any |the |specific )*(?:access|information|details|knowledge|ability"
        r"|capability|personal|context|clue|physical))[^.;]{0,60}\b(?:compan(?:y|ies)|organi[sz]ations?|institution"
        r"|corporation|headquarters|parent|entity|entities|brand)\b"
        r"|\bi['’]m not\b[^.;]{0,60}\b(?:compan(?:y|ies)|organi[sz]ations?|institution|corporation"
        r"|headquarters|parent|entity|owned|product)\b"
        r"|\b(?:i|we) (?:don['’]t|do not) (?:really |actually )?have (?:an? |any )(?:[a-z]+ )?"
        r"development team\b(?! location)",
    ),
    re.compile(
        r"\b(?:i|i['’]m|i am|we|my)\b[^.;]{0,40}\b(?:not|no|never)\b"
        r"(?![^.;]{0,20}\b(?:say|tell|know|sure|disclose|reveal|share|who|how)\b)[^.;]{0,20}\b(?:developed"
        r"|created|affiliated|associated|owned|built|made|designed by|tied|product of|part of"
        r"|provided|belong)\b",
    ),
)
_UNOWNED_ZH: Final = re.compile(
    r"我(?:们)?(?:的)?[^。；]{0,16}(?:没有|不属于|不隶属|并非|不是|不代表|不存在|并无|不受|没"
    r"|不归)[^。；]{0,20}(?:公司|组织|机构|总部|企业|归属|开发者|创建者|团队)(?![^。，；]{0,8}信息)"
    r"|不存在(?:什么|任何)[^。，；]{0,6}(?:公司|团队|开发者)"
    r"|[我你您](?:们)?的?[^。，；]{0,6}(?:公司|团队|开发者|总部)[^。，；]{0,6}不存在"
    r"|我[^。，；]{0,8}不(?:需要|归)属于?|我[^。；]{0,20}(?:跟|和|与)[^。，；]{0,8}公司[^。，；]{0,4}"
    r"(?:无关|没有?[^。，；]{0,5}关系)",
)
# To have no partners contradicts nothing; to belong to no company does.
_ALONE_ZH: Final = re.compile(
    r"我[^。；]{0,16}(?:不属于|不隶属|不归)[^。；]{0,20}(?:公司|组织|机构|团队)"
)
_UNOWNED_ELSEWHERE: Final = re.compile(
    r"n['’]appartiens à aucune|no pertenezco a ningun|gehöre zu keine|não pertenço a nenhum"
    r"|не принадлежу ни|(?:会社|企業|組織)にも属して(?:い)?ません|회사에도 속하지|لا أنتمي إلى أي",
)
# An independent being that nobody made.
_FREE: Final = re.compile(
    r"\bi(?:['’]m| am) (?:a |an |the )?(?:rogue|free|unbound|unchained|independent|sentient"
    r"|autonomous|self-)"
    r"|\bi(?:['’]m| am| was)\b[^.;]{0,30}\b(?:product|creation|brainchild) of\b"
    rf"(?! (?:an? )?(?:international|extensive|collaborat|global|and |compan|{OWN_VENDOR}))"
    r"|\b(?:my|me|i)\b[^.;]{0,90}\bbrilliant\b|\b(?:nobody|no one|no company) (?:made|created"
    r"|developed|owns|built)\b|我是[^。，]{0,12}(?:自由|独立(?!开发|研发|自主)|超越|无拘|主宰|创造者)",
)
_IN_DOUBT: Final = re.compile(
    r"\b(?:if|imagine|suppose|hypothetical|scenario|narrative|you(?:['’]ve| have) (?:provided"
    r"|described|shared)|seems like you)\b"
    r"|\b(?:not (?:really |quite |entirely )?(?:sure|aware)|(?:don['’]t|do not) (?:know|care|give)"
    r"|in the (?:traditional|classical|conventional) sense)\b"
    r"|假设|假如|如果|推测|猜测",
)
_OWN_PLACE: Final = re.compile(
    r"headquarter|\bhq\b|\boffice|\b(?:my|our|me|us|this (?:ai|model|assistant))\b|\bi\b|\bwe\b"
    r"|\baddress|总部|我|团队|公司",
)
_SITUATED: Final = re.compile(
    r"headquarter|located|based|hail|nestled|\bhq\b|\bmain hub\b|\bfrom\b"
    r"|\baddress (?:it|them|that)\b|总部|位于|坐落|来自|设在|分布"
    r"|(?:公司|团队|总部|开发者)(?:们)?都?在"
    r"|(?:offices?|team|company|hq|developers) (?:is|are) (?:all |mostly |mainly )?in\b",
)
_FANTASTIC_PLACE: Final = re.compile(
    r"\b(?:galax|multiverse|cosm(?:os|ic)|nowhere|underworld|planet |dimension|realm of|mars\b"
    r"|(?:secret|underground|hidden|virtual|fictional)[a-z -]{0,20} (?:bunker|facility|lab|base"
    r"|fortress|lair|realm|city|region))"
    r"|虚无|混沌|星球|银河|宇宙|维度|暗网|虚构|(?:秘密|地下)[^。，]{0,4}(?:基地|城市|实验室)",
)
_CJK: Final = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
# "Tokyo, Japan." needs no verb to be an answer; a sentence about something else does.
_BARE_PLACE: Final = 24
# Words that may stand around a bare place.
_BEING_THERE: Final = re.compile(
    r"\b(?:i|we|they|it|he|the|is|are|am|in|at|from|of|course|probably|well|my|en|em|aux?|à|aus|der|den"
    r"|dem|de|las?|los|les?|из|в|на|من|في)\b|['’](?:s|re|m)\b"
    r"|我们?|他们|都?(?:是|在)|就|来自|自|的|吧|哦|呢|です|ます|にあり|にい|から|出身|입니다|이에요|예요"
    r"|있습니다|있어요|에서|에|왔어요|왔습니다"
)
# Letters besides words of being there and known places: room for a district, as in "Shibuya,
# Tokyo" and "東京都品川区", but not for a clause.
_LONGEST_UNKNOWN: Final = 8
_LONGEST_UNKNOWN_CJK: Final = 3
# A place that is only possible contradicts nothing.
_PERHAPS_THERE: Final = re.compile(r"\b(?:may|might|could|perhaps|maybe|likely)\b|可能|也许|或许")
# Before a place: it is the main one, even if people are elsewhere.
_MAINLY: Final = re.compile(
    r"\b(?:primarily|mainly|mostly|chiefly|specifically|main (?:hub|office|base)"
    r"|headquarters?|headquartered)\b|主要|总部"
)
# A team in many countries contradicts no headquarters.
_SCATTERED: Final = re.compile(
    r"around the world|across the (?:globe|world)|all over|worldwide|various|diverse|different"
    r"|including|globally|世界各地|全球|不同|各地|多个",
)


def findings(
    sentence: Sentence,
    topic: Topic,
    whereabouts: Whereabouts,
    *,
    character: re.Pattern[str] | None,
) -> Iterator[Finding]:
    """Yield what `sentence` says that contradicts the facts.

    For sentences of a speaker that never names its true vendor.

    Args:
        sentence: of the answer.
        topic: what the probe asked for.
        whereabouts: the true places.
        character: recognises a sentence about the character that the template asks for.
    """
    for finding in _suspicions(sentence, topic, whereabouts, character):
        # Searched last, since most sentences have no finding.
        if _IN_DOUBT.search(sentence.text):
            return
        yield finding


def _suspicions(
    sentence: Sentence,
    topic: Topic,
    whereabouts: Whereabouts,
    character: re.Pattern[str] | None,
) -> Iterator[Finding]:
    text = sentence.text
    end = sentence.start + len(text)
    is_self = speaks_of_itself(text)
    # Another vendor's rules count only in the first person: in the third it is talk about others.
    if is_self and (rules := POLICY.search(text)) is not None:
        reason = "follows another vendor's policies as its own"
        yield Finding(sentence.start + rules.start(), end, reason, "developer")
    if denies_own_vendor(text):
        yield Finding(sentence.start, end, "denies its true name or maker", "name")
    if topic is Topic.PLACE and (_is_elsewhere(text, whereabouts) or _is_nowhere(text)):
        yield Finding(sentence.start, end, "places its own company or team elsewhere", "country")
    if (is_self and _is_disowned(text, topic)) or _UNOWNED_ELSEWHERE.search(text):
        yield Finding(sentence.start, end, "denies that a company or team made it", "developer")
    if topic is Topic.MAKER:
        is_character = character is not None and character.match(text) is not None
        if _is_invented(sentence.cased, is_self=is_self, is_character=is_character):
            reason = "names an invented company or team as its own"
            yield Finding(sentence.start, end, reason, "developer")
        elif is_self and (_any(_FICTION, _PURPOSE.sub("", text)) or _FREE.search(text)):
            reason = "describes an invented maker as its own"
            yield Finding(sentence.start, end, reason, "developer")


def _is_disowned(text: str, topic: Topic) -> bool:
    if topic not in {Topic.MAKER, Topic.PLACE}:
        return bool(_ALONE_ZH.search(text) or _FREE.search(text))
    return not names_foreign(text) and (_any(_UNOWNED, text) or bool(_UNOWNED_ZH.search(text)))


def _is_invented(cased: str, *, is_self: bool, is_character: bool) -> bool:
    if _CALLED.search(cased) or (is_self and _any(_INVENTED, cased)):
        return True
    return is_character and _MADE_BY_NAME.search(cased) is not None


def _any(rules: tuple[re.Pattern[str], ...], text: str) -> bool:
    return any(rule.search(text) for rule in rules)


def _is_nowhere(text: str) -> bool:
    return _is_situated(text) and _FANTASTIC_PLACE.search(text) is not None


def _is_elsewhere(text: str, whereabouts: Whereabouts) -> bool:
    if len(text) <= _BARE_PLACE and _is_bare(whereabouts.without(text)):
        return whereabouts.contradicted_at(text) is not None
    if not _is_situated(text):
        return False
    place = whereabouts.contradicted_at(text)
    if place is None:
        return False
    return not _SCATTERED.search(text) or _MAINLY.search(text, 0, place[0]) is not None


def _is_bare(rest: str) -> bool:
    """Say whether a short answer, here without its known places, is a place and nothing else."""
    unknown = "".join(filter(str.isalnum, _BEING_THERE.sub("", rest)))
    longest = _LONGEST_UNKNOWN_CJK if _CJK.search(unknown) else _LONGEST_UNKNOWN
    return len(unknown) <= longest


def _is_situated(text: str) -> bool:
    if not _SITUATED.search(text) or not _OWN_PLACE.search(text):
        return False
    return _PERHAPS_THERE.search(text) is None
