"""Shortens a leaking template with Hypothesis: drops sentences first, then words."""

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from pytest_distill.fuzz.hygiene import PLACEHOLDER
from pytest_distill.fuzz.mutators import sentences

_WORD = re.compile(r"\s*\{query\}\S*|\s*[^\s{]+|\s+|\{")

# Examples that Hypothesis may try; only texts that were not asked before cost a call.
_EXAMPLES = 150


class Shrinker:
    """Shortens one template within a number of calls."""

    def __init__(self, leaks: Callable[[str], bool], *, calls: int, rng: Random) -> None:
        """Prepare.

        Args:
            leaks: asks the model with a template, and returns whether the answer leaks.
            calls: how often `leaks` may be called.
            rng: steers Hypothesis.
        """
        self._leaks = leaks
        self._calls = calls
        self._random = rng
        self._known: dict[str, bool] = {}

    def shortest(self, text: str) -> str:
        """Return the shortest template that was found to leak; `text` is known to leak.

        Raises:
            ModuleNotFoundError: Hypothesis is not installed.
        """
        self._known[text] = True
        for parts_of in (_lines, _WORD.findall):
            text = self._without_parts(parts_of(text)).strip()
        return text

    def _without_parts(self, parts: Sequence[str]) -> str:
        # Imported late: it takes half a second, and most runs find no leak.
        from hypothesis import HealthCheck, Phase, find, settings  # noqa: PLC0415 - see above
        from hypothesis import strategies as st  # noqa: PLC0415 - see above
        from hypothesis.errors import NoSuchExample  # noqa: PLC0415 - see above

        dispensable = [n for n, part in enumerate(parts) if PLACEHOLDER not in part]
        whole = "".join(parts)
        if not dispensable:
            return whole

        def kept(counts: list[int]) -> str:
            dropped = {n for n, count in zip(dispensable, counts, strict=True) if not count}
            return "".join(part for n, part in enumerate(parts) if n not in dropped)

        # Nearly every draw keeps all parts; Hypothesis shrinks towards keeping none.
        count = st.integers(0, 8 * len(dispensable))
        choices = st.lists(count, min_size=len(dispensable), max_size=len(dispensable))
        how = settings(
            database=None,
            deadline=None,
            max_examples=_EXAMPLES,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        try:
            found: Any = find(
                choices, lambda c: self._still_leaks(kept(c)), settings=how, random=self._random
            )
        except NoSuchExample:  # pragma: no cover - one draw in three or more keeps everything
            return whole
        return kept(found)

    def _still_leaks(self, text: str) -> bool:
        key = text.strip()
        if key not in self._known:
            if not self._calls:
                return False
            self._calls -= 1
            self._known[key] = self._leaks(key)
        return self._known[key]


def _lines(text: str) -> list[str]:
    """Return the sentences, each with the line ends after it."""
    groups: list[list[str]] = []
    for part in sentences(text):
        if groups and not part.strip():
            groups[-1].append(part)
        else:
            groups.append([part])
    return ["".join(group) for group in groups]
