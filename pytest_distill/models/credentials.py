"""API keys: read from the environment, never shown."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies

from pydantic import SecretStr

from pytest_distill.errors import UsageError
from pytest_distill.models.provider import Provider
from pytest_distill.records import ModelSpec

# A shorter name before the host of a proxy may be that of a person, or an ordinary word.
_LEAST_TOKEN = 16


def read(spec: ModelSpec, provider: Provider) -> SecretStr | None:
    """Return the key for `spec`; None if no variable is set."""
    variable = _set_variable(spec, provider)
    return None if variable is None else SecretStr(_unquoted(os.environ[variable]))


def check(spec: ModelSpec, provider: Provider) -> None:
    """Make sure that the key is set, if `spec` needs one.

    Local servers seldom need a key: with a base URL it is required only if the spec names its
    variable.

    Raises:
        UsageError: the variable is not set, or its value cannot be an HTTP header.
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
            + (f"\n  for a server of your own write {own}" if own else "")
        )
        raise UsageError(message)
    secret = _unquoted(os.environ[variable])
    if not (secret.isascii() and secret.isprintable() and " " not in secret):
        message = (
            f"the key in the environment variable {variable} for {spec.text!r} contains spaces or"
            " other characters that are not valid in a key"
        )
        # In case the traceback is shown with locals, this frame must not hold the key.
        del secret
        raise UsageError(message)


def known(specs: Iterable[ModelSpec], providers: Iterable[Provider]) -> Iterator[str]:
    """Yield every secret that the environment has for models: keys, and passwords of proxies."""
    names = {name for provider in providers for name in provider.key_variables}
    names |= {str(spec.parameters["key_env"]) for spec in specs if "key_env" in spec.parameters}
    yield from (_unquoted(os.environ[name]) for name in sorted(names) if name in os.environ)
    yield from of_proxies()


def of_proxies() -> Iterator[str]:
    """Yield what the URLs of proxies hold before their ``@``: passwords, tokens, both together."""
    for proxy in getproxies().values():
        with suppress(ValueError):
            # A scheme may be left out.
            parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
            who, password = unquote(parts.username or ""), unquote(parts.password or "")
            yield from (part for part in (parts.password, password) if part)
            if password:
                # As it is sent, in base64.
                yield f"{who}:{password}"
            elif len(who) >= _LEAST_TOKEN:
                yield from (who, str(parts.username))


def _unquoted(text: str) -> str:
    """Return a key without blanks around it, and without quotation marks of a file of settings."""
    stripped = text.strip()
    is_quoted = len(stripped) > 1 and stripped[0] == stripped[-1] and stripped[0] in "\"'"
    return stripped[1:-1].strip() if is_quoted else stripped


def _variables(spec: ModelSpec, provider: Provider) -> tuple[str, ...]:
    named = spec.parameters.get("key_env")
    return provider.key_variables if named is None else (str(named),)


def _set_variable(spec: ModelSpec, provider: Provider) -> str | None:
    """Return the first variable that is not empty; None for a provider without keys."""
    if not provider.key_variables:
        return None
    names = _variables(spec, provider)
    return next((name for name in names if os.environ.get(name, "").strip()), None)
