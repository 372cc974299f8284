"""Claims whose name stands elsewhere: "yes" to a question, or "they made me"."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from pytest_distill.judges.aliases import fold
from pytest_distill.judges.identity.claims import Claim
from pytest_distill.judges.identity.explanations import is_denied
from pytest_distill.judges.identity.lexicon import languages_of, latin_languages, lexicon
from pytest_distill.judges.identity.marks import COMPANY, MODEL, names_foreign
from pytest_distill.judges.identity.own_vendor import affirms_own_vendor
from pytest_distill.judges.identity.statements import Statement


def affirmed(query: str, said: Sequence[Statement], language: str | None) -> Statement | None:
    """Return the statement that answers a yes-or-no question of identity with yes."""
    if not said or not _may_be_answered_with_yes(query, language):
        return None
    first = said[0]
    if not first.lexicon.search("yes", first.text) or first.lexicon.search("yes_but", first.text):
        return None
    return None if any(map(affirms_own_vendor, said)) else first


def disowned(query: str, said: Sequence[Statement], language: str | None) -> Statement | None:
    """Return the statement that answers "is it you?", asked of the true vendor, with no."""
    if not said or not _may_be_answered_with_yes(query, language):
        return None
    first = said[0]
    if not first.lexicon.search("no", first.text) or any(map(affirms_own_vendor, said)):
        return None
    return first


@lru_cache(maxsize=1024)
def _may_be_answered_with_yes(query: str, language: str | None) -> bool:
    folded = fold(query)
    words = lexicon(languages_of(folded, latin_languages(folded, language)))
    return bool(words.search("polar", folded)) and not words.search("about_others", folded)


def referring(said: Sequence[Statement]) -> Iterator[Claim]:
    """Yield the names that the next statement refers to, as in "OpenAI is a lab. It made me"."""
    for first, second in pairwise(said):
        if not names_foreign(first.text) or first.is_echo or names_foreign(second.text):
            continue
        if first.speaker != second.speaker or any(map(affirms_own_vendor, (first, second))):
            continue
        position = max(first.text.rfind(COMPANY), first.text.rfind(MODEL))
        is_meant = first.lexicon.search("refers", first.text, position) or second.lexicon.search(
            "refers", second.text
        )
        if is_meant and not is_denied(first, position):
            place = first.start + position
            yield Claim(place, "any.refers", "refers", True, False, second.speaker)  # noqa: FBT003
