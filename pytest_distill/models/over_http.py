"""What the providers of models behind HTTP share."""

from collections.abc import Callable, Mapping

from pytest_distill.models.provider import Dependencies
from pytest_distill.models.rules import NAME, RELEASE, SECONDS, TEXT, VARIABLE, Rule
from pytest_distill.models.wire import Wire
from pytest_distill.protocols import Model
from pytest_distill.records import ModelSpec

RULES: Mapping[str, Rule] = {
    "timeout": SECONDS,
    "key_env": VARIABLE,
    "system": TEXT,
    RELEASE: NAME,
}
"""Parameters of every model behind HTTP."""

REFUSED: Mapping[str, str] = {
    "n": "each request asks for one answer; --distill-samples N asks for more",
    "stream": "answers are not streamed",
    "model": "the model is the name before the question mark",
    "messages": "the suite sets the messages",
}
"""Parameters of most APIs that a spec cannot set, and why."""


def over_http(wire: Callable[[ModelSpec], Wire]) -> Callable[[ModelSpec, Dependencies], Model]:
    """Return a `Provider.make` for HTTP models with the wire format `wire`."""

    def make(spec: ModelSpec, dependencies: Dependencies) -> Model:
        from pytest_distill.models.http_model import HttpModel  # noqa: PLC0415 - other models need no httpx

        return HttpModel(spec, wire(spec), dependencies.key)

    return make
