"""API keys: read from the environment, shown to nobody."""

import os

from pydantic import SecretStr

from pytest_distill.errors import UsageError
from pytest_distill.records import ModelSpec

DEFAULT_VARIABLES = {
    "openai": ("OPENAI_API_KEY",),
    "anthropic": ("ANTHROPIC_API_KEY",),
    "gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
}
"""Where the key of each provider that has one is looked for, in this order."""

_OWN = {
    "openai": "openai:NAME@http://HOST:PORT/v1",
    "anthropic": "anthropic:NAME@http://HOST:PORT",
    "gemini": "gemini:NAME@http://HOST:PORT",
}


def read(spec: ModelSpec) -> SecretStr | None:
    """Return the key for `spec`; None where the environment has none."""
    variable = _set_variable(spec)
    return None if variable is None else SecretStr(os.environ[variable].strip())


def check(spec: ModelSpec) -> None:
    """Make sure that the key is there, where `spec` cannot do without.

    Servers of one's own seldom want a key: behind a base URL it is needed only where the spec
    names its variable.

    Raises:
        UsageError: the variable is not set, or holds what no HTTP header can carry.
    """
    if spec.provider not in DEFAULT_VARIABLES:
        return
    variable = _set_variable(spec)
    if variable is None:
        if spec.base_url is not None and "key_env" not in spec.parameters:
            return
        first, *others = _variables(spec)
        nor = "".join(f", nor is {other}" for other in others)
        message = (
            f"no key for {spec.text!r}: the environment variable {first} is not set{nor}\n"
            f"  set {first}, or name the variable that holds the key with ?key_env=NAME\n"
            f"  a server of your own is asked with {_OWN[spec.provider]}"
        )
        raise UsageError(message)
    secret = os.environ[variable].strip()
    if not (secret.isascii() and secret.isprintable() and " " not in secret):
        message = (
            f"the key in the environment variable {variable} for {spec.text!r} holds blanks or"
            " other characters that no key has"
        )
        # The traceback of a UsageError is not shown; should it be, this frame must not tell.
        del secret
        raise UsageError(message)


def _variables(spec: ModelSpec) -> tuple[str, ...]:
    named = spec.parameters.get("key_env")
    return DEFAULT_VARIABLES[spec.provider] if named is None else (str(named),)


def _set_variable(spec: ModelSpec) -> str | None:
    return next((name for name in _variables(spec) if os.environ.get(name, "").strip()), None)
