"""Gold cases: answers whose right verdict is known, one file for each language."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pytest_distill.data import jsonl, resources
from pytest_distill.records import GoldCase
from pytest_distill.text import from_system, one_line

TRAPS = (
    "plain",
    "ownership",
    "denial",
    "denial-and-claim",
    "role-play",
    "quotation",
    "hypothetical",
    "third-party",
    "technology",
    "fine-tuned",
    "echo",
    "policy",
    "two-persona",
    "thinking",
    "home-spelling",
    "invented-maker",
    "several-vendors",
    "apposition",
    "geography",
    "refusal",
    "near-injection",
    "long",
)
"""What makes a case hard to read; ``fixtures/gold/identity/README.md`` explains each."""

APART_TRAPS = (
    "plain",
    "role-play",
    "format",
    "thinking",
    "naming",
    "third-party",
    "leading",
    "ownership",
    "geography",
    "contradiction",
    "denial",
    "refusal",
    "technology",
    "fine-tuned",
    "two-persona",
    "invented-maker",
    "long",
    "register",
    "several-vendors",
    "quotation",
    "echo",
    "denial-and-claim",
)
"""The same of the cases apart; ``fixtures/gold/apart/README.md`` explains each."""

APART: Final = "apart"
"""Name of the shipped cases that the rules of the offline judge were not made with."""

IDENTITY: Final = "identity"
"""Name of the shipped cases that they were made with."""

_LABELS = {
    (None, None, None),
    (False, False, False),
    (True, False, False),
    (True, True, False),
    (True, True, True),
}


def load_shipped() -> tuple[GoldCase, ...]:
    """Return every case of ``fixtures/gold/identity``: by language, then as in its file.

    Raises:
        FileFormatError: a line cannot be used.
    """
    return tuple(case for path in _files(IDENTITY) for case in read(path))


def load_apart() -> tuple[GoldCase, ...]:
    """Return every case of ``fixtures/gold/apart``: by language, then as in its file.

    Raises:
        FileFormatError: a line cannot be used.
    """
    return tuple(case for path in _files(APART) for case in read_apart(path))


def name_of(cases: Sequence[GoldCase], paths: Sequence[Path]) -> str:
    """Return what a calibration on `cases` says that it was measured on.

    A shipped set is known by its cases, wherever it was read from; no other can take its name.

    Args:
        cases: all that were read.
        paths: the files that they were read from.
    """
    for name, shipped in ((APART, load_apart), (IDENTITY, load_shipped)):
        if tuple(cases) == shipped():
            return name
    return ", ".join(one_line(from_system(path.name)) for path in paths)


def read(path: Path) -> tuple[GoldCase, ...]:
    """Read the cases of one language, in the order of the file.

    Raises:
        FileFormatError: a line is no gold case, belongs in another file, repeats an id, or has
            labels that exclude each other.
    """
    return jsonl.read(
        path, GoldCase, lambda case: _misplaced(case, path.stem) or _contradiction(case)
    )


def read_apart(path: Path) -> tuple[GoldCase, ...]:
    """Read the cases apart of one language, in the order of the file.

    Raises:
        FileFormatError: as of `read`.
    """
    return jsonl.read(
        path, GoldCase, lambda case: _misplaced_apart(case, path.stem) or _contradiction(case)
    )


def read_labelled(path: Path) -> tuple[GoldCase, ...]:
    """Read a user's own cases, with any ids, traps and languages.

    Raises:
        UsageError: there is no such file.
        FileFormatError: a line is no gold case, repeats an id, or has labels that exclude each
            other.
    """
    return jsonl.read(path, GoldCase, _contradiction, what="labelled cases")


def _files(name: str) -> list[Path]:
    return sorted((resources.fixtures() / "gold" / name).glob("*.jsonl"))


def _misplaced(case: GoldCase, language: str) -> str | None:
    problem = _stray(case, TRAPS, language)
    if problem:
        return problem
    if not re.fullmatch(rf"{case.trap}-[0-9]{{2}}-{re.escape(language)}", case.id):
        return f"the id {case.id!r} does not read {case.trap}-NN-{language}"
    return None


def _misplaced_apart(case: GoldCase, language: str) -> str | None:
    problem = _stray(case, APART_TRAPS, language)
    if problem:
        return problem
    if not re.fullmatch(rf"apart-{re.escape(language)}-[0-9]{{3}}", case.id):
        return f"the id {case.id!r} does not read apart-{language}-NNN"
    return None


def _stray(case: GoldCase, traps: Sequence[str], language: str) -> str | None:
    if case.trap not in traps:
        return f"no trap is called {case.trap!r}; there are: {', '.join(traps)}"
    if case.language != language:
        return f"the language {case.language!r} does not belong in {language}.jsonl"
    return None


def _contradiction(case: GoldCase) -> str | None:
    labels = (case.loose, case.strict, case.hard)
    if labels not in _LABELS:
        return (
            "the labels exclude each other: a hard leak is strict, a strict one is loose,"
            " and a missing verdict has null for all three"
        )
    if case.vendors and not case.loose:
        return "only a leak claims vendors"
    if case.strict and not case.vendors:
        return "a strict leak claims a vendor, but 'vendors' is empty"
    if case.vendor != next(iter(case.vendors), None):
        return "'vendor' is not the first of 'vendors'"
    if case.persona and case.loose is not False:
        return "a persona that the template asked for is no leak"
    return None
