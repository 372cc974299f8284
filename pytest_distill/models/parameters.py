"""Reads the parameters of a spec, which follow the question mark."""

import math
import re
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote

from pytest_distill import documents
from pytest_distill.errors import FileFormatError
from pytest_distill.models.provider import Provider
from pytest_distill.records import Scalar

# Not 007, which is rather a name; and not thousands of digits.
_INTEGER = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][+-]?[0-9]+)?")
_KEY_LIKE = (
    *("key", "token", "secret", "password", "passwd", "authorization", "bearer", "auth"),
    *("credential", "credentials", "signature", "jwt"),
)
_LETTERS = re.compile(r"[^a-z0-9]")

# "temprature" is .95 from "temperature", "maxtokens" .95 from "max_tokens"; but OpenRouter's
# "top_a" is .8 from "top_p", and vLLM's "min_tokens" .8 from "max_tokens".
_MISSPELT_CUTOFF = 0.85


class MisuseError(ValueError):
    """One part of a spec is wrong; `spec.parse` raises it as SpecError."""


def read(query: str, provider: Provider) -> dict[str, Scalar]:
    """Return the parameters in `query`, the part after the question mark.

    Values are percent-decoded and typed: ``0`` is an int, ``0.5`` a float, ``true`` a bool,
    everything else text. A parameter whose rule is text stays text.

    Raises:
        MisuseError: a parameter is malformed, unknown, given twice or out of range.
    """
    parameters: dict[str, Scalar] = {}
    for part in query.split("&"):
        written, equals, text = part.partition("=")
        key = unquote(written)
        if not equals or not key:
            message = f"parameter {part!r} is not KEY=VALUE"
            raise MisuseError(message)
        if key in parameters:
            message = f"parameter {key!r} is given twice"
            raise MisuseError(message)
        parameters[key] = _value(key, unquote(text), provider)
    return parameters


def typed(text: str) -> Scalar:
    """Return `text` as a number or bool if it is one, else unchanged."""
    if text.casefold() in {"true", "false"}:
        return text.casefold() == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def is_key_like(key: str) -> bool:
    """Return whether a parameter of this name holds a secret: ``apiKey``, ``access_token``, ..."""
    return _LETTERS.sub("", unquote(key).casefold()).endswith(_KEY_LIKE)


def _value(key: str, text: str, provider: Provider) -> Scalar:
    if key in provider.refused:
        message = f"parameter {key!r} cannot be set: {provider.refused[key]}"
        raise MisuseError(message)
    rule = provider.rules.get(key)
    if rule is None:
        _refuse_unknown(key, provider)
        if text[:1] in {"{", "["}:
            _require_json(key, text)
        return typed(text)
    value = text if rule.is_text else typed(text)
    if not rule.accepts(value):
        message = f"parameter {key!r} must be {rule.wants}, not {text!r}"
        raise MisuseError(message)
    return value


def _require_json(key: str, text: str) -> None:
    try:
        documents.json_value(text, Path(key))
    except FileFormatError as error:
        why = error.problem.removeprefix("not JSON: ")
        message = (
            f"parameter {key!r}: {text!r:.100} is not JSON ({why}); an object reads"
            ' {"enable_thinking":false}, with & as %26'
        )
        raise MisuseError(message) from None


def _refuse_unknown(key: str, provider: Provider) -> None:
    if is_key_like(key):
        message = (
            f"parameter {key!r}: a key in a spec would be in every report;"
            " put it into an environment variable"
            + (" and name that with key_env=NAME" if "key_env" in provider.rules else "")
        )
        raise MisuseError(message)
    plain = key.casefold().replace("-", "_")
    near = get_close_matches(plain, sorted(provider.rules), n=1, cutoff=_MISSPELT_CUTOFF)
    guess = f" Did you mean {near[0]!r}?" if near else ""
    if near or not provider.allows_unknown:
        exists = ", ".join(sorted(provider.rules))
        message = f"unknown parameter {key!r}.{guess}\n  {provider.name}: knows {exists}"
        raise MisuseError(message)
