"""The providers of a run: built-in ones, and those that plugins add."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pytest_distill.errors import SpecError, did_you_mean
from pytest_distill.models import (
    anthropic,
    gemini,
    local,
    openai,
    own_server,
    python,
    recorded,
    simulated,
)
from pytest_distill.models.provider import Dependencies, Provider
from pytest_distill.models.rules import NAME, RELEASE, SECONDS, TEXT
from pytest_distill.protocols import Model
from pytest_distill.records import ModelSpec

MakeOther = Callable[[ModelSpec], Model | None]
"""Builds a model of a provider without `Provider` object; None if no plugin knows it."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class Providers:
    """Providers by name, and a fallback for other names."""

    known: Mapping[str, Provider]
    others: "OtherModels | None" = None
    """None: an unknown provider is an error."""

    def find(self, name: str) -> Provider | None:
        """Return the provider of this name, known or of a plugin, else None."""
        if name in self.known:
            return self.known[name]
        return None if self.others is None else self.others.provider(name)

    def of(self, spec: ModelSpec) -> Provider:
        """Return the provider of `spec`.

        Raises:
            SpecError: there is no such provider.
        """
        provider = self.find(spec.provider)
        if provider is None:
            raise SpecError(spec.text, unknown(spec.provider, self.known))
        return provider

    def extended(self, *providers: Provider, make_other: MakeOther | None = None) -> "Providers":
        """Return these providers with others added.

        Args:
            providers: added; each replaces a provider of the same name.
            make_other: builds models of unknown providers.
        """
        known = {**self.known, **_by_name(providers)}
        others = self.others if make_other is None else OtherModels(make_other, known)
        return Providers(MappingProxyType(known), others)

    def __iter__(self) -> Iterator[Provider]:
        return iter(self.known.values())


class OtherModels:
    """Models of providers that only a plugin's hook can build.

    Checking a spec builds the model; `make` returns that same model, so that no model is built
    without being used and closed.
    """

    def __init__(self, make: MakeOther, known: Iterable[str]) -> None:
        """Store the hook.

        Args:
            make: builds a model, or returns None.
            known: names of known providers, for suggestions in messages.
        """
        self._make = make
        self._known = tuple(known)
        self._checked: dict[str, Model] = {}

    def provider(self, name: str) -> Provider | None:
        """Return a provider that takes every parameter; None if `name` is not a valid name."""
        if not _NAME.fullmatch(name):
            return None
        return Provider(
            name=name,
            example=f"{name}:NAME",
            make=self._take_checked,
            check=self._check,
            rules={"timeout": SECONDS, "system": TEXT, RELEASE: NAME},
            allows_unknown=True,
            # A key_env= is passed on to the plugin.
            unkeyed=frozenset({"timeout"}),
            takes_base_url=True,
        )

    def _check(self, spec: ModelSpec) -> None:
        if spec.text not in self._checked:
            self._checked[spec.text] = self._build(spec)

    def _take_checked(self, spec: ModelSpec, _dependencies: Dependencies) -> Model:
        checked = self._checked.pop(spec.text, None)
        return self._build(spec) if checked is None else checked

    def _build(self, spec: ModelSpec) -> Model:
        model = self._make(spec)
        if model is None:
            raise SpecError(spec.text, unknown(spec.provider, self._known))
        return model


def unknown(name: str, known: Iterable[str]) -> str:
    """Return the message for a provider that does not exist."""
    names = sorted(known)
    guess = did_you_mean(name.casefold(), names)
    return f"no provider is called {name!r}.{guess}\n  there are: {', '.join(names) or '(none)'}"


def _by_name(providers: Iterable[Provider]) -> dict[str, Provider]:
    return {provider.name: provider for provider in providers}


_MODULES = (openai, anthropic, gemini, recorded, local, simulated, python)

BUILT_IN = Providers(
    MappingProxyType(
        _by_name([*(module.PROVIDER for module in _MODULES), own_server.OLLAMA, own_server.VLLM])
    )
)
"""The providers that ship."""
