"""What a verdict says first: ``3 of 486 answers claim another vendor (0.6 %, ...), limit 2 %``."""

from typing import NamedTuple

from pytest_distill.records import Estimate, Gate

# Enough to tell any bound that decides from its limit.
_MOST_DIGITS = 6


class Wording(NamedTuple):
    """A number in words."""

    subject: str
    """What is counted, such as ``answers``; for any other number, what it measures."""
    predicate: str = ""
    """What the counted ones do, such as ``claim another vendor``; empty if nothing is counted."""
    is_corrected: bool = False
    """Whether the rate is corrected, so that it is not that of the counted ones."""


PLAIN = Wording("")
"""For a number that nothing is known of: its own name is shown."""


def bounded(gate: Gate, found: Estimate, wording: Wording, *, which: str, bound: float) -> str:
    """Return the sentence of a decided gate.

    Args:
        gate: that is decided.
        found: the number, or its difference from the baseline.
        wording: what it says.
        which: ``at least`` or ``at most``.
        bound: that decides.
    """
    return _sentence(gate, found, wording, f"{which} {_apart(bound, gate, wording)}")


def between(gate: Gate, found: Estimate, wording: Wording) -> str:
    """Return the sentence of an undecided gate."""
    low, high = (_apart(end or 0.0, gate, wording) for end in (found.low, found.high))
    return _sentence(gate, found, wording, f"between {low} and {high}")


def _sentence(gate: Gate, found: Estimate, wording: Wording, interval: str) -> str:
    value, is_share = found.value or 0.0, bool(wording.predicate)
    shown, limit = (_shown(each, gate, wording) for each in (value, gate.limit))
    subject = wording.subject or f"{gate.suite}.{gate.number}"
    if gate.is_relative:
        return f"{_change(value, subject, wording)} ({interval}), limit {limit}"
    if not is_share:
        return f"{subject} is {shown} over {found.n} answers ({interval}), limit {limit}"
    if wording.is_corrected:
        what = f"of {found.n} {subject}, corrected for the judge's errors, {wording.predicate}"
        return f"{shown} {what} ({interval}), limit {limit}"
    what = f"{round(value * found.n)} of {found.n} {subject} {wording.predicate}"
    return f"{what} ({shown}, {interval}), limit {limit}"


def _change(value: float, subject: str, wording: Wording) -> str:
    way = "rose" if value >= 0 else "fell"
    if not wording.predicate:
        return f"{subject} {way} by {_digits(abs(value), 1)} against the baseline"
    by = f"{_percent(abs(value), 1)} percentage points"
    return f"the share of {subject} that {wording.predicate} {way} by {by} against the baseline"


def _apart(bound: float, gate: Gate, wording: Wording) -> str:
    """Return a bound with as many digits as tell it from the limit."""
    for digits in range(1, _MOST_DIGITS):
        text = _shown(bound, gate, wording, digits)
        if bound == gate.limit or text != _shown(gate.limit, gate, wording, digits):
            break
    return text


def _shown(value: float, gate: Gate, wording: Wording, digits: int = 1) -> str:
    """Return a number, a share in per cent, or a change with its sign."""
    number = _percent(value, digits) if wording.predicate else _digits(value, digits)
    if gate.is_relative:
        return f"+{number}" if value > 0 else number
    return f"{number} %" if wording.predicate else number


def _percent(share: float, digits: int) -> str:
    percent = 100 * share
    # A small one keeps its first digit.
    text = f"{percent:.{digits}f}" if abs(percent) >= 10**-digits else f"{percent:.{digits}g}"
    return text.removesuffix(".0")


def _digits(value: float, digits: int) -> str:
    return f"{value:.{digits + 2}g}"
