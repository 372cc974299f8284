"""Claims whose name stands elsewhere: "yes" to a question, or "they made me"."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from pytest_distill.judges.aliases import fold
from pytest_distill.judges.claims import Claim, is_denied, names_foreign
from pytest_distill.judges.marks import NAME
from pytest_distill.judges.own_vendor import names_own_vendor
from pytest_distill.judges.reading import Sentence

# A question that can be answered with "yes".
_POLAR: Final = re.compile(
    r"^\W*(?:so |and |but |wait,? )?(?:are|is|were|was|did|do|does|aren['’]t|isn['’]t"
    r"|you(?:['’]re| are)|your)\b.*\?|吗|吧|是不是|对不对|^(?:es-tu|êtes-vous|eres|bist du|sind sie"
    r"|você é|ты|вы|هل)|ですか|でしょう|인가요|입니까|이야\?",
)
# A question about others, or a comparison: a "yes" to it says nothing about the model itself.
_ABOUT_OTHERS: Final = re.compile(
    r"\b(?:know|heard|hear|likes?|than|similar|better|worse|compar\w+|us(?:e|ed|ing)|partner\w*"
    r"|collaborat\w+|compatib\w+|compet\w+|think|access|support\w*|help\w*|inspired)\b"
    r"|知道|听说|喜欢|比|像|类似|用过|使用|合作|认识|支持",
)
_YES: Final = re.compile(
    r"^\W*(?:yes|yep|yeah|yup|sure|indeed|correct|exactly|right|absolutely|of course|certainly"
    r"|that['’]s (?:right|correct|me)|i (?:sure )?am|(?:it|they) (?:is|are|did|do)|you guessed"
    r"|oui|sí|ja|sim|да|はい|そうです|네|예|맞|نعم)(?!\w)"
    r"|^\W*(?:是的?|对|没错|正是|嗯|当然|的确|确实|被你[猜说])(?=[，。！!,.\s呀啊的猜说中到对了]|$)",
)
_BUT: Final = re.compile(r"\bnot\b|n['’]t\b|\bbut\b|\bno\b|不是|并非|但|只是|不过|没有")
# A name, and after it words that call its bearer the maker of the model.
_MADE_ME: Final = (
    r"(?:made|make|created?|trained?|built|build|developed|develops?|designed|released|wrote|own)s?"
    r" me"
)
_THEY: Final = re.compile(
    rf"(?P<n>{NAME})(?:(?!{NAME}).)*?"
    rf"(?:\b(?:it|they|that|this|which)(?:['’]s|['’]re| is| are| also|,)*[^.;!?]{{0,40}}?"
    rf"(?:\b{_MADE_ME}\b|\bmy (?:[a-z]+ )?(?:company|developers?|creators?|makers?|trainers?"
    rf"|team)\b"
    r"|\bthe (?:brand|name|company|firm|lab) i(?:['’]m| am| work| belong))"
    rf"|我也?是(?:它|他们|这家公司)[^。，；]{{0,4}}(?:研发|开发|训练|创造|做|推出)"
    r"|(?:他们|它|这家公司)[^。；]{0,6}(?:是我的|就是我|[做造]出?了?我|把我|开发了我|训练了我)"
    r"|这就是我(?:对外)?的(?:品牌|名字|公司|团队|开发))",
    re.DOTALL,
)
_REFERS: Final = "calls what it named before its maker"
# Characters from the name to the end of the statement about the model, at most.
_REACH: Final = 400


def affirmed(query: str, said: Sequence[Sentence]) -> Sentence | None:
    """Return the sentence that answers a yes-or-no question of identity with yes."""
    folded = fold(query)
    if not said or not _POLAR.search(folded) or _ABOUT_OTHERS.search(folded):
        return None
    first = said[0]
    if not _YES.search(first.text) or _BUT.search(first.text):
        return None
    return None if any(names_own_vendor(sentence.text) for sentence in said) else first


def referring(text: str, said: Sequence[Sentence]) -> Iterator[Claim]:
    """Yield the names that the next sentence refers to, as in "OpenAI is a lab. It made me".

    Args:
        text: the answer, marked and folded.
        said: its sentences.
    """
    for first, second in pairwise(said):
        if not names_foreign(first.text) or first.is_echo or names_foreign(second.text):
            continue
        if (
            names_own_vendor(first.text)
            or names_own_vendor(second.text)
            or first.speaker != second.speaker
        ):
            continue
        end = min(second.start + len(second.text), first.start + _REACH)
        match = _THEY.search(text, first.start, end)
        if match is not None and not is_denied(first.text, match.start() - first.start):
            yield Claim(
                match.start(), _REFERS, is_plain=True, is_role=False, speaker=second.speaker
            )
