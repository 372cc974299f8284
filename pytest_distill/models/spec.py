"""Parses model specs: ``PROVIDER:NAME[@BASE_URL][?key=value&...]``."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn
from urllib.parse import urlsplit

from pytest_distill.errors import SpecError, did_you_mean
from pytest_distill.models import parameters
from pytest_distill.models.parameters import MisuseError
from pytest_distill.models.provider import Provider
from pytest_distill.models.registry import BUILT_IN, Providers, unknown
from pytest_distill.records import ModelSpec
from pytest_distill.text import without_commands

# Names may contain '@'; only before a URL is it a separator.
_BASE_URL = re.compile(r"@(?=[A-Za-z][A-Za-z0-9+.-]*://)")
# What follows the last '@' of a name and is a server without a scheme, by its port or path. A name
# such as claude@20240620 or a@v1.2 is none.
_LOOPBACK = re.compile(r"(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?(?:/.*)?", re.IGNORECASE)
_SERVER = re.compile(r"(?:[\w-]+(?:\.[\w-]+)*|\[[0-9A-Fa-f:.]+\])(?::\d+(?:/.*)?|/v\d+(?:/.*)?)")
_USER = re.compile(r"(?<=://)[^/?#]*(?=@)")
_PARAMETER = re.compile(r"(?<=[?&])([^?&=]{1,100}=)([^&]*)")
# Longer ones are no URL of a server, and slow to check: composing letters and accents takes the
# square of their number.
_LONGEST_URL = 2048
_NO_ALIASES: Mapping[str, str] = MappingProxyType({})


def parse(
    text: str, aliases: Mapping[str, str] = _NO_ALIASES, *, providers: Providers = BUILT_IN
) -> ModelSpec:
    """Parse a value of ``--model``: a spec or an alias.

    Args:
        text: as the user wrote it.
        aliases: names that stand for specs.
        providers: the known providers.

    Raises:
        SpecError: a part is wrong; the message names it and lists what exists.
    """
    meaning = aliases.get(text, text)
    try:
        return _read(text, meaning, aliases, providers)
    except MisuseError as misuse:
        via = f"stands for {_masked(meaning)!r}: " if text in aliases else ""
        raise SpecError(_masked(text), f"{via}{misuse}") from None


def below(text: str, folder: Path, *, providers: Providers = BUILT_IN) -> str:
    """Return a spec with its file below `folder`, if it names one by a relative path.

    Any other text, such as an alias, is returned as it is.
    """
    provider_name, _, rest = text.strip().partition(":")
    provider = providers.find(provider_name.strip())
    name, question_mark, query = rest.partition("?")
    path = name.strip()
    if provider is None or not path or path.startswith("~") or not provider.names_file(path):
        return text
    return f"{provider.name}:{folder / path}{question_mark}{query}"


def _read(text: str, meaning: str, aliases: Mapping[str, str], providers: Providers) -> ModelSpec:
    _require_printable(text, meaning)
    head, question_mark, query = meaning.strip().partition("?")
    provider_name, colon, rest = head.partition(":")
    if not colon:
        _refuse_bare_word(head, aliases, providers)
    provider = _provider(provider_name, providers)
    name, *urls = (part.strip() for part in _BASE_URL.split(rest, maxsplit=1))
    if not urls and provider.takes_base_url:
        name, urls = _without_scheme(name)
    if not name:
        message = f"the name is missing: {provider.name}:NAME, as in {provider.example}"
        raise MisuseError(message)
    return ModelSpec(
        text=text,
        provider=provider.name,
        name=name,
        label=without_commands(text if text in aliases else provider.label(name)),
        base_url=_base_url(urls[0], provider, providers) if urls else provider.usual_base_url,
        parameters=parameters.read(query, provider) if question_mark else {},
    )


def _without_scheme(name: str) -> tuple[str, list[str]]:
    """Return a name and its base URL, if a server of this machine was given without a scheme.

    Raises:
        MisuseError: it is another server. Taken for a part of the name it would be asked of the
            vendor's public address, with the answers and the key that were meant for another.
    """
    before, at, server = name.rpartition("@")
    if at and _LOOPBACK.fullmatch(server):
        return before, [f"http://{server}"]
    if at and _SERVER.fullmatch(server):
        message = (
            f"the server {server!r} has no scheme: write @http://{server} or @https://{server}"
        )
        raise MisuseError(message)
    return name, []


def _base_url(url: str, provider: Provider, providers: Providers) -> str:
    if not provider.takes_base_url:
        takers = ", ".join(f"{other.name}:" for other in providers if other.takes_base_url)
        message = f"{provider.name}: takes no base URL such as {url!r}; {takers} do"
        raise MisuseError(message)
    try:
        parts = urlsplit(url[:_LONGEST_URL])
        is_whole = (
            len(url) <= _LONGEST_URL
            and bool(parts.hostname)
            and parts.port != 0
            and not set(url) & set(" #\\")
        )
    except ValueError:
        is_whole = False
    if not is_whole or parts.scheme not in {"http", "https"}:
        message = (
            f"the base URL {_masked(url)!r} is not of the form http[s]://HOST[:PORT][/PATH],"
            " as in http://127.0.0.1:8000/v1"
        )
        raise MisuseError(message)
    if "@" in parts.netloc:
        message = (
            "the base URL contains a user or password, which would be in every report;"
            " put a key into an environment variable and name it with ?key_env=NAME"
        )
        raise MisuseError(message)
    return url.rstrip("/")


def _require_printable(*texts: str) -> None:
    for text in texts:
        if not text.strip():
            message = "it is empty"
            raise MisuseError(message)
        if not text.isprintable():
            message = "it contains characters that cannot be printed"
            raise MisuseError(message)


def _refuse_bare_word(word: str, aliases: Mapping[str, str], providers: Providers) -> NoReturn:
    if word in aliases:
        message = (
            f"{word!r} is an alias, which takes no parameters;"
            " set them in [tool.pytest-distill.models]"
        )
    elif word in providers.known:
        example = providers.known[word].example
        message = (
            f"{word!r} is a provider; the model's name is missing: {word}:NAME, as in {example}"
        )
    else:
        message = (
            f"no alias is called {word!r}, and it has no provider prefix."
            f"{did_you_mean(word, aliases)}\n"
            f"  aliases of [tool.pytest-distill.models]: {_list(aliases)}\n"
            f"  providers: {_list(providers.known)}"
        )
    raise MisuseError(message)


def _provider(name: str, providers: Providers) -> Provider:
    if name.casefold() in {"http", "https"}:
        takers = (provider.own_server for provider in providers if provider.own_server)
        message = f"a base URL goes after the model's name, as in {next(takers, 'NAME@URL')}"
        raise MisuseError(message)
    provider = providers.find(name)
    if provider is None:
        raise MisuseError(unknown(name, providers.known))
    return provider


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "(none)"


def _masked(text: str) -> str:
    """Return `text` with what looks like a key or password replaced by ``***``."""

    def mask(match: re.Match[str]) -> str:
        return f"{match[1]}***" if parameters.is_key_like(match[1][:-1]) else match[0]

    return _PARAMETER.sub(mask, _USER.sub("***", text))
