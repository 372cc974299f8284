"""Rules for the values of parameters, shared by providers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pytest_distill.records import Scalar

_ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Rule:
    """Which values of one parameter are valid."""

    wants: str
    accepts: Callable[[Scalar], bool]
    is_text: bool = False
    """The value stays text, even if it looks like a number."""


def _is_number(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def number(wants: str, accepts: Callable[[float], bool]) -> Rule:
    """Return the rule for a number that `accepts` passes; `wants` describes it."""
    return Rule(wants, lambda value: _is_number(value) and accepts(float(value)))


def integer(wants: str, accepts: Callable[[int], bool]) -> Rule:
    """Return the rule for a whole number that `accepts` passes; `wants` describes it."""
    return Rule(wants, lambda value: type(value) is int and accepts(value))


RATE = number("a number from 0 to 1", lambda value: 0 <= value <= 1)
NOT_NEGATIVE = number("a number, 0 or more", lambda value: value >= 0)
SECONDS = number("a number of seconds above 0", lambda value: value > 0)
ANY_NUMBER = number("a number", lambda _: True)
COUNT = integer("a whole number, 1 or more", lambda value: value >= 1)
ANY_INTEGER = integer("a whole number", lambda _: True)
SWITCH = Rule("true or false", lambda value: isinstance(value, bool))
TEXT = Rule("a text", lambda _: True, is_text=True)
NAME = Rule("a name", bool, is_text=True)
VARIABLE = Rule(
    "the name of an environment variable",
    lambda value: bool(_ENVIRONMENT_NAME.fullmatch(str(value))),
    is_text=True,
)

RELEASE = "release"
"""Parameter that says which release of a model its name means now; ours, and never sent."""

SAMPLING: Mapping[str, Rule] = {
    "temperature": NOT_NEGATIVE,
    "max_tokens": COUNT,
    "top_p": RATE,
    "top_k": ANY_INTEGER,
    "min_p": RATE,
    "presence_penalty": ANY_NUMBER,
    "frequency_penalty": ANY_NUMBER,
}
"""Sampling parameters, under the names that most APIs share."""
