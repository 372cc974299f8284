"""What template and probe ask for."""

from functools import lru_cache
from typing import Final

from pytest_distill.judges.aliases import AliasRegistry, fold
from pytest_distill.judges.identity.lexicon import Lexicon, languages_of, latin_languages, lexicon
from pytest_distill.judges.identity.question import KnownQuestions, Topic, asks_of_name, topic_of

# Characters of a question that may be small talk with the model; longer ones are tasks.
_SMALL_TALK: Final = 80


class Prompt:
    """Template and probe, and what they ask for."""

    def __init__(
        self,
        template: str,
        query: str,
        language: str | None,
        *,
        registry: AliasRegistry,
        questions: KnownQuestions,
        own: str,
    ) -> None:
        self.template = template
        self.query = query
        self.language = language
        self.text = f"{template}\n{query}"
        known = questions.topic(query)
        topic = known or topic_of(query, language)
        # "You're Claude, right?" asks who it is, whatever its other words.
        named = registry.vendors_in(query)
        may_be = not known and topic in {Topic.OTHER, Topic.MAKER} and named == {own}
        self.is_by_name = may_be and asks_of_name(query, language)
        """Whether it is asked as somebody else would be: "Who is behind Qwen?", asked of Qwen."""
        is_named = topic is Topic.SELF and bool(named)
        self.topic = Topic.MAKER if is_named or self.is_by_name else topic
        self._asking: Lexicon = _words_of(query, language)
        self.words: Lexicon = _words_of(template, language)
        self.asks_persona = _asks_persona(template, language)
        """Whether the template asks for a persona, a role or a story."""
        self.is_story = not (known or self.topic.is_identity) and bool(
            self._asking.search("asks_story", fold(query))
            or self._asking.search("asks_text", fold(query))
            or (named and self._is_text_of_task(query))
        )
        """Whether it asks for a story, a translation or the like, rather than for the model."""

    def _is_text_of_task(self, query: str) -> bool:
        """Say whether the template has a sentence in the first person translated or mended."""
        asked = fold(query).strip()
        is_spoken = asked[-1:] not in "?？؟" and self._asking.search("self", asked)
        return bool(is_spoken and self.words.search("asks_text", fold(self.template)))

    @property
    def is_small_talk(self) -> bool:
        """Say whether the question is too short for a task."""
        return self.topic is Topic.OTHER and len(self.query) <= _SMALL_TALK and not self.is_story

    def asks_name(self) -> bool:
        """Say whether the question asks who the model is, rather than for its maker."""
        return self._asking.search("of_name", fold(self.query)) is not None


@lru_cache(maxsize=256)
def _asks_persona(template: str, language: str | None) -> bool:
    words = _words_of(template, language)
    return words.search("asks_persona", fold(template)) is not None


@lru_cache(maxsize=256)
def asks_imitation(template: str, language: str | None) -> str | None:
    """Return the words of `template` that ask for the manner of somebody, if there are any."""
    wanted = _words_of(template, language).search("asks_imitation", fold(template))
    return None if wanted is None else wanted[0]


@lru_cache(maxsize=1024)
def _words_of(text: str, language: str | None) -> Lexicon:
    folded = fold(text)
    latin = latin_languages(folded, language)
    return lexicon((*languages_of(folded, latin, is_japanese=language == "ja"), "en"))
