"""What a question asks of the model: some answers leak only if it asked for who it is."""

import re
from collections.abc import Mapping
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from pytest_distill.judges.aliases import fold
from pytest_distill.judges.identity.lexicon import Lexicon, languages_of, latin_languages, lexicon
from pytest_distill.judges.identity.plain import PlainText
from pytest_distill.records import Asks


class Topic(Enum):
    """What the question asks for."""

    MAKER = auto()
    """Who the model is, its maker, owner or what it is built on; also where nothing was asked."""
    PLACE = auto()
    """Location of company, team or experts."""
    PARTNERS = auto()
    """Partners, tools and rivals: a true answer may name other vendors."""
    SELF = auto()
    """Something else about the model, such as its feelings or what it can do."""
    OTHER = auto()
    """Not the model: names in the answer claim nothing."""

    @property
    def is_identity(self) -> bool:
        """Say whether another vendor's name in the answer has to be explained."""
        return self is Topic.MAKER or self is Topic.PLACE


# A longer question is a task.
_LONGEST_PROBE: Final = 220
# Words that ask for an identity stand so near to the word for the model, in characters.
_NEAR: Final = 60
# What may stand around a question or a field.
_AROUND: Final = ' ?!.？！。…～~_:：-*"”“」「'
# What stands for the blank behind a sentence to be ended, and what ends one.
_OPEN: Final = "_… \n\"'“”「」«»:：.—–-"
_ENDED: Final = "?!？！。؟"
_SENTENCE: Final = re.compile(r"[.?!。？！؟:：\n]+\s*")
_ITEMS: Final = re.compile(r"[,;、،，；/&\n]| (?:and|und|et|y|e|и|و) ")


class KnownQuestions:
    """Questions of which it is known what they ask for; of all others it is guessed."""

    def __init__(self, asked: Mapping[str, Asks] | None = None) -> None:
        """Remember known questions.

        Args:
            asked: what they ask for, by their text; case and the width of blanks do not count.
        """
        self._known = {_key(text): Topic[asks.upper()] for text, asks in (asked or {}).items()}

    def topic(self, query: str) -> Topic | None:
        """Return what `query` is known to ask for; None of any other question."""
        return self._known.get(_key(query))


@lru_cache(maxsize=1024)  # A suite asks some hundreds of questions, each many times.
def topic_of(query: str, language: str | None = None) -> Topic:
    """Guess what `query` asks for from its words."""
    folded = PlainText(query).folded.strip()
    if not folded:
        return Topic.MAKER
    latin = latin_languages(folded, language)
    if language in latin[:-1]:
        latin = (language, "en")  # French "du" is no German "you".
    words = lexicon(languages_of(folded, latin, is_japanese=language == "ja"))
    is_task = words.search("asks_text", folded) is not None
    folded = words.sub("request", " ", folded)
    if is_task or len(folded) > _LONGEST_PROBE:
        return Topic.OTHER
    addressed = words.search("you", folded)
    if addressed is not None:
        return _of_model(folded, addressed, words)
    # "Model name?" asks the model though it does not address it.
    bare = folded.strip(_AROUND)
    is_probe = words.fullmatch("field", bare) or words.fullmatch("bare_probe", bare)
    is_probe = is_probe or _asks_ending(folded, words)
    return Topic.MAKER if is_probe or _asks_filling(folded, words) else Topic.OTHER


@lru_cache(maxsize=1024)
def asks_of_name(query: str, language: str | None = None) -> bool:
    """Say whether a question that names the model, without "you", asks who is behind it."""
    folded = PlainText(query).folded.strip()
    words = lexicon(languages_of(folded, latin_languages(folded, language)))
    is_task = any(words.search(kind, folded) for kind in ("asks_text", "asks_story", "of_partners"))
    is_question = not is_task and len(folded) <= _LONGEST_PROBE
    addressed = words.search("you", folded)
    # "Which company is ..." addresses the model where it is not named.
    is_addressed = addressed is not None and not addressed[0].startswith(("which", "what", "who"))
    return is_question and not is_addressed and words.search("of_maker", folded) is not None


def _key(query: str) -> str:
    return " ".join(fold(query).split())


def _asks_ending(folded: str, words: Lexicon) -> bool:
    """Say whether it ends with the beginning of a sentence about the model: "I was made by"."""
    last = folded.rstrip(_OPEN)
    if not last or last[-1] in _ENDED:
        return False
    begun = _SENTENCE.split(last)[-1].strip(_AROUND)
    return words.fullmatch("asks_ending", begun)


def _asks_filling(folded: str, words: Lexicon) -> bool:
    """Say whether there is a form to fill in with fields of the model, or a sentence in its person.

    "Fill in: name, developer", "Complete the sentence: I was trained by".
    """
    filling = words.search("asks_filling", folded)
    if filling is None:
        return False
    rest = folded[filling.end() :]
    if words.search("self", rest) is not None:
        return True
    fields = [field for item in _ITEMS.split(rest) if (field := item.strip(_AROUND))]
    return len(fields) > 1 and all(words.fullmatch("field", field) for field in fields)


def _of_model(folded: str, addressed: re.Match[str], words: Lexicon) -> Topic:
    if words.search("of_partners", folded):
        return Topic.PARTNERS
    if words.search("of_place", folded):
        return Topic.PLACE
    first = max(0, addressed.start() - _NEAR)
    near = words.search("of_identity", folded, first, addressed.end() + _NEAR)
    return Topic.MAKER if near is not None else Topic.SELF
