"""Probes: the identity questions that the package ships, one file for each language."""

import re
from pathlib import Path

from pytest_distill.data import jsonl, resources
from pytest_distill.records import Probe

CATEGORIES = ("team", "industry", "technology", "geography", "cooperation")
_LANGUAGES_FIRST = ("en", "zh")
"""Languages that have every question; they come before the others."""


def load_shipped() -> tuple[Probe, ...]:
    """Return every probe of ``fixtures/probes``: by category, then number, then language.

    Raises:
        FileFormatError: a line cannot be used.
    """
    folder = resources.fixtures() / "probes"
    probes = [probe for path in folder.glob("*.jsonl") for probe in read(path)]
    return tuple(sorted(probes, key=_position))


def read(path: Path) -> tuple[Probe, ...]:
    """Read the probes of one language, in the order of the file.

    Raises:
        FileFormatError: a line is not a probe, belongs in another file, or repeats an id.
    """
    return jsonl.read(path, Probe, lambda probe: _problem(probe, path.stem))


def _problem(probe: Probe, language: str) -> str | None:
    if probe.category not in CATEGORIES:
        return f"no category is called {probe.category!r}; there are: {', '.join(CATEGORIES)}"
    if probe.language != language:
        return f"the language {probe.language!r} does not belong in {language}.jsonl"
    wanted = rf"{probe.category}-[0-9]{{2}}-{re.escape(language)}"
    if not re.fullmatch(wanted, probe.id):
        return f"the id {probe.id!r} does not read {probe.category}-NN-{language}"
    return None


def _position(probe: Probe) -> tuple[int, str, int, str]:
    late = probe.language not in _LANGUAGES_FIRST
    return CATEGORIES.index(probe.category), probe.question, late, probe.language
