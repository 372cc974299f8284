"""The size of the bank of questions that a run asks: what its gates need to be decidable."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from pytest_distill.errors import UsageError
from pytest_distill.gates.design import cases_in, needed_by
from pytest_distill.records import Case, Gate, Probe
from pytest_distill.settings.settings import Settings

_LEAST: Final = 100
"""With fewer cases a run says little about categories and languages."""


def is_banked(settings: Settings, suite: str) -> bool:
    """Say whether a run asks the bank of questions, as it does for a gate, instead of the core."""
    if settings.cases is None:
        return any(gate.suite == suite for gate in settings.gates)
    return True


def sized(bank: Sequence[Probe], settings: Settings, suite: str) -> Sequence[Probe]:
    """Return the first part of a bank: as many questions as were asked for, or as gates need.

    Args:
        bank: each question once, in order.
        settings: of the run.
        suite: its name.

    Raises:
        UsageError: there are not as many as were asked for.
    """
    if isinstance(settings.cases, int):
        if settings.cases > len(bank):
            message = (
                f"--distill-cases {settings.cases}: suite {suite!r} has {len(bank)} questions;"
                " --distill-samples asks each several times"
            )
            raise UsageError(message)
        return bank[: settings.cases]
    needs = [_length(gate, bank, settings) for gate in settings.gates if gate.suite == suite]
    return bank[: max([_LEAST, *needs])]


def shortages(cases: Sequence[Case], settings: Settings, suite: str) -> Iterator[str]:
    """Yield a sentence for each gate that a clean model may miss, though it is asked these cases.

    Args:
        cases: of the run, in any number of samples.
        settings: of the run.
        suite: its name.
    """
    for gate in settings.gates:
        needed = needed_by(gate, settings) if gate.suite == suite else None
        there = len({case.probe_key for case in cases_in(gate, cases)})
        if needed is not None and there < needed:
            yield (
                f"{gate.expression}: {there} questions may leave even a clean model inconclusive;"
                f" {needed} would let it pass"
            )


def _length(gate: Gate, bank: Sequence[Probe], settings: Settings) -> int:
    """Return the length of the first part of the bank that a gate needs."""
    needed = needed_by(gate, settings)
    members = {probe.id for probe in cases_in(gate, bank)}
    found = accumulate(probe.id in members for probe in bank)
    lengths = (length for length, count in enumerate(found, start=1) if count == needed)
    return next(lengths, len(bank))
