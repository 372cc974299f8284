"""The options of commands that decide gates, with defaults from ``[tool.pytest-distill]``."""

import argparse
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pytest_distill.errors import UsageError, first_error
from pytest_distill.gates import expression, setup
from pytest_distill.gates.evaluator import GatePolicy
from pytest_distill.settings import pyproject as tables
from pytest_distill.settings.settings import Settings


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
    names = ("calibration", "confidence", "baseline_missing", "max_missing", "inconclusive")
    given = {name: getattr(options, name) for name in names}
    values: dict[str, Any] = {
        name: tables.value_of(table, f"distill_{name}") if value is None else value
        for name, value in given.items()
    }
    configured = tables.value_of(table, "distill_gate", is_repeatable=True)
    gates = _listed(configured) if options.gate is None else options.gate
    baseline = options.baseline or tables.value_of(table, "distill_baseline")
    try:
        settings = Settings(
            gates=tuple(expression.parse(str(gate)) for gate in gates),
            baseline=None if baseline is None else Path(str(baseline)),
            **{name: value for name, value in values.items() if value is not None},
        )
    except ValidationError as error:
        first = first_error(error)
        message = f"--{str(first['loc'][0]).replace('_', '-')} {first['input']!r}: {first['msg']}"
        raise UsageError(message) from error
    policy = GatePolicy(
        gates=settings.gates,
        confidence=settings.confidence,
        max_missing=settings.max_missing,
        baseline=setup.baseline(
            settings.baseline, settings.gates, may_be_missing=settings.baseline_missing == "ok"
        ),
    )
    return policy, settings


def _listed(found: object) -> list[object]:
    return found if isinstance(found, list) else [] if found is None else [found]
