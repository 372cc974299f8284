"""Reads the settings from pytest's options, the ini file and the TOML table, in this precedence."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest
from pydantic import ValidationError

from pytest_distill.data.calibrations import SHIPPED
from pytest_distill.errors import UsageError, first_error
from pytest_distill.gates import expression
from pytest_distill.records import Budget, ModelSpec
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
    "baseline_missing",
    "max_missing",
    "stop",
    "inconclusive",
    "fail_on",
    "panel",
    "cascade",
)


class Option(Protocol):
    """One setting, as `plugin.OPTIONS` declares it."""

    @property
    def key(self) -> str:
        """The ini name, which is also the option's ``dest``."""
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
    """Merge and validate the settings; no model, cache or run log is opened.

    Args:
        config: of the run.
        declared: all options.
        implied_suites: suites that node ids on the command line select, without ``--suite``.
        extensions: the available suites, providers and formats.

    Raises:
        UsageError: names the invalid setting, and its valid values.
    """
    table = tables.load(config.rootpath)
    keys = {key for option in declared for key in tables.keys_of(option.key, option.is_repeatable)}
    tables.check_keys(table, {"models", "plugins", "prices", *keys})
    given = _Given(
        values={
            option.key: value
            for option in declared
            if (value := _value(config, option, table)) is not None
        },
        table=table,
        folder=config.invocation_params.dir,
    )
    roles = _roles(given, extensions)
    is_cached = any(extensions.providers.of(spec).is_cached for spec in _specs(roles))
    suites = extensions.suites.chosen(
        [*given.texts("suite"), *implied_suites],
        can_ask=not given.paths("transcripts"),
        can_compare=bool(roles["references"]),
    )
    gates = tuple(map(expression.parse, given.texts("distill_gate")))
    if config.getoption("distill_gate") is None:
        # The project's configured gates are limited to the suites that this run measures.
        known = extensions.suites
        gates = tuple(gate for gate in gates if gate.suite in suites or gate.suite not in known)
    settings = {
        "suites": suites,
        **roles,
        "options": {
            suite.name: found
            for suite in extensions.suites
            if (found := suite.read_options(given.values, given.folder)) is not None
        },
        **_files(given, extensions.formats),
        **(_cache(config, given.values.get("distill_cache")) if is_cached else {}),
        "budget": _budget(given.values.get("distill_budget")),
        "prices": budgets.prices(table),
        "gates": gates,
        # With a gate, leaks are data and do not fail tests.
        "fail_on": "gate" if gates else "leak",
        **given.plain(_PLAIN),
    }
    return _checked(settings)


class _Given(NamedTuple):
    """The given values, by the ini names of the options."""

    values: Mapping[str, object]
    table: tables.Table
    folder: Path
    """Base of relative paths."""

    def texts(self, key: str) -> list[str]:
        return _texts(self.values.get(key))

    def paths(self, key: str) -> tuple[Path, ...]:
        return tuple(self.folder / str(path) for path in _listed(self.values.get(key)))

    def path(self, key: str) -> Path | None:
        return next(iter(self.paths(key)), None)

    def plain(self, names: Iterable[str]) -> dict[str, object]:
        return {n: self.values[f"distill_{n}"] for n in names if f"distill_{n}" in self.values}


def _roles(given: _Given, extensions: Extensions) -> dict[str, Any]:
    """Return the settings for models, references, judges and the helper."""
    aliases, providers = tables.aliases(given.table), extensions.providers
    return {
        "models": read_models(given.texts("model"), aliases, providers),
        "references": read_models(given.texts("reference"), aliases, providers),
        "judges": read_judges(given.texts("judge"), aliases, providers=providers),
        "helper": read_helper(given.values.get("helper"), aliases, providers),
    }


def _specs(roles: Mapping[str, Any]) -> list[ModelSpec]:
    judges = [judge.model for judge in roles["judges"] if judge.model is not None]
    helpers = filter(None, [roles["helper"]])
    return [*roles["models"], *roles["references"], *judges, *helpers]


def _files(given: _Given, formats: Collection[str]) -> dict[str, object]:
    """Return the settings that name input and output files."""
    return {
        "prompts": given.paths("prompts"),
        "facts": given.values.get("facts"),
        "calibration": _calibration(given.values.get("distill_calibration"), given.folder),
        "transcripts": given.paths("transcripts"),
        "run": given.path("distill_run"),
        "baseline": given.path("distill_baseline"),
        "reports": _reports(given.texts("distill_report"), given.folder, formats),
    }


def _checked(settings: Mapping[str, object]) -> Settings:
    try:
        read = Settings.model_validate(settings)
    except ValidationError as error:
        first = first_error(error)
        flag = f"--distill-{first['loc'][0]}".replace("_", "-")
        message = f"{flag} {first['input']!r}: {first['msg']}"
        raise UsageError(message) from error
    _check_outputs(read)
    return read


def _value(config: pytest.Config, option: Option, table: tables.Table) -> object:
    value = config.getoption(option.key)
    if value is None:
        value = config.getini(option.key)
        value = None if value in ("", []) else value
    return tables.value_of(table, option.key, option.is_repeatable) if value is None else value


def _texts(value: object) -> list[str]:
    texts = []
    for text in _listed(value):
        if not isinstance(text, str):
            message = f"a setting has the value {text!r}, but needs a string: put it in quotes"
            raise UsageError(message)
        texts.append(text)
    return texts


def _cache(config: pytest.Config, value: object) -> dict[str, object]:
    """Return the settings for the response cache, or the reason why there is none."""
    if value == "off":
        return {}
    if value is not None:
        return {"cache": config.invocation_params.dir / str(value)}
    # Without pytest's own cache (-p no:cacheprovider) nothing is cached.
    cache: pytest.Cache | None = getattr(config, "cache", None)
    try:
        return {} if cache is None else {"cache": cache.mkdir("distill") / "answers.sqlite"}
    except OSError as error:
        # Like pytest itself, go on without a cache that cannot be written.
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
    """Reject two outputs with one path: the second would overwrite the first."""
    inputs = filter(None, [settings.run, settings.baseline])
    outputs = (*inputs, *(target.path for target in settings.reports))
    paths = [path.resolve() for path in outputs]
    for path in paths:
        if paths.count(path) > 1:
            message = f"{path} is given twice: give run log, baseline and reports different paths"
            raise UsageError(message)
