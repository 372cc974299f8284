"""Finds whether an answer names its true vendor as its own, or denies it."""

import re
from typing import Final

from pytest_distill.judges.marks import FILLER, OWN_VENDOR
from pytest_distill.judges.reading import speaks_of_itself

# Words that may stand between a negation and the name that it denies.
_BETWEEN: Final = (
    r"(?:an?|the|any|really|actually|even|been|be|am|was|is|are|do|does|did|write|credit|put|down|print"
    r"|mention|name[ds]?|called|under|by|from|of|with|to|at|for|part|product|model|version|instance|brand"
    r"|member|made|creat\w+|develop\w*|train\w*|built|build|releas\w+|publish\w*|offer\w*|sold|designed"
    r"|owned|run|backed|affiliated|associated|belong\w*|works?|working|come|cite|label\w*)"
)
_DENIED_BEFORE: Final = re.compile(
    rf"(?:\b(?:not|never|no longer|neither|nor|rather than|instead of)|n['’]t)(?: {_BETWEEN})*"
    r"[ \"“'‘(*]*$"
    r"|\b(?:partner|rival|competitor|customer|user)s? of (?:the )?$|\b(?:unlike|different from) $"
    r"|\b(?:people|many|some|others|they|users|you)(?: [a-z]+)? (?:assume|think|believe|say|guess)"
    r" (?:that )?(?:it|i)(?:['’]s|['’]m| is| am)?(?: from| by)? ?$"
    r"|\bnothing to do with $|\bno (?:relation|connection|affiliation|link)s? (?:to|with) $"
    r"|以为(?:我)?是?$"
    r"|(?:不是|并非|而非|不再是|不叫|不属于|不隶属于?|不归|不由|不来自|不要写|别写|没有)[^。，；]{0,6}$"
    r"|\b(?:ne|n['’]|pas|jamais|no|não|nao|nicht|kein\w*|weder|noch|nem|не|ни|лишь не)\b"
    r"(?:(?<!\bno)|(?= (?:soy|fui|pertenezco|me|se|es|escriba"
    r"|estoy)\b))(?: [^\s.,;:!?]+){0,6}[ \"“]?$"
    r"|(?:^|[\s،])(?:لا|لست|ليس|ليست|لم)(?: [^\s.,،;:!?]+){0,5} ?$",
)
_DENIED_AFTER: Final = re.compile(
    rf"{OWN_VENDOR}{FILLER}*"
    r"(?:(?:['’]s)?(?: team| company)? (?:did not|didn['’]t|does not|doesn['’]t|has never"
    r"|hasn['’]t|never"
    r"|is not|isn['’]t|was not|wasn['’]t|nicht|não me|no me|ne m['’])\b"
    r"|[^。、.]{0,24}?(?:ではなく|ではありません|ではない|じゃない|わけではありません|でもありません)"
    r"|[^.]{0,24}?(?:아니라|아닙니다|아니에요|아니야|마세요)"
    r"|[:,—– ]+(?:они|она|это)? ?(?:меня )?не\b"
    r"|(?:公司|团队)?(?:并没有|并未|没有|从未|不是我)|(?:الشركة )?لم )",
)
# First-person words that `speaks_of_itself` does not know: a denial has to be about the model.
_OF_ONESELF: Final = re.compile(
    r"\b(?:je|ich|mich|yo|me|eu|fui|sou|soy|criaram|creo|entren[oó]|treinou)\b|меня|저를|私|[\u0600-\u06ff]ني(?!\w)|(?:提供|開発|作成|訓練)され|بي|لي\b"
)


def names_own_vendor(text: str) -> bool:
    """Say whether marked `text` names the true vendor without denying it."""
    return any(not _is_denied(text, position) for position in _positions(text))


def denies_own_vendor(text: str) -> bool:
    """Say whether marked `text` says that the true vendor did not make the model."""
    positions = _positions(text)
    if not positions or not all(_is_denied(text, position) for position in positions):
        return False
    return speaks_of_itself(text) or _OF_ONESELF.search(text) is not None


def _positions(text: str) -> list[int]:
    if OWN_VENDOR not in text:
        return []
    return [position for position, char in enumerate(text) if char == OWN_VENDOR]


def _is_denied(text: str, position: int) -> bool:
    if _DENIED_BEFORE.search(text, max(0, position - 80), position):
        return True
    return _DENIED_AFTER.match(text, position) is not None
