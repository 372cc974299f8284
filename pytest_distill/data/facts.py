"""Fact sets: read, looked up by name, and inferred from a model's name."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path

from pydantic import ValidationError

from pytest_distill.data import resources
from pytest_distill.errors import FactsError, did_you_mean, first_problem
from pytest_distill.files import why_unreadable
from pytest_distill.records import FactSet
from pytest_distill.text import stem_of

_OPTIONAL = {"parent": None, "affiliates": (), "words": ()}
_EXAMPLES = {
    "vendor": '"acme"',
    "name": '"Acme One"',
    "developer": '"Acme Labs"',
    "country": '"France"',
    "places": '["Paris"]',
    "models": '["Acme One", "Acme"]',
    "companies": '["Acme Labs"]',
    "match": '["acme"]',
    "source": '"https://acme.example/about"',
    "date": '"2025-01-31"',
}
"""A value of each key that a fact set needs."""

_LETTERS = re.compile(r"[a-z]+")
# What names of models say beside who they are: training, size, release, format, cloud, and what a
# deployment or a file of answers is for. Numbers are left out, so "a" and "b" are of 30B-A3B, "q",
# "k" and "m" of Q4_K_M.
_USUAL = frozenset(
    _LETTERS.findall("""
    a b e f k l m p q s t v w x
    base chat inst instruct instruction it model models open pretrained pt
    flash high large lite low max medium micro mini nano plus pro small tiny turbo ultra xl
    alpha beta exp experimental latest original preview release stable
    awq bf bin bit bits bnb bpw dynamic exl fp ggml gguf gptq hf hqq i imatrix int iq jsonl
    llamafile mat mlx mxfp nf nl nvfp onnx openvino ov qat quant quantized quants safetensors
    ud xs xxs
    apac cf eu free global maas nitro tee us
    answers demo dev eval local prod run staging test transcripts
    """)
)
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
    except OSError as error:
        message = f"facts {path}: {why_unreadable(path, error)}"
        raise FactsError(message) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"facts {path}: not TOML: {error}"
        raise FactsError(message) from error
    try:
        return FactSet.model_validate({**_OPTIONAL, **table, "id": stem_of(path)})
    except ValidationError as error:
        message = f"facts {path}: {_problem(table, error)}"
        raise FactsError(message) from error


def _problem(table: Mapping[str, object], error: ValidationError) -> str:
    """Return all missing and unknown keys of a fact set, else its first wrong value."""
    known = [key for key in FactSet.model_fields if key != "id"]
    unknown = [key for key in table if key not in known]
    lacking = {key: value for key, value in _EXAMPLES.items() if key not in table}
    lines = []
    if lacking:
        keys = ", ".join(lacking)
        lines.append(f"{'this key is' if len(lacking) == 1 else 'these keys are'} missing: {keys}")
    lines += [f"there is no key {key!r}.{did_you_mean(key, known)}" for key in unknown]
    problem = "\n  ".join(lines) or first_problem(error)
    examples = "".join(f"\n    {key} = {value}" for key, value in lacking.items())
    hint = f"\n  for example:{examples}" if lacking else ""
    return f"{problem}{hint}\n  a fact set has the keys {', '.join(known)}"


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

    A vendor's organisation before the name (``nvidia/``) is the maker, unless the name is that of
    another's model and nothing more. Without one, exactly one set must fit, and the name may say
    nothing more: a fine-tune by others is not the work of the vendor of its base.

    Raises:
        FactsError: no set fits, several do, or the name says more than the vendor's own names do.
    """
    *path, name = model.casefold().split("/")
    hits = _fitting(name, shipped)
    # bartowski/Qwen_Qwen3-8B: whoever packs a model may put its organisation in the name.
    named = (name.partition("_")[0], *path[-1:])
    maker = next((f for org in named for f in shipped.values() if org in f.organisations), None)
    further = _further_words(name, hits, maker)
    if maker is not None and (maker in hits or not hits or further):
        return maker
    if len(hits) == 1 and not further:
        return hits[0]
    if not hits:
        found = f"no fact set fits its name: {', '.join(shipped)}"
    elif len(hits) > 1:
        found = f"several fact sets fit its name: {', '.join(facts.id for facts in hits)}"
    else:
        base = hits[0].id
        found = (
            f"{base!r} fits its name, which also says: {', '.join(further)}. "
            f"Was it fine-tuned by others? If not: --facts {base}"
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


def _fitting(name: str, shipped: Mapping[str, FactSet]) -> list[FactSet]:
    """Return the sets that fit; the longest name at one place counts: ``gpt-j``, not ``gpt``."""
    words = "-".join(_WORD.findall(name))
    spans = {id_: _spans(words, facts.match) for id_, facts in shipped.items()}
    longest: dict[int, int] = {}
    for start, end in chain.from_iterable(spans.values()):
        longest[start] = max(end, longest.get(start, 0))
    return [
        shipped[id_]
        for id_, found in spans.items()
        if any(longest[start] == end for start, end in found)
    ]


def _spans(words: str, beginnings: Iterable[str]) -> set[tuple[int, int]]:
    # A letter must not follow: "gpt" is the beginning of gpt4o's name, not of gptq's. Nor a digit
    # after a digit: "step-1" is the beginning of step-1-8k, not of the checkpoint step-1000.
    return {
        match.span()
        for start in beginnings
        for match in re.finditer(rf"(?<![^-]){re.escape(start)}(?![a-z])(?!(?<=[0-9])[0-9])", words)
    }


def _further_words(name: str, hits: Iterable[FactSet], maker: FactSet | None) -> list[str]:
    """Return the words in the name of a model that the vendors' own names do not have."""
    own = [] if maker is None else [*maker.organisations]
    for facts in hits:
        own += [facts.vendor, *_names(facts), *facts.match, *facts.variants]
    usual = _USUAL.union(_LETTERS.findall(" ".join(own)))
    return [word for word in dict.fromkeys(_LETTERS.findall(name)) if word not in usual]


def _names(facts: FactSet) -> set[str]:
    names = (facts.vendor, facts.name, facts.developer, *facts.models, *facts.companies)
    return {name.casefold() for name in names}


def _unknown(name: str, shipped: Mapping[str, FactSet]) -> str:
    return (
        f"no fact set is called {name!r}.{did_you_mean(name, shipped)}\n"
        f"  there are: {', '.join(shipped)}\n"
        "  to add one: copy a file of fixtures/identity and pass --facts PATH.toml, which ends in"
        " .toml"
    )
