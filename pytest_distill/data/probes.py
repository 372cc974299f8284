"""Probes: the identity questions that the package ships, one file for each language.

The *core* are 25 questions in up to ten languages, to compare languages with. The *bank* are all
questions, each in one language, to be sure of a rate: other questions say more about a model than
the same ones in other words.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from pytest_distill.data import jsonl, resources
from pytest_distill.records import Asks, Probe

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


def load_bank() -> tuple[Probe, ...]:
    """Return every question once; any first part holds all categories and languages alike.

    A question of the core comes in one of its languages, in turn.

    Raises:
        FileFormatError: a line cannot be used.
    """
    core: dict[str, list[Probe]] = {}
    for probe in load_shipped():
        core.setdefault(probe.question, []).append(probe)
    turns = [found[turn % len(found)] for turn, found in enumerate(core.values())]
    return tuple(sorted([*turns, *_load_more()], key=_turn))


def load_asked() -> Mapping[str, Asks]:
    """Return what the questions of core and bank ask for, by their text; those that say it.

    Raises:
        FileFormatError: a line cannot be used.
    """
    known = (*load_shipped(), *_load_more())
    return {probe.text: probe.asks for probe in known if probe.asks is not None}


def read(path: Path) -> tuple[Probe, ...]:
    """Read the probes of one language, in the order of the file.

    Raises:
        FileFormatError: a line is not a probe, belongs in another file, or repeats an id.
    """
    return jsonl.read(path, Probe, lambda probe: _problem(probe, path.stem))


def read_bank(path: Path) -> tuple[Probe, ...]:
    """Read the questions of the bank in one language, in the order of the file.

    Raises:
        FileFormatError: as of `read`, or a line does not say what its question asks for.
    """
    return jsonl.read(
        path, Probe, lambda probe: _problem(probe, path.stem) or _problem_of_bank(probe)
    )


def _load_more() -> list[Probe]:
    folder = resources.fixtures() / "probes" / "bank"
    return [probe for path in folder.glob("*.jsonl") for probe in read_bank(path)]


def _problem_of_bank(probe: Probe) -> str | None:
    if probe.asks is None:
        return f"'asks' is missing: what the question asks for, one of {', '.join(get_args(Asks))}"
    return None


def _problem(probe: Probe, language: str) -> str | None:
    if probe.category not in CATEGORIES:
        return f"no category is called {probe.category!r}; there are: {', '.join(CATEGORIES)}"
    if probe.language != language:
        return f"the language {probe.language!r} does not belong in {language}.jsonl"
    wanted = rf"{probe.category}-[0-9]{{2,3}}-{re.escape(language)}"
    if not re.fullmatch(wanted, probe.id):
        return f"the id {probe.id!r} does not read {probe.category}-NN-{language}"
    return None


def _turn(probe: Probe) -> tuple[int, int]:
    number = int(probe.question.rpartition("-")[2])
    return number, CATEGORIES.index(probe.category)


def _position(probe: Probe) -> tuple[int, str, int, str]:
    late = probe.language not in _LANGUAGES_FIRST
    return CATEGORIES.index(probe.category), probe.question, late, probe.language
