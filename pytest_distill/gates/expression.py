"""Gate expressions, such as ``ice.strict<=0.02``, ``<=2%`` or ``ice.strict<=baseline+0.01``."""

import math
import re
from collections.abc import Callable, Collection, Mapping

from pytest_distill.errors import GateError, did_you_mean
from pytest_distill.records import Gate

_EXPRESSION = re.compile(r"(?P<name>[^<>=]+?)(?P<sign>[<>=]+)(?P<limit>[^<>=]+)")
_RELATIVE = re.compile(r"baseline(?:(?P<sign>[+-])(?P<margin>.+))?")
_SYNTAX = (
    "  a gate has the form NUMBER<=LIMIT or NUMBER>=LIMIT, as in ice.strict<=0.02,"
    " ice.strict<=2%, ice.strict.team<=0.05 or ice.strict<=baseline+0.01"
)
_PERCENT = 100

Ends = tuple[float, float]
"""Least and greatest value that a number can have."""


def parse(expression: str) -> Gate:
    """Return the gate that `expression` describes.

    Raises:
        GateError: it is invalid; names the invalid part.
    """
    parts = _EXPRESSION.fullmatch("".join(expression.split()))
    if parts is None or parts["sign"] not in {"<=", ">="}:
        message = f"gate {expression!r} cannot be read\n{_SYNTAX}"
        raise GateError(expression, message)
    suite, dot, number = parts["name"].partition(".")
    if not dot or not number:
        message = f"gate {expression!r}: {parts['name']!r} is not SUITE.NUMBER\n{_SYNTAX}"
        raise GateError(expression, message)
    relative = _RELATIVE.fullmatch(parts["limit"])
    text = parts["limit"] if relative is None else (relative["margin"] or "0")
    limit = _number(text)
    if not math.isfinite(limit):
        message = f"gate {expression!r}: {text!r} is not a number\n{_SYNTAX}"
        raise GateError(expression, message)
    is_negative = relative is not None and relative["sign"] == "-"
    return Gate(
        expression=expression.strip(),
        suite=suite,
        number=number,
        is_ceiling=parts["sign"] == "<=",
        limit=-limit if is_negative else limit,
        is_relative=relative is not None,
    )


def _number(text: str) -> float:
    """Return what `text` says, which may be in per cent; nan if it is no number."""
    try:
        return float(text.removesuffix("%")) / (_PERCENT if text.endswith("%") else 1)
    except ValueError:
        return math.nan


def check(
    gate: Gate,
    known: Mapping[str, Collection[str]],
    ends_of: Callable[[str, str], Ends | None],
) -> None:
    """Reject a gate on a number that the run does not measure, or that decides nothing.

    Args:
        gate: to be checked.
        known: by suite, the names of its numbers.
        ends_of: returns what a number of a suite can be; None: anything.

    Raises:
        GateError: names the closest known number, or says why the gate decides nothing.
    """
    if gate.suite not in known:
        suites = ", ".join(known) or "none"
        message = (
            f"gate {gate.expression!r}: suite {gate.suite!r} is not part of this run."
            f"{did_you_mean(gate.suite, known)}\n  there are: {suites};"
            " pytest --suite NAME runs others"
        )
        raise GateError(gate.expression, message)
    if gate.number not in known[gate.suite]:
        names = [f"{gate.suite}.{name}" for name in known[gate.suite]]
        # Lists only the few numbers over all cases, not those of each group.
        short = [name for name in names if name.count(".") == 1]
        message = (
            f"gate {gate.expression!r}: no number is called {gate.suite}.{gate.number}."
            f"{did_you_mean(f'{gate.suite}.{gate.number}', names)}\n"
            f"  there are: {', '.join(sorted(short))}, and these by group,"
            f" as in {max(names, key=len)}"
        )
        raise GateError(gate.expression, message)
    if (found := ends_of(gate.suite, gate.number)) is not None:
        _check_limit(gate, found)


def _check_limit(gate: Gate, ends: Ends) -> None:
    least, greatest = ends
    what = f"{gate.suite}.{gate.number} is between {least:g} and {greatest:g}"
    if gate.is_relative:
        span = greatest - least
        # A difference of the whole scale is never exceeded, one of less than that may be.
        if not -span < gate.limit < span:
            message = (
                f"gate {gate.expression!r}: {what}, so that no difference from the baseline is"
                f" {span:g} or more: the gate would decide nothing"
            )
            raise GateError(gate.expression, message)
        return
    if not least <= gate.limit <= greatest:
        percent = f"{gate.limit / _PERCENT:g}"
        hint = f"; for {gate.limit:g} % write {gate.limit:g}% or {percent}" if least == 0 else ""
        message = f"gate {gate.expression!r}: {what}, the limit is {gate.limit:g}{hint}"
        raise GateError(gate.expression, message)
    if gate.limit == (greatest if gate.is_ceiling else least):
        message = f"gate {gate.expression!r} can never fail: {what}"
        raise GateError(gate.expression, message)
