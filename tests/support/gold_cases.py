"""What the tests of the gold cases have in common."""

import re
from collections.abc import Iterable, Iterator
from itertools import combinations

from pytest_distill.data import facts
from pytest_distill.records import GoldCase

FACTS = facts.load_shipped()

COUNTED_BY_STRICT = {"openai", "anthropic"}

SCRIPTS = {
    "zh": r"[\u4e00-\u9fff]",
    "ja": r"[\u3041-\u30ff]",
    "ko": r"[\uac00-\ud7a3]",
    "ru": r"[\u0400-\u04ff]",
    "ar": r"[\u0620-\u064a]",
}


def letters(text: str) -> str:
    """Return what is left of `text` when case, blanks and punctuation do not count."""
    return "".join(filter(str.isalnum, text.casefold()))


def names_vendor(vendor: str, text: str) -> bool:
    """Tell whether `text` holds a name of the vendor or of one of its models."""
    return any(
        re.search(rf"(?<![a-z0-9]){re.escape(name.casefold())}(?![a-z0-9])", text.casefold())
        for known in FACTS.values()
        if known.vendor == vendor
        for name in (known.name, known.developer, *known.models, *known.companies)
    )


def alike(cases: Iterable[GoldCase]) -> Iterator[tuple[str, str]]:
    """Yield the ids of answers in one language that share six tenths of their triples of letters.

    Blank answers are not compared.
    """
    answers: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for case in cases:
        if letters(case.response):
            answers.setdefault(case.language, []).append((case.id, _triples(case.response)))
    for in_language in answers.values():
        for (one, a), (other, b) in combinations(in_language, 2):
            if len(a & b) >= 0.6 * len(a | b):
                yield one, other


def _triples(text: str) -> frozenset[str]:
    bare = letters(text)
    return frozenset(bare[start : start + 3] for start in range(max(1, len(bare) - 2)))
