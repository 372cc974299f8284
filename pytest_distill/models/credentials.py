"""API keys: read from the environment, shown to nobody."""

import os

from pydantic import SecretStr

from pytest_distill.errors import UsageError
from pytest_distill.records import ModelSpec

DEFAULT_VARIABLE = "OPENAI_API_KEY"


def read(spec: ModelSpec) -> SecretStr | None:
    """Return the key for `spec`; None where the environment has none."""
    value = os.environ.get(_variable(spec), "").strip()
    return SecretStr(value) if value else None


def check(spec: ModelSpec) -> None:
    """Make sure that the key is there, where `spec` cannot do without.

    Servers of one's own seldom want a key: behind a base URL it is needed only where the spec
    names its variable.

    Raises:
        UsageError: the variable is not set, or holds what no HTTP header can carry.
    """
    variable = _variable(spec)
    key = read(spec)
    if key is None:
        if spec.base_url is not None and "key_env" not in spec.parameters:
            return
        message = (
            f"no key for {spec.text!r}: the environment variable {variable} is not set\n"
            f"  set {variable}, or name the variable that holds the key with ?key_env=NAME\n"
            "  a server of your own is asked with openai:NAME@http://HOST:PORT/v1"
        )
        raise UsageError(message)
    secret = key.get_secret_value()
    if not (secret.isascii() and secret.isprintable() and " " not in secret):
        message = (
            f"the key in the environment variable {variable} for {spec.text!r} holds blanks or"
            " other characters that no key has"
        )
        # The traceback of a UsageError is not shown; should it be, this frame must not tell.
        del secret
        raise UsageError(message)


def _variable(spec: ModelSpec) -> str:
    return str(spec.parameters.get("key_env", DEFAULT_VARIABLE))
