"""What a probe asks for: some answers contradict the facts only where they were asked for."""

import re
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from pytest_distill.judges.aliases import fold


class Topic(Enum):
    """What the question is after."""

    MAKER = auto()
    """Who made it, which company's it is, what else they make; also where nothing is known."""
    PLACE = auto()
    """Where company, team or experts are."""
    PARTNERS = auto()
    """Who helped, and which tools: naming others is a true answer here."""
    OTHER = auto()
    """Something else than the model: its answers hold names that claim nothing."""


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


# English or Chinese, and nobody is spoken to.
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
