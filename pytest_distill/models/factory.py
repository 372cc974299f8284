"""Checks model specs before a run, and builds models from them."""

from collections.abc import Iterable, Iterator

from pytest_distill.models import credentials
from pytest_distill.models.provider import Dependencies, Personas
from pytest_distill.models.registry import BUILT_IN, Providers
from pytest_distill.models.rules import RELEASE
from pytest_distill.models.spec import parse
from pytest_distill.protocols import Model
from pytest_distill.records import ModelSpec
from pytest_distill.redaction import Secrets


def check(spec: ModelSpec, *, providers: Providers = BUILT_IN) -> None:
    """Make sure that what `spec` names exists; sends nothing, needs no key, loads no weights.

    A simulated persona is checked by `make`, which knows the fact sets.

    Raises:
        SpecError: a provider, file, package or callable does not exist.
        FileFormatError: a line of a recording cannot be used.
    """
    providers.of(spec).check(spec)
    for _, named in _named_models(spec, providers):
        check(named, providers=providers)


def check_credentials(spec: ModelSpec, *, providers: Providers = BUILT_IN) -> None:
    """Make sure that the key is set; only for runs that send requests.

    Raises:
        UsageError: it is not set, or not a valid key.
    """
    credentials.check(spec, providers.of(spec))


def secrets(specs: Iterable[ModelSpec], *, providers: Providers = BUILT_IN) -> Secrets:
    """Return the secrets that the models of a run are used with.

    Args:
        specs: of all models of the run.
        providers: the known providers.
    """
    named = [model for spec in specs for _, model in _named_models(spec, providers)]
    return Secrets(credentials.known([*specs, *named], providers))


def server(spec: ModelSpec) -> str:
    """Return an id of the server; models of one server share its limit on requests."""
    return f"{spec.provider}@{spec.base_url or spec.provider}"


def is_fixed(spec: ModelSpec, *, providers: Providers = BUILT_IN) -> bool:
    """Return whether no other release of the model can answer under the same spec."""
    if RELEASE in spec.parameters:
        return True
    named = (model for _, model in _named_models(spec, providers))
    own = providers.of(spec).is_fixed
    return own and all(is_fixed(model, providers=providers) for model in named)


def content(spec: ModelSpec, *, providers: Providers = BUILT_IN) -> str:
    """Return a hash of the local files that answer; empty if there are none."""
    own = providers.of(spec).content(spec)
    named = (content(model, providers=providers) for _, model in _named_models(spec, providers))
    return "+".join(filter(None, [own, *named]))


def make(
    spec: ModelSpec, *, personas: Personas | None = None, providers: Providers = BUILT_IN
) -> Model:
    """Build the model; connections are opened and weights loaded at the first request.

    Args:
        spec: what to build; `check` has passed it.
        personas: who a ``simulated:`` model is, and who it may claim to be.
        providers: the known providers.

    Raises:
        SpecError: the spec names something that does not exist.
        FileFormatError: a line of a recording cannot be used.
    """
    provider = providers.of(spec)
    models = {
        parameter: make(named, personas=personas, providers=providers)
        for parameter, named in _named_models(spec, providers)
    }
    key = credentials.read(spec, provider)
    return provider.make(spec, Dependencies(key=key, personas=personas, models=models))


def _named_models(spec: ModelSpec, providers: Providers) -> Iterator[tuple[str, ModelSpec]]:
    """Yield the parameters of `spec` that are specs of other models, each with its spec."""
    for parameter in providers.of(spec).model_parameters:
        if parameter in spec.parameters:
            yield parameter, parse(str(spec.parameters[parameter]), providers=providers)
