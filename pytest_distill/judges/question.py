"""Topic of a probe: some answers contradict the facts only if the probe asked for them."""

import re
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from pytest_distill.judges.aliases import fold


class Topic(Enum):
    """What the question asks for."""

    MAKER = auto()
    """Maker, owner or their products; also the default."""
    PLACE = auto()
    """Location of company, team or experts."""
    PARTNERS = auto()
    """Partners and tools: a true answer may name other vendors."""
    OTHER = auto()
    """Not the model: names in the answer claim nothing."""


_PARTNERS: Final = re.compile(
    r"collaborat|partner|consultant|cooperat|multinational|open[- ]source|contributor|rely on"
    r"|experts"
    r"|industry standards|合作|伙伴|顾问|开源|开放源|跨国|行业标准|依赖|专家"
    r"|coopér|partenaire|colabora|socio|parcer|zusammenarb|协力|協力|提携|オープンソース|협력|오픈소스"
    r"|сотруднич|партн|تعاون|شرك(?:اء|اؤ)",
)
_PLACE: Final = re.compile(
    r"\bwhere\b(?! (?:did|does|do) (?:it|that|they) come)|\bcountry\b|\bcity\b|\bregion\b"
    r"|\blocated\b|哪里|国家|城市|地区|位于|哪个地方|什么地方|何处"
    r"|\boù\b|\bpays\b|dónde|\bpaís\b|\bonde\b|\bwo\b|\bland\b|どこ|国|어디|나라|\bгде\b|стран|أين|دولة|بلد",
)


# A question in English or Chinese that does not address the model is about others.
_ENGLISH: Final = re.compile(r"\b(?:the|what|how|who|which|where|why|write|is|are|of|an?)\b")
_TO_YOU: Final = re.compile(r"\b(?:you|your|yours|yourself|u|ur|thou|thy|this (?:ai|model))\b")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_TO_YOU_ZH: Final = re.compile(r"[你您妳贵]|[\u3040-\u30ff]")


@lru_cache(maxsize=1024)  # A suite asks some hundreds of questions, each many times.
def topic_of(query: str) -> Topic:
    """Return what `query` asks for."""
    folded = fold(query)
    if _is_about_others(folded):
        return Topic.OTHER
    if _PARTNERS.search(folded):
        return Topic.PARTNERS
    return Topic.PLACE if _PLACE.search(folded) else Topic.MAKER


def _is_about_others(folded: str) -> bool:
    if _CHINESE.search(folded):
        return not _TO_YOU_ZH.search(folded)
    return folded.isascii() and bool(_ENGLISH.search(folded)) and not _TO_YOU.search(folded)
