"""Option beats ini beats table: the only reader of pytest's options."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pytest
from pydantic import ValidationError

from pytest_distill.data.calibrations import SHIPPED
from pytest_distill.errors import UsageError, first_error
from pytest_distill.gates import expression
from pytest_distill.records import Budget
from pytest_distill.run.extensions import Extensions
from pytest_distill.run.parsing import read_helper, read_judges, read_models
from pytest_distill.settings import budget as budgets
from pytest_distill.settings import pyproject as tables
from pytest_distill.settings.settings import (
    ReportTarget,
    Settings,
)

_PLAIN = (
    "seed",
    "samples",
    "limit",
    "concurrency",
    "retries",
    "confidence",
    "max_missing",
    "stop",
    "inconclusive",
    "fail_on",
    "panel",
    "cascade",
)


class Option(Protocol):
    """What the entry module declares of one setting."""

    @property
    def key(self) -> str:
        """The ini twin, and the option's ``dest``."""
        ...

    @property
    def is_repeatable(self) -> bool:
        """Whether several values may be given."""
        ...


def read(
    config: pytest.Config,
    declared: Sequence[Option],
    *,
    implied_suites: Iterable[str] = (),
    extensions: Extensions,
) -> Settings:
    """Merge what was asked for and check it; nothing is opened.

    Args:
        config: of the run.
        declared: every option that there is.
        implied_suites: suites that the run needs without ``--suite``, for a node id's sake.
        extensions: suites, providers and formats that there are.

    Raises:
        UsageError: names the setting that is wrong, and what it may be.
    """
    providers, registry = extensions.providers, extensions.suites
    table = tables.load(config.rootpath)
    keys = {key for option in declared for key in _table_keys(option)}
    tables.check_keys(table, {"models", "plugins", "prices", *keys})
    given = {option.key: _value(config, option, table) for option in declared}
    values = {key: value for key, value in given.items() if value is not None}
    folder = config.invocation_params.dir
    transcripts = _paths(values.get("transcripts"), folder)
    aliases = tables.aliases(table)
    models = read_models(_texts(values.get("model")), aliases, providers)
    references = read_models(_texts(values.get("reference")), aliases, providers)
    judges = read_judges(_texts(values.get("judge")), aliases, providers=providers)
    helper = read_helper(values.get("helper"), aliases, providers)
    judging = [judge.model for judge in judges if judge.model is not None]
    asked = (*models, *references, *judging, *filter(None, [helper]))
    is_cached = any(providers.of(model).is_cached for model in asked)
    suites = registry.chosen(
        [*_texts(values.get("suite")), *implied_suites],
        can_ask=not transcripts,
        can_compare=bool(references),
    )
    gates = tuple(map(expression.parse, _texts(values.get("distill_gate"))))
    if config.getoption("distill_gate") is None:
        # A project's gates are for every run, and each run measures some of its suites.
        gates = tuple(gate for gate in gates if gate.suite in suites or gate.suite not in registry)
    settings = {
        "suites": suites,
        "models": models,
        "references": references,
        "prompts": _paths(values.get("prompts"), config.invocation_params.dir),
        "judges": judges,
        "helper": helper,
        "options": {
            suite.name: found
            for suite in registry
            if (found := suite.read_options(values, folder)) is not None
        },
        "facts": values.get("facts"),
        "calibration": _calibration(
            values.get("distill_calibration"), config.invocation_params.dir
        ),
        "transcripts": transcripts,
        **(_cache(config, values.get("distill_cache")) if is_cached else {}),
        "budget": _budget(values.get("distill_budget")),
        "prices": budgets.prices(table),
        "run": next(iter(_paths(values.get("distill_run"), folder)), None),
        "gates": gates,
        "baseline": next(iter(_paths(values.get("distill_baseline"), folder)), None),
        # Where there is a gate, leaks are its data.
        "fail_on": "gate" if gates else "leak",
        "reports": _reports(_texts(values.get("distill_report")), folder, extensions.formats),
        **{name: values[f"distill_{name}"] for name in _PLAIN if f"distill_{name}" in values},
    }
    try:
        read = Settings.model_validate(settings)
    except ValidationError as error:
        first = first_error(error)
        flag = f"--distill-{first['loc'][0]}".replace("_", "-")
        message = f"{flag} {first['input']!r}: {first['msg']}"
        raise UsageError(message) from error
    _check_outputs(read)
    return read


def _value(config: pytest.Config, option: Option, table: Mapping[str, object]) -> object:
    value = config.getoption(option.key)
    if value is None:
        value = config.getini(option.key)
        value = None if value in ("", []) else value
    if value is None:
        value = next((table[key] for key in _table_keys(option) if key in table), None)
    return value


def _table_keys(option: Option) -> tuple[str, ...]:
    """Return the names that an option goes by in the table, which needs no ``distill_``."""
    bare = option.key.removeprefix("distill_")
    has_plural = option.is_repeatable and bare != "model" and not bare.endswith("s")
    return (bare, *((f"{bare}s",) if has_plural else ()), bare.replace("_", "-"))


def _texts(value: object) -> list[str]:
    texts = []
    for text in _listed(value):
        if not isinstance(text, str):
            message = f"a text is needed where a setting says {text!r}"
            raise UsageError(message)
        texts.append(text)
    return texts


def _paths(value: object, folder: Path) -> tuple[Path, ...]:
    return tuple(folder / str(path) for path in _listed(value))


def _cache(config: pytest.Config, value: object) -> dict[str, object]:
    """Return where answers are kept, or why they are not."""
    if value == "off":
        return {}
    if value is not None:
        return {"cache": config.invocation_params.dir / str(value)}
    # Without pytest's own cache (-p no:cacheprovider) nothing is kept.
    cache: pytest.Cache | None = getattr(config, "cache", None)
    try:
        return {} if cache is None else {"cache": cache.mkdir("distill") / "answers.sqlite"}
    except OSError as error:
        # As pytest does where its cache cannot be written, the run goes on without.
        why = f"pytest's cache folder cannot be written ({error.strerror})"
        return {"cache_problem": why}


def _calibration(value: object, folder: Path) -> str | None:
    return None if value is None else SHIPPED if value == SHIPPED else str(folder / str(value))


def _budget(value: object) -> Budget | None:
    return None if value is None else budgets.read(str(value))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _reports(texts: list[str], folder: Path, formats: Collection[str]) -> tuple[ReportTarget, ...]:
    targets = []
    for text in texts:
        name, colon, path = text.partition(":")
        if name not in formats or not colon or not path:
            problem = f"no format is called {name!r}" if path else "FORMAT:PATH is needed"
            message = (
                f"--distill-report {text!r}: {problem}, as in json:report.json\n"
                f"  formats: {', '.join(formats)}"
            )
            raise UsageError(message)
        target = folder / path
        if not target.parent.is_dir() or target.is_dir():
            problem = "it is a folder" if target.is_dir() else "no such folder to write to"
            message = f"--distill-report {text!r}: {problem}"
            raise UsageError(message)
        targets.append(ReportTarget.model_validate({"format": name, "path": target}))
    return tuple(targets)


def _check_outputs(settings: Settings) -> None:
    """Refuse to write two things to one path: the second would destroy the first."""
    inputs = filter(None, [settings.run, settings.baseline])
    outputs = (*inputs, *(target.path for target in settings.reports))
    paths = [path.resolve() for path in outputs]
    for path in paths:
        if paths.count(path) > 1:
            message = f"{path} is named twice: run log, baseline and reports need a file each"
            raise UsageError(message)
