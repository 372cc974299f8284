"""From a spec to a model: what can be known before a run, and the building."""

from collections.abc import Iterator

from pytest_distill.models import credentials
from pytest_distill.models.provider import Dependencies, Personas
from pytest_distill.models.registry import BUILT_IN, Providers
from pytest_distill.models.spec import parse
from pytest_distill.protocols import Model
from pytest_distill.records import ModelSpec


def check(spec: ModelSpec, *, providers: Providers = BUILT_IN) -> None:
    """Make sure that what `spec` names is there; asks nobody, needs no key, loads no weights.

    A simulated persona is checked by `make`, which is told whom there is to claim.

    Raises:
        SpecError: a provider, a file, a package or a callable is not there.
        FileFormatError: a line of a recording cannot be used.
    """
    providers.of(spec).check(spec)
    for _, named in _named_models(spec, providers):
        check(named, providers=providers)


def check_credentials(spec: ModelSpec, *, providers: Providers = BUILT_IN) -> None:
    """Make sure that the key is there; only for runs that will ask.

    Raises:
        UsageError: it is not, or it cannot be a key.
    """
    credentials.check(spec, providers.of(spec))


def server(spec: ModelSpec) -> str:
    """Return who is asked: models of one server share its patience."""
    return f"{spec.provider}@{spec.base_url or spec.provider}"


def make(
    spec: ModelSpec, *, personas: Personas | None = None, providers: Providers = BUILT_IN
) -> Model:
    """Build the model; connections and weights wait for the first question.

    Args:
        spec: what to build; `check` has passed it.
        personas: whom a ``simulated:`` model is, and whom it may claim to be.
        providers: those that `spec` may be of.

    Raises:
        SpecError: the spec names something that is not there.
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
    """Yield the parameters of `spec` that are specs of other models, and what they name."""
    for parameter in providers.of(spec).model_parameters:
        if parameter in spec.parameters:
            yield parameter, parse(str(spec.parameters[parameter]), providers=providers)
