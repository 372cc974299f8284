"""API keys: read from the environment, shown to nobody."""

import os

from pydantic import SecretStr

from pytest_distill.errors import UsageError
from pytest_distill.models.provider import Provider
from pytest_distill.records import ModelSpec


def read(spec: ModelSpec, provider: Provider) -> SecretStr | None:
    """Return the key for `spec`; None where the environment has none."""
    variable = _set_variable(spec, provider)
    return None if variable is None else SecretStr(os.environ[variable].strip())


def check(spec: ModelSpec, provider: Provider) -> None:
    """Make sure that the key is there, where `spec` cannot do without.

    Servers of one's own seldom want a key: behind a base URL it is needed only where the spec
    names its variable.

    Raises:
        UsageError: the variable is not set, or holds what no HTTP header can carry.
    """
    if not provider.key_variables:
        return
    variable = _set_variable(spec, provider)
    if variable is None:
        if spec.base_url is not None and "key_env" not in spec.parameters:
            return
        first, *others = _variables(spec, provider)
        nor = "".join(f", nor is {other}" for other in others)
        own = provider.own_server
        message = (
            f"no key for {spec.text!r}: the environment variable {first} is not set{nor}\n"
            f"  set {first}, or name the variable that holds the key with ?key_env=NAME"
            + (f"\n  a server of your own is asked with {own}" if own else "")
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


def _variables(spec: ModelSpec, provider: Provider) -> tuple[str, ...]:
    named = spec.parameters.get("key_env")
    return provider.key_variables if named is None else (str(named),)


def _set_variable(spec: ModelSpec, provider: Provider) -> str | None:
    """Return the first variable that holds something; None for a provider that takes no key."""
    if not provider.key_variables:
        return None
    names = _variables(spec, provider)
    return next((name for name in names if os.environ.get(name, "").strip()), None)
