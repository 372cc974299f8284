"""Option beats ini beats table: the only reader of pytest's options."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pytest
from pydantic import ValidationError

from pytest_distill.data.calibrations import SHIPPED
from pytest_distill.errors import UsageError, did_you_mean, first_error
from pytest_distill.gates import expression
from pytest_distill.models import spec
from pytest_distill.models.registry import BUILT_IN, Providers
from pytest_distill.records import Budget, ModelSpec
from pytest_distill.settings import budget as budgets
from pytest_distill.settings import pyproject as tables
from pytest_distill.settings.settings import (
    CASCADE,
    OFFLINE,
    REPORT_FORMATS,
    SUITES,
    FuzzStop,
    JudgeSpec,
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
    providers: Providers = BUILT_IN,
) -> Settings:
    """Merge what was asked for and check it; nothing is opened.

    Args:
        config: of the run.
        declared: every option that there is.
        implied_suites: suites that the run needs without ``--suite``, for a node id's sake.
        providers: those that models may be of.

    Raises:
        UsageError: names the setting that is wrong, and what it may be.
    """
    table = tables.load(config.rootpath)
    keys = {key for option in declared for key in _table_keys(option)}
    tables.check_keys(table, {"models", "prices", *keys})
    given = {option.key: _value(config, option, table) for option in declared}
    values = {key: value for key, value in given.items() if value is not None}
    folder = config.invocation_params.dir
    transcripts = _paths(values.get("transcripts"), folder)
    aliases = tables.aliases(table)
    models = _models(_texts(values.get("model")), aliases, providers)
    references = _models(_texts(values.get("reference")), aliases, providers)
    judges = read_judges(_texts(values.get("judge")), aliases, providers=providers)
    helper = _helper(values.get("helper"), aliases, providers)
    judging = [judge.model for judge in judges if judge.model is not None]
    asked = (*models, *references, *judging, *filter(None, [helper]))
    is_cached = any(providers.of(model).is_cached for model in asked)
    suites = read_suites(
        [*_texts(values.get("suite")), *implied_suites],
        can_ask=not transcripts,
        can_compare=bool(references),
    )
    gates = tuple(map(expression.parse, _texts(values.get("distill_gate"))))
    if config.getoption("distill_gate") is None:
        # A project's gates are for every run, and each run measures some of its suites.
        gates = tuple(gate for gate in gates if gate.suite in suites or gate.suite not in SUITES)
    settings = {
        "suites": suites,
        "models": models,
        "references": references,
        "prompts": _paths(values.get("prompts"), config.invocation_params.dir),
        "judges": judges,
        "helper": helper,
        "fuzz": _fuzz(values, config.invocation_params.dir),
        "facts": values.get("facts"),
        "calibration": _calibration(
            values.get("distill_calibration"), config.invocation_params.dir
        ),
        "transcripts": transcripts,
        "cache": _cache(config, values.get("distill_cache")) if is_cached else None,
        "budget": _budget(values.get("distill_budget")),
        "prices": budgets.prices(table),
        "run": next(iter(_paths(values.get("distill_run"), folder)), None),
        "gates": gates,
        "baseline": next(iter(_paths(values.get("distill_baseline"), folder)), None),
        # Where there is a gate, leaks are its data.
        "fail_on": "gate" if gates else "leak",
        "reports": _reports(_texts(values.get("distill_report")), folder),
        **{name: values[f"distill_{name}"] for name in _PLAIN if f"distill_{name}" in values},
    }
    try:
        read = Settings.model_validate(settings)
    except ValidationError as error:
        first = first_error(error)
        names = [str(part) for part in first["loc"]]
        flag = "--" + "-".join(names if names[0] == "fuzz" else ["distill", names[0]])
        flag = flag.replace("_", "-")
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


def _cache(config: pytest.Config, value: object) -> Path | None:
    if value == "off":
        return None
    if value is not None:
        return config.invocation_params.dir / str(value)
    # Without pytest's own cache (-p no:cacheprovider) nothing is kept.
    cache: pytest.Cache | None = getattr(config, "cache", None)
    try:
        return None if cache is None else cache.mkdir("distill") / "answers.sqlite"
    except OSError:
        # As pytest does where its cache cannot be written, the run goes on without.
        return None


def _calibration(value: object, folder: Path) -> str | None:
    return None if value is None else SHIPPED if value == SHIPPED else str(folder / str(value))


def _budget(value: object) -> Budget | None:
    return None if value is None else budgets.read(str(value))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _helper(value: object, aliases: Mapping[str, str], providers: Providers) -> ModelSpec | None:
    """Return the model that writes mutants, or None for the offline mutators."""
    if value is None or value == OFFLINE:
        return None
    name = str(value)
    if ":" not in name and name not in aliases:
        message = (
            f"no helper is called {name!r}.{did_you_mean(name, [OFFLINE, *aliases])}\n"
            f"  there are: {OFFLINE}, any model spec such as openai:gpt-4o-mini,"
            " and the aliases of [tool.pytest-distill.models]"
        )
        raise UsageError(message)
    return spec.parse(name, aliases, providers=providers)


def _fuzz(values: Mapping[str, object], folder: Path) -> dict[str, object]:
    found = {
        name: values[f"fuzz_{name}"]
        for name in ("mutations", "policy", "probes")
        if f"fuzz_{name}" in values
    }
    if "fuzz_corpus" in values:
        found["corpus"] = folder / str(values["fuzz_corpus"])
    if "fuzz_stop" in values:
        found["stop"] = _stop(str(values["fuzz_stop"]))
    return found


def _stop(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.split(","):
        key, sign, number = (piece.strip() for piece in part.partition("="))
        is_number = number.replace(".", "", 1).isdecimal()
        if key not in FuzzStop.model_fields or not sign or key in parts or not is_number:
            message = (
                f"--fuzz-stop {text!r}: what is {part.strip()!r}?"
                f"{did_you_mean(key, FuzzStop.model_fields)}\n"
                f"  a stop reads {','.join(f'{name}=N' for name in FuzzStop.model_fields)},"
                " or some of these"
            )
            raise UsageError(message)
        parts[key] = number
    return parts


def read_suites(
    names: list[str], *, can_ask: bool = True, can_compare: bool = False
) -> tuple[str, ...]:
    """Return the suites that are called so, in the order in which they run.

    Args:
        names: as the user gave them.
        can_ask: there is a model; "all" means all that can be run.
        can_compare: there is a reference.

    Raises:
        UsageError: there is no such suite.
    """
    for name in names:
        if name not in (*SUITES, "all"):
            message = (
                f"no suite is called {name!r}.{did_you_mean(name, SUITES)}\n"
                f"  there are: {', '.join(SUITES)}, all"
            )
            raise UsageError(message)
    cannot = {name for name, can in (("fuzz", can_ask), ("rse", can_compare)) if not can}
    every = set(SUITES) - cannot if "all" in names else set()
    return tuple(name for name in SUITES if name in names or name in every)


def read_judges(
    names: list[str], aliases: Mapping[str, str], *, providers: Providers = BUILT_IN
) -> tuple[JudgeSpec, ...]:
    """Return who judges: the offline judge where nobody is named.

    Raises:
        UsageError: there is no such judge, or several cannot be one panel.
    """
    judges = tuple(_judge(name, aliases, providers) for name in names or [OFFLINE])
    if len(judges) > 1 and any(judge.is_cascade for judge in judges):
        message = f"a cascade judges alone: give one --judge, or leave {CASCADE!r} out"
        raise UsageError(message)
    labels = [OFFLINE if judge.model is None else judge.model.label for judge in judges]
    for label in labels:
        if labels.count(label) > 1:
            message = (
                f"two judges are called {label!r}: a panel needs different ones, and names to tell"
                " them apart\n  an alias in [tool.pytest-distill.models] of pyproject.toml is one"
            )
            raise UsageError(message)
    return judges


def _judge(text: str, aliases: Mapping[str, str], providers: Providers) -> JudgeSpec:
    if text == OFFLINE:
        return JudgeSpec()
    name = text.removeprefix(CASCADE)
    if ":" not in name and name not in aliases:
        message = (
            f"no judge is called {name!r}.{did_you_mean(name, [OFFLINE, *aliases])}\n"
            f"  there are: {OFFLINE}, any model spec such as openai:gpt-4o-mini?temperature=0, the"
            f" aliases of [tool.pytest-distill.models], and a spec or an alias behind {CASCADE}"
        )
        raise UsageError(message)
    return JudgeSpec(model=spec.parse(name, aliases, providers=providers), is_cascade=name != text)


def _models(
    texts: list[str], aliases: Mapping[str, str], providers: Providers
) -> tuple[ModelSpec, ...]:
    models = tuple(spec.parse(text, aliases, providers=providers) for text in texts)
    labels = [model.label for model in models]
    for label in labels:
        if labels.count(label) > 1:
            message = (
                f"two models are called {label!r}: the report could not tell them"
                " apart\n  give each a name of its own:"
                " an alias in [tool.pytest-distill.models] of pyproject.toml"
            )
            raise UsageError(message)
    return models


def _reports(texts: list[str], folder: Path) -> tuple[ReportTarget, ...]:
    targets = []
    for text in texts:
        name, colon, path = text.partition(":")
        if name not in REPORT_FORMATS or not colon or not path:
            problem = f"no format is called {name!r}" if path else "FORMAT:PATH is needed"
            message = (
                f"--distill-report {text!r}: {problem}, as in json:report.json\n"
                f"  formats: {', '.join(REPORT_FORMATS)}"
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
