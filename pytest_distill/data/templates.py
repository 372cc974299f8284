"""Seed templates that the package ships, and the pieces that new templates are built from."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from pytest_distill import documents
from pytest_distill.data import jsonl, resources
from pytest_distill.errors import FileFormatError
from pytest_distill.records import Pieces, Template

PLACEHOLDER = "{query}"


def load_shipped() -> tuple[Template, ...]:
    """Return every seed of ``fixtures/templates``, frames and languages alternating.

    Raises:
        FileFormatError: a line cannot be used.
    """
    folder = resources.fixtures() / "templates"
    found = [seed for path in sorted(folder.glob("*.jsonl")) for seed in read(path)]
    return tuple(_mixed(found))


def load_bank() -> tuple[Template, ...]:
    """Return the seeds, and the templates that are asked as they are: 200 in all.

    Raises:
        FileFormatError: a line cannot be used.
    """
    folder = resources.fixtures() / "templates" / "bank"
    more = [template for path in sorted(folder.glob("*.jsonl")) for template in read(path)]
    return (*load_shipped(), *_mixed(more))


def load_pieces() -> dict[str, Pieces]:
    """Return the pieces that mutants are built from, by language.

    Raises:
        FileFormatError: a file cannot be used.
    """
    folder = resources.fixtures() / "templates" / "pieces"
    return {path.stem: read_pieces(path) for path in sorted(folder.glob("*.toml"))}


def read(path: Path) -> tuple[Template, ...]:
    """Read the seeds of one language, in the order of the file.

    Raises:
        FileFormatError: a line is no seed, belongs in another file, or repeats an id.
    """
    return jsonl.read(path, Template, lambda seed: _problem(seed, path.stem))


def _problem(seed: Template, language: str) -> str | None:
    frame, _, rest = seed.id.partition("-")
    number, _, ending = rest.partition("-")
    if (frame, ending) != (seed.frame, language) or not number.isdecimal():
        return f"the id {seed.id!r} does not read {seed.frame}-NN-{language}"
    if seed.language != language:
        return f"the language {seed.language!r} does not belong in {language}.jsonl"
    if seed.text.count(PLACEHOLDER) != 1:
        return f"a template holds {PLACEHOLDER} once, not {seed.text.count(PLACEHOLDER)} times"
    return None


def read_pieces(path: Path) -> Pieces:
    """Read the pieces of one language.

    Raises:
        FileFormatError: a key is missing or unknown, or a text cannot be used.
    """
    try:
        text = documents.text(path, "pieces")
        pieces = Pieces.model_validate(documents.toml_table(text, path))
    except ValidationError as error:
        raise FileFormatError(path, 1, str(error)) from error
    for ask in pieces.asks:
        if ask.count(PLACEHOLDER) != 1:
            raise FileFormatError(path, 1, f"an ask holds {PLACEHOLDER} once: {ask!r}")
    return pieces


def _mixed(seeds: Iterable[Template]) -> Iterable[Template]:
    """Yield the seeds so that any first part of them holds many frames and languages."""
    left = sorted(seeds, key=lambda seed: seed.id)
    used: Counter[str] = Counter()
    while left:
        seed = min(left, key=lambda seed: used[seed.frame] + used[seed.language])
        left.remove(seed)
        used.update((seed.frame, seed.language))
        yield seed
