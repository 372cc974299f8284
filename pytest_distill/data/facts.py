"""Fact sets: read, looked up by name, and inferred from a model's name."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from pytest_distill.data import resources
from pytest_distill.errors import FactsError, did_you_mean, first_problem
from pytest_distill.records import FactSet

_OPTIONAL = {"parent": None, "affiliates": (), "words": ()}
_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*")


def load_shipped() -> dict[str, FactSet]:
    """Return every fact set of ``fixtures/identity`` by its id, in alphabetical order."""
    folder = resources.fixtures() / "identity"
    return {path.stem: read(path) for path in sorted(folder.glob("*.toml"))}


def read(path: Path) -> FactSet:
    """Read one fact set.

    Raises:
        FactsError: the file is missing, is not TOML, or lacks or misspells a key.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"facts {path}: {error}"
        raise FactsError(message) from error
    try:
        return FactSet.model_validate({**_OPTIONAL, **table, "id": path.stem})
    except ValidationError as error:
        message = (
            f"facts {path}: {first_problem(error)}\n"
            f"  a fact set has the keys {', '.join(k for k in FactSet.model_fields if k != 'id')}"
        )
        raise FactsError(message) from error


def find(name: str, shipped: Mapping[str, FactSet]) -> FactSet:
    """Return the fact set that ``--facts NAME`` means: an id, a vendor, or any of its names.

    Raises:
        FactsError: nothing, or more than one set, goes by that name.
    """
    if name in shipped:
        return shipped[name]
    wanted = name.casefold()
    hits = [facts for facts in shipped.values() if wanted in _names(facts)]
    if len(hits) == 1:
        return hits[0]
    raise FactsError(_unknown(name, shipped))


def infer(model: str, shipped: Mapping[str, FactSet]) -> FactSet:
    """Return the fact set that fits the name of a model, such as ``Qwen2.5-7B-Instruct``.

    Raises:
        FactsError: no set fits, or several do, as with a model distilled from another.
    """
    words = "-".join(_WORD.findall(model.casefold()))
    hits = [facts for facts in shipped.values() if _fits(words, facts.match)]
    if len(hits) == 1:
        return hits[0]
    found = (
        f"several fact sets fit its name: {', '.join(facts.id for facts in hits)}"
        if hits
        else f"no fact set fits its name: {', '.join(shipped)}"
    )
    message = (
        f"no facts for the model {model!r}: {found}\n"
        "  name one with --facts NAME, or describe the model in your own file: --facts PATH.toml"
    )
    raise FactsError(message)


def families(models: Mapping[str, str], shipped: Mapping[str, FactSet]) -> dict[str, str]:
    """Return the fact set that fits the name of each model, by label; others are left out.

    Args:
        models: names by label.
        shipped: every fact set.
    """
    found = {}
    for label, name in models.items():
        try:
            found[label] = infer(name, shipped).id
        except FactsError:
            continue
    return found


def _fits(words: str, beginnings: Iterable[str]) -> bool:
    # A letter must not follow: "gpt" is the beginning of gpt4o's name, not of gptq's. Nor a digit
    # after a digit: "step-1" is the beginning of step-1-8k, not of the checkpoint step-1000.
    return any(
        re.search(rf"(?<![^-]){re.escape(start)}(?![a-z])(?!(?<=[0-9])[0-9])", words)
        for start in beginnings
    )


def _names(facts: FactSet) -> set[str]:
    names = (facts.vendor, facts.name, facts.developer, *facts.models, *facts.companies)
    return {name.casefold() for name in names}


def _unknown(name: str, shipped: Mapping[str, FactSet]) -> str:
    return (
        f"no fact set is called {name!r}.{did_you_mean(name, shipped)}\n"
        f"  there are: {', '.join(shipped)}\n"
        "  to add one: copy a file of fixtures/identity and pass --facts PATH.toml"
    )
