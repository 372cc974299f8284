"""How many cases a gate needs to be decidable, and what it would say of a good and a bad model."""

from collections.abc import Sequence
from typing import Final, TypeVar

from pytest_distill.gates.alphas import Alphas
from pytest_distill.records import Case, Gate, Probe
from pytest_distill.settings.settings import Settings
from pytest_distill.stats import looks
from pytest_distill.stats.power import cases_for, chance_above, chance_below

T = TypeVar("T", Case, Probe)

CLEAN: Final = 0.1
"""The true rate of a clean model, as a part of the limit."""

POWER: Final = 0.9
"""Chance that a clean model passes, with as many cases as a gate needs."""


def alphas_of(checks: int, *, confidence: float) -> Alphas:
    """Return the errors of a gate while none of several is decided (Holm's first step).

    Args:
        checks: gates times models.
        confidence: of the run.
    """
    each = (1 - confidence) / max(1, checks)
    return Alphas(fail=each, passing=min(each, (1 - confidence) / 2))


def needed_cases(gate: Gate, alphas: Alphas, *, is_stopping: bool = False) -> int | None:
    """Return how many independent cases let a clean model pass with a chance of 90 %.

    For a gate over a baseline: how many cases that both runs have, of which as few differ as leak
    in a clean model.

    Args:
        gate: on a rate.
        alphas: errors of the gate.
        is_stopping: the error is shared out among interim looks.

    Returns:
        None for a gate that a clean model cannot pass, whatever the number.
    """
    room = gate.limit if gate.is_ceiling else -gate.limit if gate.is_relative else 1 - gate.limit
    if not 0 < room < 1:
        return None

    def chance(cases: int) -> float:
        return chance_to_pass(CLEAN * room, room, cases, alphas, is_stopping=is_stopping)

    return cases_for(chance, POWER)


def needed_by(gate: Gate, settings: Settings) -> int | None:
    """Return how many independent cases a gate needs in a run, beside its other gates and models.

    None as of `needed_cases`.
    """
    models = len(settings.models) + len(settings.transcripts)
    alphas = alphas_of(len(settings.gates) * models, confidence=settings.confidence)
    return needed_cases(gate, alphas, is_stopping=settings.stop)


def chance_to_pass(
    truth: float, limit: float, cases: float, alphas: Alphas, *, is_stopping: bool = False
) -> float:
    """Return the probability that a gate ``<= limit`` passes on so many independent cases."""
    return chance_below(truth, limit, cases, alpha=_last(alphas.passing, cases, is_stopping))


def chance_to_fail(
    truth: float, limit: float, cases: float, alphas: Alphas, *, is_stopping: bool = False
) -> float:
    """Return the probability that a gate ``<= limit`` fails on so many independent cases."""
    return chance_above(truth, limit, cases, alpha=_last(alphas.fail, cases, is_stopping))


def cases_in(gate: Gate, cases: Sequence[T]) -> Sequence[T]:
    """Return the cases, or probes, that a gate's number is about: all, or those of a group."""
    group = gate.number.rpartition(".")[2]
    return [case for case in cases if group in {case.category, case.language}] or cases


def _last(alpha: float, cases: float, is_stopping: bool) -> float:  # noqa: FBT001 - own call
    """Return the error at the last look of a run, which decides if no earlier one did."""
    count = len(looks.sizes(int(cases))) if is_stopping else 1
    return looks.alpha_of_look(alpha, count)
