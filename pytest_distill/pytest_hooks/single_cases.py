"""Runs of single cases, which node ids on the command line select: replays.

Such a run measures nothing, so what is configured for whole runs does not hold for it: gates, run
log, reports. A node id alone, as a failure shows it, is run with the options of the last run that
had the case.
"""

import os
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.errors import UsageError
from pytest_distill.pytest_hooks import memory
from pytest_distill.pytest_hooks.declared import OF_WHOLE_RUNS, Option
from pytest_distill.run.replay_commands import command
from pytest_distill.suites.node_ids import FOLDER, GATES, safe
from pytest_distill.text import file_label, from_system

_MEMORY = "distill/last-runs"
"""Key in pytest's cache: by label of a model, folder and options of the last run."""

_UNRECALLED = ("-o", "-p", "--config-file", "--rootdir")
"""Arguments that pytest reads before a run can be recalled."""

# By model; a project has a few.
_MOST_REMEMBERED = 100

_PATHS = frozenset({"prompts", "transcripts", "facts", "fuzz_corpus", "distill_cache"})


def canonical(argument: str) -> str:
    """Return a node id of ours as it is, where pytest has shown it from a folder below."""
    text = argument
    while text.startswith("../"):
        text = text.removeprefix("../")
    return text if text.startswith(f"{FOLDER}/") else argument


def only(nodes: Iterable[str], arguments: Sequence[str]) -> tuple[str, ...]:
    """Return the single cases or slots that `nodes` are; nothing if the run has anything else.

    Args:
        nodes: node ids of ours on the command line.
        arguments: all paths and node ids on the command line.
    """
    cases = tuple(canonical(node) for node in nodes if "[" in node)
    return cases if len(cases) == len(arguments) else ()


def arguments(
    given: Mapping[str, object], declared: Sequence[Option], plain_flags: Container[str]
) -> Iterator[str]:
    """Yield the arguments that repeat options, those about whole runs left out.

    Args:
        given: values by key.
        declared: all options.
        plain_flags: flags without the prefix that are ours.
    """
    for option in declared:
        value = given.get(option.key)
        if value is not None and option.key not in OF_WHOLE_RUNS:
            flag = option.flag if option.flag in plain_flags else option.own_flag
            for each in value if isinstance(value, list) else [value]:
                yield from_system(f"{flag}={each}")


def of_models(
    given: Mapping[str, object],
    declared: Sequence[Option],
    config: pytest.Config,
    labels: Mapping[str, str],
    transcripts: Iterable[Path],
    plain_flags: Container[str],
) -> dict[str, tuple[str, ...]]:
    """Return the arguments that ask a case of each model again, by its label.

    Args:
        given: values of the run by key.
        declared: all options.
        config: of the run.
        labels: of the models, with their specs.
        transcripts: files of recorded answers, whose stem is the label.
        plain_flags: flags without the prefix that are ours.
    """
    folder = config.invocation_params.dir
    ours = {name for option in declared for name in (option.key, option.dest)}
    common = {
        key: _relative(value, folder) if key in _PATHS else value
        for key, value in {"distill_seed": 0, **given}.items()
    }
    found: dict[str, dict[str, object]] = {
        label: {"model": [spec], "transcripts": None} for label, spec in labels.items()
    }
    found |= {
        file_label(path): {"model": None, "transcripts": _relative([path], folder)}
        for path in transcripts
    }
    return {
        label: (
            *arguments({**common, **own}, declared, plain_flags),
            *map(from_system, _of_pytest(config, folder, ours)),
        )
        for label, own in found.items()
    }


def remember(config: pytest.Config, replay: Mapping[str, Sequence[str]]) -> None:
    """Keep the options of a run in pytest's cache, to recall them for its node ids."""
    cache = memory.of(config)
    if cache is None or config.option.collectonly:
        return
    folder = from_system(str(config.invocation_params.dir))
    known = _known(cache)
    for label, own in replay.items():
        known.pop(label, None)
        known[label] = {"folder": folder, "arguments": list(own)}
    cache.set(_MEMORY, dict(list(known.items())[-_MOST_REMEMBERED:]))


def recall(
    config: pytest.Config,
    declared: Sequence[Option],
    nodes: Sequence[str],
    *,
    may_be_unknown: bool,
) -> Mapping[str, object]:
    """Return the options of the last run in this folder that had these cases.

    Args:
        config: of this run.
        declared: all options.
        nodes: ids of the cases.
        may_be_unknown: whether a model is configured, so that none has to be known.

    Raises:
        UsageError: no such run is known, or their runs had different options.
    """
    found = {_recalled(config, node, may_be_unknown=may_be_unknown) for node in nodes}
    if len(found) > 1:
        message = "the last runs of these cases had different options: give one case at a time"
        raise UsageError(message)
    return _values(found.pop(), declared)


def _recalled(config: pytest.Config, node: str, *, may_be_unknown: bool) -> tuple[str, ...]:
    entry = _entry(config, node.partition("[")[2])
    if entry is None and not may_be_unknown:
        message = (
            f"{node} needs its model: give --model SPEC, and what else its run was given\n"
            "  pytest's cache has no run of it in this folder; the failure, and\n"
            "  'pytest-distill leaks RUN', end with the whole command"
        )
        raise UsageError(message)
    arguments = entry or ()
    if any(argument.startswith(_UNRECALLED) for argument in arguments):
        message = f"{node} depends on options of pytest: run\n  {command(node, arguments)}"
        raise UsageError(message)
    return arguments


def _values(arguments: Iterable[str], declared: Iterable[Option]) -> dict[str, object]:
    """Return the values by key that `arguments` was made from."""
    options = {flag: option for option in declared for flag in (option.flag, option.own_flag)}
    values: dict[str, Any] = {}
    for argument in arguments:
        flag, _, text = argument.partition("=")
        if flag in options and options[flag].is_repeatable:
            values.setdefault(options[flag].key, []).append(text)
        elif flag in options:
            values[options[flag].key] = text
    return values


def _entry(config: pytest.Config, parameter: str) -> tuple[str, ...] | None:
    """Return the arguments of the last run here of the model that a parameter's id begins with."""
    folder = from_system(str(config.invocation_params.dir))
    known = _known(memory.of(config))
    labels = [
        label
        for label, entry in known.items()
        if parameter.startswith(f"{safe(label)}-") and entry["folder"] == folder
    ]
    return tuple(map(str, known[max(labels, key=len)]["arguments"])) if labels else None


def _known(cache: memory.QuietCache | None) -> dict[str, dict[str, Any]]:
    """Return what the cache has of earlier runs; another version may have written it."""
    found = {} if cache is None else cache.get(_MEMORY, {})
    return {
        label: entry
        for label, entry in (found.items() if isinstance(found, dict) else ())
        if isinstance(entry, dict)
        and entry.keys() >= {"folder", "arguments"}
        and isinstance(entry["arguments"], list)
    }


def refuse_gates(config: pytest.Config) -> None:
    """Reject the node id of a gate, which is decided on the whole run of a suite.

    Raises:
        UsageError: says what to run.
    """
    for argument in config.args:
        if (node := canonical(argument)).startswith(f"{GATES}::"):
            raise UsageError(_of_gate(config, node))


def _of_gate(config: pytest.Config, node: str) -> str:
    expression, _, model = node.removeprefix(f"{GATES}::").rpartition("[")
    suite = expression.partition(".")[0]
    options = _entry(config, f"{safe(model.removesuffix(']'))}-") or ("--model=SPEC",)
    again = command(f"--suite={suite}", (*options, f"--distill-gate={expression}"))
    return (
        f"{node} is a gate, which is decided when all cases of its suite have run\n"
        f"  to decide it again: {again}\n"
        f"  from a run log: pytest-distill gate RUN --gate '{expression}'"
    )


def _of_pytest(config: pytest.Config, folder: Path, ours: Collection[str]) -> Iterator[str]:
    """Yield pytest's own arguments that settings or plugins may come from."""
    option = config.option
    if option.inifilename:
        yield f"--config-file={_relative(option.inifilename, folder)}"
    if option.rootdir:
        yield f"--rootdir={_relative(option.rootdir, folder)}"
    for setting in option.override_ini or ():
        if setting.partition("=")[0] not in ours:
            yield from ("-o", setting)
    for plugin in option.plugins or ():
        if not plugin.startswith("no:"):
            yield from ("-p", plugin)


def _relative(value: object, folder: Path) -> Any:  # noqa: ANN401 - as `value`
    """Return absolute paths as from the folder of the run: reports name no machine's folders."""
    if isinstance(value, list):
        return [_relative(each, folder) for each in value]
    text = str(value)
    if not Path(text).is_absolute():
        return text
    try:
        return os.path.relpath(text, folder)
    except ValueError:
        return text  # another drive
