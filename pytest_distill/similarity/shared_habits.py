"""The habits of writing that a student may take over: does it share each with its teacher?

Of every habit a value in [0, 1] for one prompt: 1 where both do the same. Two models that never met
share some of it by chance, so a value says something only beside that of a base model, and beside
that of two answers of the teacher (arXiv 2305.15717 does so for lists: "if the teacher gives a
list, does the student?").
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_distill.similarity.parsed_answer import ParsedAnswer, is_item
from pytest_distill.similarity.style_features import STYLE_FEATURES, feature_vector

if TYPE_CHECKING:
    from array import array

HABITS: Final = ("lists", "opening", "tone", "length", "markdown")
"""Whether there is a list; the kind of first line; tone; number of words; marks of Markdown."""

# One item is no list.
_FEWEST_ITEMS: Final = 2
# Habits of a first line, the first that holds; else it is "plain".
_OPENINGS: Final = ("opens with a welcome", "opens with itself", "opens loudly", "opens to a colon")
_HEADING: Final = re.compile(r"#{1,6} |\*\*[^*\n]{1,80}\*\*:?$")
_QUESTION: Final = ("?", "？")
# A third of the first words repeats words of the prompt.
_ECHO: Final = 0.3
_TONE: Final = (
    *("contractions", "exclamations", "questions", "emoji", "I", "you", "we"),
    *("closes with an offer", "closes with a summary"),
)
_MARKDOWN: Final = ("headings", "bold", "italics", "inline code", "code", "tables", "has bullets")

_PLACES: Final = {feature.name: place for place, feature in enumerate(STYLE_FEATURES)}
# Answers kept: those of a few models to the prompts of one run.
_REMEMBERED: Final = 16_384


class _Manner(NamedTuple):
    """How one answer is written."""

    has_list: bool
    opening: str
    tone: tuple[bool, ...]
    words: int
    markdown: tuple[bool, ...]


def shared_habits(answer: str, teacher: str, *, prompt: str) -> Mapping[str, float] | None:
    """Return how far an answer shares each habit with the teacher's; None if either is empty.

    Lists and openings: 1 if alike, else 0. Tone and Markdown: share of the traits of either that
    both have; 1 where neither has any. Length: the smaller number of words over the greater.

    Args:
        answer: without thinking.
        teacher: the teacher's answer to the same prompt, likewise.
        prompt: which an opening may repeat.
    """
    own, other = _manner(answer, prompt), _manner(teacher, prompt)
    if own is None or other is None:
        return None
    return {
        "lists": float(own.has_list == other.has_list),
        "opening": float(own.opening == other.opening),
        "tone": _shared(own.tone, other.tone),
        "length": min(own.words, other.words) / max(own.words, other.words),
        "markdown": _shared(own.markdown, other.markdown),
    }


def style(habits: Mapping[str, float]) -> float:
    """Return the mean of the habits."""
    return sum(habits[name] for name in HABITS) / len(HABITS)


@lru_cache(_REMEMBERED)
def _manner(answer: str, prompt: str) -> _Manner | None:
    parsed = ParsedAnswer(answer, prompt=prompt)
    found = feature_vector(answer, prompt=prompt)
    if found is None:
        return None

    def has(name: str) -> bool:
        return found.features[_PLACES[name]] > 0

    return _Manner(
        has_list=len(parsed.items) >= _FEWEST_ITEMS,
        opening=_opening(parsed, {name for name in _OPENINGS if has(name)}, _echo(found.features)),
        tone=tuple(map(has, _TONE)),
        words=max(1, len(parsed.words)),
        markdown=tuple(map(has, _MARKDOWN)),
    )


def _opening(parsed: ParsedAnswer, habits: set[str], echo: float) -> str:
    if parsed.text.startswith("```"):
        return "code"
    if _HEADING.match(parsed.first):
        return "heading"
    if is_item(parsed.first):
        return "item"
    for name in _OPENINGS:
        if name in habits:
            return name
    if parsed.first.endswith(_QUESTION):
        return "question"
    return "echo" if echo >= _ECHO else "plain"


def _echo(features: "array[float]") -> float:
    return features[_PLACES["echoes"]]


def _shared(own: tuple[bool, ...], other: tuple[bool, ...]) -> float:
    either = sum(map(max, own, other))
    return sum(map(min, own, other)) / either if either else 1.0
