"""``pytest-distill gate``: decides gates from run logs, without asking a model."""

import argparse
import sys
from typing import TYPE_CHECKING

from pytest_distill.cli import gate_options, logs
from pytest_distill.errors import UsageError
from pytest_distill.gates.evaluator import GatePolicy
from pytest_distill.gates.setup import is_first_run
from pytest_distill.records import Verdict
from pytest_distill.report import terminal
from pytest_distill.run import replay
from pytest_distill.settings.settings import Settings

if TYPE_CHECKING:
    from pytest_distill.cli.judge import Commands


def declare(commands: "Commands") -> None:
    """Add the command to the command line."""
    text = "decide gates from run logs, without asking a model"
    command = commands.add_parser("gate", help=text, description=f"{text[0].upper()}{text[1:]}.")
    logs.declare(command)
    gate_options.declare(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the verdicts; exit status 1 if one is fail, or inconclusive and that counts as fail.

    Raises:
        UsageError: log, gate or baseline cannot be used.
    """
    policy, settings = gate_options.read(options)
    if not policy.gates:
        message = "there is no gate to decide: give --gate EXPR, as in --gate 'ice.strict<=0.02'"
        raise UsageError(message)
    report = replay.report(
        logs.read(options.logs),
        policy,
        registry=options.extensions.suites,
        calibration=settings.calibration,
    )
    sys.stdout.write("\n".join(terminal.gates(report)))
    return int(any(_is_failing(verdict, settings, policy) for verdict in report.gates))


def _is_failing(verdict: Verdict, settings: Settings, policy: GatePolicy) -> bool:
    if verdict.verdict == "inconclusive":
        is_first = is_first_run(verdict, settings, policy.baseline)
        return settings.inconclusive == "fail" and not is_first
    return verdict.verdict == "fail"
