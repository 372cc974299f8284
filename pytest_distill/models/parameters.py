"""What may follow the question mark of a spec: names, types and ranges."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import unquote

from pytest_distill.records import Scalar

# Not 007, which is somebody's name for a thing; and not thousands of digits.
_INTEGER = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][+-]?[0-9]+)?")
_ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEY_LIKE = re.compile(r"(?i)(?:[a-z]+[_-])*(?:key|token|secret|password|authorization|bearer)")

# "temprature" is .95 from "temperature", "maxtokens" .95 from "max_tokens"; but OpenRouter's
# "top_a" is .8 from "top_p", and vLLM's "min_tokens" .8 from "max_tokens".
_MISSPELT = 0.85

# llama.cpp takes seeds of 32 bits, and reads 2**32 - 1 as "choose one yourself".
_LOCAL_SEEDS = 2**31


class MisuseError(ValueError):
    """What is wrong with one part of a spec; `spec.parse` makes it a SpecError."""


@dataclass(frozen=True)
class Rule:
    """What the value of one parameter has to be."""

    wants: str
    accepts: Callable[[Scalar], bool]
    is_text: bool = False
    """The value stays text, even if it looks like a number."""


@dataclass(frozen=True)
class Provider:
    """What the specs of one provider may hold."""

    rules: Mapping[str, Rule]
    refused: Mapping[str, str]
    """Parameters that cannot be, and why."""
    is_open: bool = False
    """Parameters without a rule go through as they are."""
    takes_base_url: bool = False


def _is_number(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(wants: str, accepts: Callable[[float], bool]) -> Rule:
    return Rule(wants, lambda value: _is_number(value) and accepts(float(value)))


def _integer(wants: str, accepts: Callable[[int], bool]) -> Rule:
    return Rule(wants, lambda value: type(value) is int and accepts(value))


_RATE = _number("a number from 0 to 1", lambda value: 0 <= value <= 1)
_NOT_NEGATIVE = _number("a number, 0 or more", lambda value: value >= 0)
_SECONDS = _number("a number of seconds above 0", lambda value: value > 0)
_ANY_NUMBER = _number("a number", lambda _: True)
_COUNT = _integer("a whole number, 1 or more", lambda value: value >= 1)
_ANY_INTEGER = _integer("a whole number", lambda _: True)
_SWITCH = Rule("true or false", lambda value: isinstance(value, bool))
_TEXT = Rule("a text", lambda _: True, is_text=True)
_NAME = Rule("a name", bool, is_text=True)
_VARIABLE = Rule(
    "the name of an environment variable",
    lambda value: bool(_ENVIRONMENT_NAME.fullmatch(str(value))),
    is_text=True,
)

_SAMPLING = {
    "temperature": _NOT_NEGATIVE,
    "max_tokens": _COUNT,
    "top_p": _RATE,
    "top_k": _ANY_INTEGER,
    "min_p": _RATE,
    "presence_penalty": _ANY_NUMBER,
    "frequency_penalty": _ANY_NUMBER,
}

_SERVED = {"timeout": _SECONDS, "key_env": _VARIABLE, "system": _TEXT}
_REFUSED = {
    "n": "one answer is asked for at a time; --distill-samples N asks for more",
    "stream": "whole answers are asked for",
    "model": "the model is the name in front",
    "messages": "the messages are what is measured",
}

PROVIDERS: Mapping[str, Provider] = {
    "openai": Provider(
        rules={
            **_SAMPLING,
            "max_completion_tokens": _COUNT,
            "seed": _ANY_INTEGER,
            "stop": _TEXT,
            "structured": _SWITCH,
            **_SERVED,
        },
        refused=_REFUSED,
        is_open=True,
        takes_base_url=True,
    ),
    "anthropic": Provider(
        rules={
            "temperature": _RATE,
            "max_tokens": _COUNT,
            "top_p": _RATE,
            "top_k": _COUNT,
            "stop": _TEXT,
            **_SERVED,
        },
        refused={
            **_REFUSED,
            "seed": "Anthropic's interface takes none",
            "structured": "replies are read by their form, which is asked for in words",
        },
        is_open=True,
        takes_base_url=True,
    ),
    "gemini": Provider(
        rules={
            **{key: rule for key, rule in _SAMPLING.items() if key != "min_p"},
            "top_k": _COUNT,
            "seed": _ANY_INTEGER,
            "stop": _TEXT,
            "structured": _SWITCH,
            **_SERVED,
        },
        refused=_REFUSED,
        takes_base_url=True,
    ),
    "recorded": Provider(rules={"model": _NAME, "system": _TEXT}, refused={}),
    "local": Provider(
        rules={
            **_SAMPLING,
            "repeat_penalty": _ANY_NUMBER,
            "seed": _integer(
                f"a whole number from 0 to {_LOCAL_SEEDS - 1}",
                lambda value: 0 <= value < _LOCAL_SEEDS,
            ),
            "n_ctx": _COUNT,
            "n_threads": _COUNT,
            "structured": _SWITCH,
            "timeout": _SECONDS,
            "system": _TEXT,
        },
        refused={},
    ),
    "simulated": Provider(
        rules={
            "leak": _RATE,
            "missing": _RATE,
            "vendor": _NAME,
            "seed": _ANY_INTEGER,
            "latency": _NOT_NEGATIVE,
            "timeout": _SECONDS,
            "teacher": _NAME,
            "base": _NAME,
            "alpha": _RATE,
        },
        refused={},
    ),
    "python": Provider(rules={"timeout": _SECONDS, "system": _TEXT}, refused={}, is_open=True),
}


def read(query: str, provider: str) -> dict[str, Scalar]:
    """Return the parameters of `query`, what follows the question mark.

    Values are percent-decoded and typed: ``0`` is an int, ``0.5`` a float, ``true`` a bool,
    everything else text; where a parameter is text by nature, it stays so.

    Raises:
        MisuseError: a parameter that is malformed, unknown, given twice or out of range.
    """
    parameters: dict[str, Scalar] = {}
    for part in query.split("&"):
        key, equals, text = part.partition("=")
        if not equals or not key:
            message = f"parameter {part!r} is not KEY=VALUE"
            raise MisuseError(message)
        if key in parameters:
            message = f"parameter {key!r} is given twice"
            raise MisuseError(message)
        parameters[key] = _value(key, unquote(text), provider)
    return parameters


def typed(text: str) -> Scalar:
    """Return the number or the truth value that `text` spells, else the text."""
    if text.casefold() in {"true", "false"}:
        return text.casefold() == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def _value(key: str, text: str, provider: str) -> Scalar:
    known = PROVIDERS[provider]
    if key in known.refused:
        message = f"parameter {key!r} cannot be set: {known.refused[key]}"
        raise MisuseError(message)
    rule = known.rules.get(key)
    if rule is None:
        _refuse_unknown(key, provider)
        return typed(text)
    value = text if rule.is_text else typed(text)
    if not rule.accepts(value):
        message = f"parameter {key!r} must be {rule.wants}, not {text!r}"
        raise MisuseError(message)
    return value


def _refuse_unknown(key: str, provider: str) -> None:
    known = PROVIDERS[provider]
    if _KEY_LIKE.fullmatch(key):
        message = (
            f"parameter {key!r}: a key in a spec would end in every report;"
            " put it into an environment variable"
            + (" and name that with key_env=NAME" if "key_env" in known.rules else "")
        )
        raise MisuseError(message)
    plain = key.casefold().replace("-", "_")
    near = get_close_matches(plain, sorted(known.rules), n=1, cutoff=_MISSPELT)
    guess = f" Did you mean {near[0]!r}?" if near else ""
    if near or not known.is_open:
        exists = ", ".join(sorted(known.rules))
        message = f"unknown parameter {key!r}.{guess}\n  {provider}: knows {exists}"
        raise MisuseError(message)
