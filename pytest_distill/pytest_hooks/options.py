"""Reads the settings from pytest's options, the ini file and the TOML table, in this precedence."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pytest_distill import columns
from pytest_distill.data.calibrations import SHIPPED
from pytest_distill.errors import GateError, SettingError, UsageError, first_error
from pytest_distill.files import is_directory, is_there, real, why_unwritable
from pytest_distill.gates import expression
from pytest_distill.models.recorded import with_columns
from pytest_distill.pytest_hooks import single_cases
from pytest_distill.pytest_hooks.declared import Option
from pytest_distill.pytest_hooks.given import Given
from pytest_distill.records import Budget, Gate, ModelSpec
from pytest_distill.report import targets
from pytest_distill.report.targets import Format
from pytest_distill.run.extensions import Extensions
from pytest_distill.run.parsing import (
    read_aliases,
    read_cases,
    read_helper,
    read_judges,
    read_roles,
    read_shard,
)
from pytest_distill.settings import budget as budgets
from pytest_distill.settings import duration, validation
from pytest_distill.settings.settings import (
    ReportTarget,
    Settings,
)

_REPORT = "distill_report"
_PLAIN = (
    "seed",
    "samples",
    "limit",
    "concurrency",
    "retries",
    "confidence",
    "baseline_missing",
    "releases",
    "max_missing",
    "max_refused",
    "stop",
    "inconclusive",
    "fail_on",
    "panel",
    "cascade",
)


def read(
    config: pytest.Config,
    found: Given,
    declared: Sequence[Option],
    *,
    suites_named: Iterable[str] = (),
    extensions: Extensions,
) -> Settings:
    """Validate the settings; no model, cache or run log is opened.

    Args:
        config: of the run.
        found: the given values.
        declared: all options.
        suites_named: suites that node ids on the command line select, without ``--suite``.
        extensions: the available suites, providers and formats.

    Raises:
        UsageError: names the invalid setting, and its valid values.
    """
    roles = _roles(found, extensions)
    is_cached = any(extensions.providers.of(spec).is_cached for spec in _specs(roles))
    names = [*found.texts("suite"), *suites_named]
    suites = _suites(found, names, extensions)
    left_out = extensions.suites.left_out(names, suites)
    gates = read_gates(config, found, suites_named=suites_named, extensions=extensions)
    _check_decidable(gates, left_out)
    settings = {
        "suites": suites,
        **roles,
        "options": {
            suite.name: options
            for suite in extensions.suites
            if (options := suite.read_options(found.values, found.folder)) is not None
        },
        **_files(found, extensions.formats),
        **(_cache(config, found.values.get("distill_cache")) if is_cached else {}),
        **_max_age(found.values.get("distill_cache_max_age")),
        "budget": _budget(found.values.get("distill_budget")),
        "prices": budgets.prices(found.table),
        "cases": read_cases(found.values.get("distill_cases")),
        "shard": read_shard(found.values.get("distill_shard")),
        "table": found.table.path,
        "gates": gates,
        # With a gate, leaks are data and do not fail tests.
        "fail_on": "gate" if gates else "leak",
        **found.plain(_PLAIN),
    }
    checked = _checked({**settings, "is_replay": found.is_replay})
    is_asked = config.getoption("distill_baseline") is not None
    notes = (*_notes(found, left_out), *validation.notes(checked, is_baseline_asked=is_asked))
    return checked.model_copy(
        update={
            "notes": notes,
            "recalled": tuple(single_cases.arguments(found.recalled, declared, found.plain_flags)),
            "replay": _replay(config, found, declared, checked, extensions),
        }
    )


def _replay(
    config: pytest.Config,
    found: Given,
    declared: Sequence[Option],
    settings: Settings,
    extensions: Extensions,
) -> Mapping[str, tuple[str, ...]]:
    """Return the arguments that ask a case of each model again, by its label."""
    values = dict(found.values)
    for name in settings.suites:
        values |= extensions.suites[name].sizes(settings)
    return single_cases.of_models(
        values,
        declared,
        config,
        labels={spec.label: spec.text for spec in settings.models},
        transcripts=settings.transcripts,
        plain_flags=found.plain_flags,
    )


def read_gates(
    config: pytest.Config,
    found: Given,
    *,
    suites_named: Iterable[str] = (),
    extensions: Extensions,
) -> tuple[Gate, ...]:
    """Return the gates that a run decides, without a look at any other setting.

    Args:
        config: of the run.
        found: the given values.
        suites_named: suites that node ids on the command line select, without ``--suite``.
        extensions: the available suites.

    Raises:
        UsageError: a gate cannot be read, or there is no such suite.
    """
    gates = tuple(map(expression.parse, found.texts("distill_gate")))
    if config.getoption("distill_gate") is not None:
        return gates
    # The project's configured gates are limited to the suites that this run measures, or should.
    names, known = [*found.texts("suite"), *suites_named], extensions.suites
    suites = _suites(found, names, extensions)
    wanted = {*suites, *known.left_out(names, suites)}
    return tuple(gate for gate in gates if gate.suite in wanted or gate.suite not in known)


def _suites(found: Given, names: Iterable[str], extensions: Extensions) -> tuple[str, ...]:
    return extensions.suites.chosen(
        names,
        can_ask=not found.paths("transcripts"),
        can_compare=bool(found.texts("reference")),
    )


def _check_decidable(gates: Iterable[Gate], left_out: Mapping[str, str]) -> None:
    """Reject a gate on a suite that ``all`` leaves out: it would be dropped in silence."""
    for gate in gates:
        if gate.suite in left_out:
            message = f"gate {gate.expression!r}: suite {gate.suite!r} does not run: "
            raise GateError(gate.expression, message + left_out[gate.suite])


def _notes(found: Given, left_out: Mapping[str, str]) -> Iterator[str]:
    if found.not_meant:
        names = ", ".join(found.not_meant)
        yield (
            f"tests are named, so the configured suites ({names}) and gates are left out;"
            f" --suite {found.not_meant[0]} runs them too"
        )
    for name, why in left_out.items():
        yield f"suite {name} is left out of 'all': {why}"


def _roles(found: Given, extensions: Extensions) -> dict[str, Any]:
    """Return the settings for models, references, base, judges and the helper."""
    aliases, providers = read_aliases(found.table, extensions.providers), extensions.providers
    mapped = _columns(found)
    base = found.values.get("base")
    models, references, base = read_roles(
        found.texts("model"), found.texts("reference"), base, aliases, providers
    )
    return {
        "models": tuple(with_columns(spec, mapped) for spec in models),
        "references": tuple(with_columns(spec, mapped) for spec in references),
        "base": None if base is None else with_columns(base, mapped),
        "judges": read_judges(found.texts("judge"), aliases, providers=providers),
        "helper": read_helper(found.values.get("helper"), aliases, providers),
    }


def _columns(found: Given) -> Mapping[str, str]:
    try:
        return columns.read(found.texts("map"))
    except ValueError as error:
        message = f"--map {error}"
        raise UsageError(message) from error


def _specs(roles: Mapping[str, Any]) -> list[ModelSpec]:
    judges = [judge.model for judge in roles["judges"] if judge.model is not None]
    single = filter(None, [roles["base"], roles["helper"]])
    return [*roles["models"], *roles["references"], *judges, *single]


def _files(found: Given, formats: Mapping[str, Format]) -> dict[str, object]:
    """Return the settings that name input and output files."""
    return {
        "prompts": found.paths("prompts"),
        "facts": found.values.get("facts"),
        "calibration": _calibration(found.values.get("distill_calibration"), found.folder),
        "transcripts": found.paths("transcripts"),
        "columns": _columns(found),
        "run": found.path("distill_run"),
        "baseline": found.path("distill_baseline"),
        "reports": _reports(found.texts(_REPORT), found.folder, formats),
    }


def _checked(settings: Mapping[str, object]) -> Settings:
    try:
        read = Settings.model_validate(settings)
    except ValidationError as error:
        first = first_error(error)
        key = f"distill_{first['loc'][0]}"
        raise SettingError(key, first["input"], str(first["msg"])) from error
    _check_outputs(read)
    return read


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


def _max_age(value: object) -> dict[str, object]:
    if value is None:
        return {}
    return {"cache_max_age_s": duration.read(str(value), option="--distill-cache-max-age")}


def _calibration(value: object, folder: Path) -> str | None:
    return None if value is None else SHIPPED if value == SHIPPED else str(folder / str(value))


def _budget(value: object) -> Budget | None:
    return None if value is None else budgets.read(str(value))


def _reports(
    texts: list[str], folder: Path, formats: Mapping[str, Format]
) -> tuple[ReportTarget, ...]:
    found = []
    for text in texts:
        name, colon, path = text.partition(":")
        if name not in formats or not colon or not path:
            problem = f"no format is called {name!r}" if path else "FORMAT:PATH is needed"
            message = f"{problem}, as in json:report.json\n  formats: {', '.join(formats)}"
            raise SettingError(_REPORT, text, message)
        target = folder / path
        is_folder = targets.writes_folder(name, formats)
        if (why := _unwritable(target, is_folder=is_folder)) is not None:
            raise SettingError(_REPORT, text, why)
        targets.check(name, formats)
        found.append(ReportTarget.model_validate({"format": name, "path": target}))
    return tuple(found)


def _unwritable(target: Path, *, is_folder: bool) -> str | None:
    """Return why a report cannot be written to a file or folder, if so."""
    if not is_directory(target.parent):
        return "no such folder to write to"
    if is_folder:
        is_file = is_there(target) and not is_directory(target)
        return "it is a file, and this format writes a folder" if is_file else None
    return why_unwritable(target)


def _check_outputs(settings: Settings) -> None:
    """Reject two outputs with one path: the second would overwrite the first."""
    inputs = filter(None, [settings.run, settings.baseline])
    outputs = (*inputs, *(target.path for target in settings.reports))
    paths = [real(path) for path in outputs]
    for path in paths:
        if paths.count(path) > 1:
            message = f"{path} is given twice: give run log, baseline and reports different paths"
            raise UsageError(message)
