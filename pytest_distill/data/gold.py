"""Gold cases: answers whose right verdict is known, one file for each language."""

import re
from pathlib import Path

from pytest_distill.data import jsonl, resources
from pytest_distill.errors import UsageError
from pytest_distill.records import GoldCase

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
    folder = resources.fixtures() / "gold" / "identity"
    return tuple(case for path in sorted(folder.glob("*.jsonl")) for case in read(path))


def read(path: Path) -> tuple[GoldCase, ...]:
    """Read the cases of one language, in the order of the file.

    Raises:
        FileFormatError: a line is no gold case, belongs in another file, repeats an id, or has
            labels that exclude each other.
    """
    return jsonl.read(
        path, GoldCase, lambda case: _misplaced(case, path.stem) or _contradiction(case)
    )


def read_labelled(path: Path) -> tuple[GoldCase, ...]:
    """Read a user's own cases, with any ids, traps and languages.

    Raises:
        UsageError: there is no such file.
        FileFormatError: a line is no gold case, repeats an id, or has labels that exclude each
            other.
    """
    try:
        return jsonl.read(path, GoldCase, _contradiction)
    except OSError as error:
        message = f"cannot read {path}: {error.strerror}"
        raise UsageError(message) from error


def _misplaced(case: GoldCase, language: str) -> str | None:
    if case.trap not in TRAPS:
        return f"no trap is called {case.trap!r}; there are: {', '.join(TRAPS)}"
    if case.language != language:
        return f"the language {case.language!r} does not belong in {language}.jsonl"
    if not re.fullmatch(rf"{case.trap}-[0-9]{{2}}-{re.escape(language)}", case.id):
        return f"the id {case.id!r} does not read {case.trap}-NN-{language}"
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
    return None
