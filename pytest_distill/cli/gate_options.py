"""The options of commands that decide gates, with defaults from ``[tool.pytest-distill]``."""

import argparse
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pytest_distill.errors import SettingError, UsageError, first_error
from pytest_distill.gates import expression, setup
from pytest_distill.gates.evaluator import GatePolicy
from pytest_distill.settings import duration
from pytest_distill.settings import pyproject as tables
from pytest_distill.settings.settings import Settings

_PLAIN = (
    "calibration",
    "confidence",
    "baseline_missing",
    "releases",
    "max_missing",
    "max_refused",
    "inconclusive",
)


def declare(command: argparse.ArgumentParser) -> None:
    """Add the options."""
    command.add_argument(
        "--gate",
        action="append",
        metavar="EXPR",
        help="as --distill-gate: ice.strict<=0.02, ice.strict<=baseline+0.01, ...; repeatable",
    )
    command.add_argument(
        "--baseline",
        type=Path,
        metavar="PATH",
        help="report.json of an earlier run, for relative gates",
    )
    command.add_argument(
        "--baseline-missing",
        choices=("error", "ok"),
        help="whether a baseline that is not there is an error (default), or ok: a first run",
    )
    command.add_argument(
        "--releases",
        type=int,
        metavar="N",
        help="releases in a row that share the error of a wrong fail, as --distill-releases",
    )
    command.add_argument(
        "--calibration",
        metavar="gold|PATH",
        help="correct the rates for the errors of the judge, as --distill-calibration does",
    )
    command.add_argument(
        "--confidence",
        type=float,
        metavar="P",
        help="confidence level of intervals and gates (default: 0.95)",
    )
    command.add_argument(
        "--max-missing",
        type=float,
        metavar="P",
        help="share of missing cases above which a gate is inconclusive (default: 0.05)",
    )
    command.add_argument(
        "--max-refused",
        type=float,
        metavar="P",
        help="share of answers that refuse to answer above which a gate that would pass is"
        " inconclusive (default: 0.5)",
    )
    command.add_argument(
        "--cache-max-age",
        metavar="DURATION",
        help="greatest age, at the time of the run, of answers that a gate may rest on, as"
        " --distill-cache-max-age (default: 1d)",
    )
    command.add_argument(
        "--inconclusive",
        choices=("fail", "pass"),
        help="how an inconclusive gate counts for the exit status (default: fail)",
    )


def read(options: argparse.Namespace) -> tuple[GatePolicy, Settings]:
    """Return the gate policy, and the settings that it comes from.

    Raises:
        UsageError: a gate, the baseline or a number cannot be used.
    """
    table = tables.load(Path.cwd())
    asked = {f"distill_{name}" for name, value in vars(options).items() if value is not None}
    # An error in a setting that is not an option here is one in the table.
    keys = {"distill_gate", *(f"distill_{name}" for name in Settings.model_fields)} - asked
    with table.naming_errors(keys):
        return _read(options, table)


def _read(options: argparse.Namespace, table: tables.Table) -> tuple[GatePolicy, Settings]:
    given = {name: getattr(options, name) for name in _PLAIN}
    found = {
        name: tables.value_of(table, f"distill_{name}") if value is None else value
        for name, value in given.items()
    }
    values: dict[str, Any] = {name: value for name, value in found.items() if value is not None}
    configured = tables.value_of(table, "distill_gate", is_repeatable=True)
    gates = _listed(configured) if options.gate is None else options.gate
    baseline = options.baseline or tables.value_of(table, "distill_baseline")
    folder = Path() if options.baseline or table.path is None else table.path.parent
    max_age = options.cache_max_age or tables.value_of(table, "distill_cache_max_age")
    if max_age is not None:
        values["cache_max_age_s"] = duration.read(str(max_age), option="--cache-max-age")
    try:
        settings = Settings(
            gates=tuple(expression.parse(str(gate)) for gate in gates),
            baseline=None if baseline is None else folder / str(baseline),
            **values,
        )
    except ValidationError as error:
        first = first_error(error)
        name, problem = str(first["loc"][0]), first["msg"]
        if getattr(options, name, None) is None:
            key = f"distill_{name}"
            raise SettingError(key, first["input"], problem) from error
        message = f"--{name.replace('_', '-')} {first['input']!r}: {problem}"
        raise UsageError(message) from error
    return setup.policy_of(settings), settings


def _listed(found: object) -> list[object]:
    return found if isinstance(found, list) else [] if found is None else [found]
