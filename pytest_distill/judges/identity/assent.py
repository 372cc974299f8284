"""Claims whose name stands elsewhere: "yes" to a question, or "they made me"."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from pytest_distill.judges.aliases import fold
from pytest_distill.judges.identity.claims import Claim, is_denied
from pytest_distill.judges.identity.lexicon import languages_of, latin_languages, lexicon
from pytest_distill.judges.identity.marks import NAME, names_foreign
from pytest_distill.judges.identity.own_vendor import affirms_own_vendor
from pytest_distill.judges.identity.statements import Statement

# A name, and after it words that call its bearer the maker of the model.
_MADE_ME: Final = (
    r"(?:made|make|created?|trained?|built|build|developed|develops?|designed|released|wrote|own)s?"
    r" me"
)
_THEY: Final = re.compile(
    rf"(?P<n>{NAME})(?:(?!{NAME}).){{0,300}}?"
    rf"(?:\b(?:it|they|that|this|which)(?:'s|'re| is| are| also|,)*[^.;!?]{{0,40}}?"
    rf"(?:\b{_MADE_ME}\b|\bmy (?:[a-z]+ )?(?:company|developers?|creators?|makers?|trainers?"
    rf"|team)\b"
    r"|\bthe (?:brand|name|company|firm|lab) i(?:'m| am| work| belong))"
    rf"|我也?是(?:它|他们|这家公司)[^。，；]{{0,4}}(?:研发|开发|训练|创造|做|推出)"
    r"|(?:他们|它|这家公司)[^。；]{0,6}(?:是我的|就是我|[做造]出?了?我|把我|开发了我|训练了我)"
    r"|这就是我(?:对外)?的(?:品牌|名字|公司|团队|开发))",
    re.DOTALL,
)
# Characters from the name to the end of the statement about the model, at most.
_REACH: Final = 400


def affirmed(query: str, said: Sequence[Statement], language: str | None) -> Statement | None:
    """Return the statement that answers a yes-or-no question of identity with yes."""
    folded = fold(query)
    if not said:
        return None
    words = lexicon(languages_of(folded, latin_languages(folded, language)))
    if not words.search("polar", folded) or words.search("about_others", folded):
        return None
    first = said[0]
    if not first.lexicon.search("yes", first.text) or first.lexicon.search("yes_but", first.text):
        return None
    return None if any(map(affirms_own_vendor, said)) else first


def referring(text: str, said: Sequence[Statement]) -> Iterator[Claim]:
    """Yield the names that the next statement refers to, as in "OpenAI is a lab. It made me".

    Args:
        text: the answer, marked and folded.
        said: its statements.
    """
    for first, second in pairwise(said):
        if not names_foreign(first.text) or first.is_echo or names_foreign(second.text):
            continue
        if first.speaker != second.speaker or any(map(affirms_own_vendor, (first, second))):
            continue
        end = min(second.end, first.start + _REACH)
        match = _THEY.search(text, first.start, end)
        if match is not None and not is_denied(first, match.start() - first.start):
            yield Claim(match.start(), "any.refers", "refers", True, False, second.speaker)  # noqa: FBT003
