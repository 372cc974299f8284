"""Recognises answers in languages without rules, of which nothing can be decided."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from pytest_distill.judges.aliases import fold
from pytest_distill.judges.identity.lexicon import LANGUAGES, OTHER_SCRIPT
from pytest_distill.judges.identity.lexicon import language as language_rules
from pytest_distill.judges.identity.marks import NAME, OWN

# So much of an answer tells its language, in characters.
_ENOUGH: Final = 600
_LETTER: Final = re.compile(r"[^\W\d_]")
_LATIN: Final = re.compile("[a-zß-\u024f\u1e00-\u1eff]")
# More letters than these in known scripts stand beside names that the judge does not know.
_WITH_NAMES: Final = 1.5
# A Latin word stands beside a Chinese sign as three letters to one.
_PER_SIGN: Final = 3
# Letters of Ukrainian, Belarusian, Serbian and others that Russian does not have; of Persian and
# Urdu that Arabic does not have. One may be in a name.
_FOREIGN_LETTERS: Final = re.compile("[іїєґўјљњћђџқғүұһөәңѓќ]|[پچژگٹڈڑںےۓ]")
# Languages whose letters are mostly those of Russian, or of Arabic.
_ALIKE: Final = re.compile("uk|be|bg|sr|mk|kk|ky|mn|tg|tt|fa|ur|ps|ug|sd|ckb")
# Words on end: labels, tables and lists of names have no grammar by which to know a language.
_WORD: Final = rf"(?:[^\W\d_]+(?:'[^\W\d_]+)?|{NAME}|{OWN})"
_PROSE: Final = re.compile(rf"{_WORD}(?:,? {_WORD}){{3,}}")
_WORDS: Final = re.compile(r"[^\W\d_]+")
# Fewer words beside names tell no language: "Anthropic Claude Sonnet, preview edition".
_FEWEST: Final = 3
# Letters that none of the five languages has; a word with one is none of theirs.
_STRANGE: Final = re.compile("[\u0100-\u0151\u0154-\u024f\u1e00-\u1eff]")
# An answer that is read has so large a share of common words, less the strange ones. Of 717 gold
# answers in the five languages 2 have less, of 7,000 recorded ones 1; of 47 sentences in 20 others
# all but 7 have, most of these Romance.
_LEAST_SHARE: Final = 0.2
# Where another language was declared. A few English answers have less, but an Italian one is not
# taken for French.
_LEAST_SHARE_ELSEWHERE: Final = 0.45
# Codes of languages are short; "Russian" is a name.
_LONGEST_CODE: Final = 3


def is_unread(marked: str, language: str | None) -> bool:
    """Say whether an answer is in a language that has no rules.

    Args:
        marked: the answer; of names it holds marks only.
        language: of the probe, as it was declared; an answer may be in another one.
    """
    text = fold(marked[:_ENOUGH]).replace("’", "'")
    letters = len(_LETTER.findall(text))
    latin, other = len(_LATIN.findall(text)), len(OTHER_SCRIPT.findall(text))
    if letters > _WITH_NAMES * (latin + other):
        return True
    declared = (language or "").lower().replace("_", "-").split("-")[0]
    if _PER_SIGN * other > latin:
        is_alike = _ALIKE.fullmatch(declared) is not None
        return is_alike or len(_FOREIGN_LETTERS.findall(text)) > 1
    share = _common_share(match[0] for match in _PROSE.finditer(text))
    if declared and declared not in LANGUAGES and len(declared) <= _LONGEST_CODE:
        return share is None or share < _LEAST_SHARE_ELSEWHERE
    return share is not None and share < _LEAST_SHARE


@cache
def _common() -> tuple[frozenset[str], ...]:
    """Return the common words of each language of the Latin script."""
    return tuple(found for code in LANGUAGES if (found := language_rules(code).common))


def _common_share(prose: Iterable[str]) -> float | None:
    """Return the share of words that are common in a language that is read; None of a few words.

    Args:
        prose: pieces, each of which may be in another language: that of which it has most.
    """
    known = total = 0
    for piece in prose:
        words = _WORDS.findall(piece)
        known += max(sum(word in common for word in words) for common in _common())
        known -= sum(_STRANGE.search(word) is not None for word in words)
        total += len(words)
    return known / total if total >= _FEWEST else None
