"""Parsing of the specs and aliases that name models, judges and the helper."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pytest_distill.errors import SettingError, UsageError, did_you_mean
from pytest_distill.models import spec
from pytest_distill.models.registry import BUILT_IN, Providers
from pytest_distill.records import ModelSpec, Shards
from pytest_distill.settings import pyproject
from pytest_distill.settings.pyproject import Table
from pytest_distill.settings.settings import CASCADE, OFFLINE, JudgeSpec

_JUDGE, _HELPER, _SHARD = "judge", "helper", "distill_shard"
# Python refuses to convert integers of thousands of digits, and no run has so many cases.
_MOST_DIGITS = 9


def read_aliases(table: Table, providers: Providers) -> dict[str, str]:
    """Return ``[tool.pytest-distill.models]``: alias to model spec.

    Relative paths in the table are relative to the folder of its file.

    Raises:
        UsageError: it is not a table of strings.
    """
    found = pyproject.aliases(table)
    if table.path is None or table.path.parent == Path.cwd():
        return found
    folder = table.path.parent
    return {alias: spec.below(text, folder, providers=providers) for alias, text in found.items()}


def read_judges(
    names: list[str], aliases: Mapping[str, str], *, providers: Providers = BUILT_IN
) -> tuple[JudgeSpec, ...]:
    """Return the judges; without a name, the offline judge.

    Raises:
        UsageError: a judge is unknown, or the judges cannot form a panel.
    """
    judges = tuple(_judge(name, aliases, providers) for name in names or [OFFLINE])
    if len(judges) > 1 and any(judge.is_cascade for judge in judges):
        message = f"a cascade cannot join a panel: give only one --judge, or leave {CASCADE!r} out"
        raise UsageError(message)
    labels = [OFFLINE if judge.model is None else judge.model.label for judge in judges]
    for label in labels:
        if labels.count(label) > 1:
            message = (
                f"two judges are called {label!r}: a panel needs different judges with different"
                " names\n  an alias in [tool.pytest-distill.models] of pyproject.toml gives a name"
            )
            raise UsageError(message)
    return judges


def _judge(text: str, aliases: Mapping[str, str], providers: Providers) -> JudgeSpec:
    if text == OFFLINE:
        return JudgeSpec()
    name = text.removeprefix(CASCADE)
    if ":" not in name and name not in aliases:
        problem = (
            f"no judge is called {name!r}.{did_you_mean(name, [OFFLINE, *aliases])}\n"
            f"  there are: {OFFLINE}, any model spec such as openai:gpt-4o-mini?temperature=0, the"
            f" aliases of [tool.pytest-distill.models], and {CASCADE} with a spec or an alias"
        )
        raise SettingError(_JUDGE, text, problem)
    return JudgeSpec(model=spec.parse(name, aliases, providers=providers), is_cascade=name != text)


def read_roles(
    models: list[str],
    references: list[str],
    base: object,
    aliases: Mapping[str, str],
    providers: Providers,
) -> tuple[tuple[ModelSpec, ...], tuple[ModelSpec, ...], ModelSpec | None]:
    """Return the models under test, the references, and the base if it was given.

    A reference or base that only its server tells from a model under test is called after it:
    ``NAME@HOST``.

    Raises:
        UsageError: a spec is invalid, or two models share a name.
    """
    under_test = tuple(spec.parse(text, aliases, providers=providers) for text in models)
    _check_names(under_test)
    known = {model.label: model for model in under_test}

    def read(text: str) -> ModelSpec:
        found = spec.parse(text, aliases, providers=providers)
        twin = known.get(found.label)
        is_alias = found.label == found.text
        if twin is None or is_alias or twin.base_url == found.base_url:
            return found
        return found.model_copy(update={"label": f"{found.label}@{_server(found)}"})

    compared = tuple(map(read, references))
    _check_names(compared)
    return under_test, compared, None if base is None else read(str(base))


def _server(model: ModelSpec) -> str:
    url = urlsplit(model.base_url or "")
    port = "" if url.port is None else f":{url.port}"
    return f"{url.hostname}{port}" if url.hostname else model.provider


def _check_names(models: Sequence[ModelSpec]) -> None:
    """Refuse two models of one name.

    Raises:
        UsageError: there are two.
    """
    labels = [model.label for model in models]
    for label in labels:
        if labels.count(label) > 1:
            message = (
                f"two models are called {label!r}: the report could not tell them"
                " apart\n  give each a name of its own:"
                " an alias in [tool.pytest-distill.models] of pyproject.toml"
            )
            raise UsageError(message)


def read_helper(
    value: object, aliases: Mapping[str, str], providers: Providers
) -> ModelSpec | None:
    """Return the model that writes mutants, or None for the offline mutators.

    Raises:
        UsageError: there is no such model.
    """
    if value is None or value == OFFLINE:
        return None
    name = str(value)
    if ":" not in name and name not in aliases:
        problem = (
            f"no helper is called {name!r}.{did_you_mean(name, [OFFLINE, *aliases])}\n"
            f"  there are: {OFFLINE}, any model spec such as openai:gpt-4o-mini,"
            " and the aliases of [tool.pytest-distill.models]"
        )
        raise SettingError(_HELPER, name, problem)
    return spec.parse(name, aliases, providers=providers)


def read_cases(value: object) -> int | Literal["auto"] | None:
    """Return the number of cases of ``--distill-cases``; None if it was not given.

    Raises:
        UsageError: it is neither a number nor "auto".
    """
    text = str(value)
    if value is None or text == "auto":
        return None if value is None else "auto"
    if not text.isdecimal() or len(text) > _MOST_DIGITS or not int(text):
        message = f"--distill-cases {text!r}: give a number of questions, or 'auto'"
        raise UsageError(message)
    return int(text)


def read_shard(value: object) -> Shards | None:
    """Return the part of the run that ``--distill-shard`` names; None if it is the whole run.

    Raises:
        UsageError: it is not K/N with K from 1 to N.
    """
    if value is None:
        return None
    number, slash, of = (part.strip() for part in str(value).partition("/"))
    is_read = slash and number.isdecimal() and of.isdecimal() and len(of) <= _MOST_DIGITS
    if not is_read or len(number) > len(of) or not 1 <= int(number) <= int(of):
        problem = "K/N is needed, as in 2/8: the second of eight shards"
        raise SettingError(_SHARD, str(value), problem)
    return Shards(numbers=(int(number),), of=int(of)) if int(of) > 1 else None
