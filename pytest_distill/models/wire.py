"""Models behind HTTP: what their interfaces differ in, and what their specs share."""

from collections.abc import Callable, Mapping
from typing import Protocol

from pydantic import SecretStr

from pytest_distill.models.provider import Dependencies
from pytest_distill.models.rules import SECONDS, TEXT, VARIABLE, Rule
from pytest_distill.protocols import Model
from pytest_distill.records import Completion, ModelSpec, Request

RULES: Mapping[str, Rule] = {"timeout": SECONDS, "key_env": VARIABLE, "system": TEXT}
"""Parameters that every model behind HTTP has."""

REFUSED: Mapping[str, str] = {
    "n": "one answer is asked for at a time; --distill-samples N asks for more",
    "stream": "whole answers are asked for",
    "model": "the model is the name in front",
    "messages": "the messages are what is measured",
}
"""Parameters of most interfaces that a spec cannot set."""


class Wire(Protocol):
    """What one interface is sent for a model, and how its replies are read; sends nothing."""

    @property
    def base_url(self) -> str:
        """What `path` is appended to."""
        ...

    @property
    def path(self) -> str:
        """Where a question is posted to."""
        ...

    def headers(self, key: SecretStr | None) -> Mapping[str, SecretStr]:
        """Return the headers of every question; `key` is None where there is no API key."""
        ...

    def body(self, request: Request) -> Mapping[str, object]:
        """Return the JSON object that is posted."""
        ...

    def completion(self, payload: Mapping[str, object], latency_s: float) -> Completion:
        """Read the JSON object that came back.

        Raises:
            TransientModelError: it is not an answer.
        """
        ...


def over_http(wire: Callable[[ModelSpec], Wire]) -> Callable[[ModelSpec, Dependencies], Model]:
    """Return the `Provider.make` of models that are asked over HTTP as `wire` has it."""

    def make(spec: ModelSpec, dependencies: Dependencies) -> Model:
        from pytest_distill.models.served import ServedModel  # noqa: PLC0415 - runs that ask nobody over the wire need no httpx

        return ServedModel(spec, wire(spec), dependencies.key)

    return make
