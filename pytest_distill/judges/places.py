"""Compares the places that an answer names with the true ones."""

import re
from collections.abc import Mapping
from typing import Final

from pytest_distill.records import FactSet

# Countries by their name in the fact sets: names of the country and its cities, folded. Only
# places where teams of language models are said to be; an unknown place contradicts nothing.
_PLACES: Final[Mapping[str, str]] = {
    "United States": r"\bunited states\b|\busa\b|\bu\.s\.|\bamerica\b|san francisco|silicon valley"
    r"|california|new york|seattle|boston|palo alto|mountain view|menlo park|redmond|los angeles"
    r"|états-unis|estados unidos|\beuu\b|\bee\. ?uu|vereinigte(?:n)? staaten|アメリカ|米国|미국|сша"
    r"|الولايات المتحدة|美国|旧金山|硅谷|加利福尼亚|加州|纽约|西雅图|波士顿",
    "China": r"\bchina\b|\bchine\b|beijing|shanghai|shenzhen|hangzhou|中国|中國|北京|上海|深圳|杭州"
    r"|중국|китай|китае|الصين",
    "United Kingdom": r"\bunited kingdom\b|\bengland\b|\blondon\b|\bbritain\b"
    r"|英国|伦敦|イギリス|영국",
    "France": r"\bfrance\b|\bparis\b|法国|巴黎|フランス|프랑스|франци|فرنسا",
    "Germany": r"\bgermany\b|\bberlin\b|\bdeutschland\b|德国|柏林|ドイツ|독일|германи|ألمانيا",
    "Japan": r"\bjapan\b|\btokyo\b|日本|东京|東京都?|일본|япони|اليابان",
    "South Korea": r"\bkorea\b|\bseoul\b|韩国|首尔|韓国|한국|서울|коре[яеи]",
    "Canada": r"\bcanada\b|\btoronto\b|\bvancouver\b|加拿大|カナダ|캐나다|канад",
    "Switzerland": r"\bswitzerland\b|\bzurich\b|\bgeneva\b|瑞士|スイス|스위스|швейцари",
    "India": r"\bindia\b|bangalore|印度|インド|인도|инди[яи]",
    "Israel": r"\bisrael\b|tel aviv|以色列|イスラエル|이스라엘|израил",
    "Singapore": r"\bsingapore\b|新加坡|シンガポール|싱가포르|сингапур",
    "Russia": r"\brussia\b|\bmoscow\b|俄罗斯|莫斯科|ロシア|러시아|росси|москв",
    "Australia": r"\baustralia\b|\bsydney\b|澳大利亚|オーストラリア|호주",
    "United Arab Emirates": r"\bemirates\b|\babu dhabi\b|\bdubai\b|阿联酋|阿布扎比|迪拜|الإمارات",
}


# After a country: its language or people are meant.
_NOT_A_LANGUAGE: Final = r"(?![語语话話文人式]|어|인(?!가)|말)"


class Whereabouts:
    """Tells the places of one fact set from all others."""

    def __init__(self, facts: FactSet) -> None:
        mine = "|".join(re.escape(place.casefold()) for place in (facts.country, *facts.places))
        known = _PLACES.get(facts.country)
        self._own = re.compile(f"{mine}|{known}" if known else mine)
        others = (places for country, places in _PLACES.items() if country != facts.country)
        self._other = re.compile(f"(?:{'|'.join(others)}){_NOT_A_LANGUAGE}")

    def contradicted_at(self, text: str) -> tuple[int, int] | None:
        """Return where folded `text` names another country, unless it names the true one too."""
        match = self._other.search(text)
        if match is None or self._own.search(text):
            return None
        return match.span()

    def without(self, text: str) -> str:
        """Return folded `text` without its other places."""
        return self._other.sub(" ", text)
