"""Models behind HTTP: what their interfaces differ in, and what their specs share."""

from collections.abc import Callable, Mapping

from pytest_distill.models.provider import Dependencies
from pytest_distill.models.rules import SECONDS, TEXT, VARIABLE, Rule
from pytest_distill.models.wire import Wire
from pytest_distill.protocols import Model
from pytest_distill.records import ModelSpec

RULES: Mapping[str, Rule] = {"timeout": SECONDS, "key_env": VARIABLE, "system": TEXT}
"""Parameters that every model behind HTTP has."""

REFUSED: Mapping[str, str] = {
    "n": "one answer is asked for at a time; --distill-samples N asks for more",
    "stream": "whole answers are asked for",
    "model": "the model is the name in front",
    "messages": "the messages are what is measured",
}
"""Parameters of most interfaces that a spec cannot set."""


def over_http(wire: Callable[[ModelSpec], Wire]) -> Callable[[ModelSpec, Dependencies], Model]:
    """Return the `Provider.make` of models that are asked over HTTP as `wire` has it."""

    def make(spec: ModelSpec, dependencies: Dependencies) -> Model:
        from pytest_distill.models.http_model import HttpModel  # noqa: PLC0415 - runs that ask nobody over the wire need no httpx

        return HttpModel(spec, wire(spec), dependencies.key)

    return make
