"""A provider: everything that is known of one kind of model, in one object."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from pydantic import SecretStr

from pytest_distill.models.rules import Rule
from pytest_distill.protocols import Model
from pytest_distill.records import FactSet, ModelSpec, Scalar


@dataclass(frozen=True)
class Personas:
    """What a persona may be made of."""

    own: FactSet
    """Who the model under test is."""
    known: Mapping[str, FactSet]
    """Every fact set, by its id: whom it may claim to be."""


@dataclass(frozen=True)
class Dependencies:
    """What a model is built with, besides its spec."""

    key: SecretStr | None = None
    """From the first of `Provider.key_variables` that is set."""
    personas: Personas | None = None
    """Who a persona is, and whom it may claim to be; None where no facts are known."""
    models: Mapping[str, Model] = field(default_factory=dict)
    """The models that `Provider.model_parameters` name, by parameter."""


def _nothing(_spec: ModelSpec) -> None:
    """Check nothing."""


def _no_revision(_spec: ModelSpec) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One kind of model: what its specs may hold, how it is treated, and how it is built."""

    name: str
    """What specs begin with, without the colon."""
    example: str
    """A spec, for help and messages."""
    make: Callable[[ModelSpec, Dependencies], Model]
    """Builds a model, which opens nothing before its first question. Raises SpecError.

    Imports what is heavy, such as an HTTP client, in its body: runs without such a model need
    none.
    """
    check: Callable[[ModelSpec], None] = _nothing
    """Makes sure that what a spec names is there; asks nobody and needs no key.

    Raises SpecError, or FileFormatError.
    """
    revision: Callable[[ModelSpec], str] = _no_revision
    """Returns what tells the state of a model's weights, where they are a file of the user's."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    """What the values of its parameters have to be."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Parameters that cannot be, and why."""
    allows_unknown: bool = False
    """Parameters without a rule go through as they are."""
    not_sent: frozenset[str] = frozenset()
    """Parameters that are ours: the model is not told them under these names."""
    unkeyed: frozenset[str] = frozenset({"timeout", "key_env"})
    """Parameters that say nothing of the answer, and so are no part of its key in the cache."""
    model_parameters: tuple[str, ...] = ()
    """Parameters that are specs of other models, which are built first."""

    takes_base_url: bool = False
    key_variables: tuple[str, ...] = ()
    """Environment variables that its API key is looked for in; none where it takes no key."""
    own_server: str = ""
    """The spec of a model on a server of one's own, where no key is needed."""

    is_path: bool = False
    """Names are paths: the label is the file's, and folders do not tell who the model is."""
    has_persona: bool = False
    """Names are made up, so that they need not tell who the model is."""
    is_billed: bool = False
    """Somebody sends a bill for tokens."""
    is_cached: bool = False
    """Answers are worth keeping: they cost something, and do not change under one name."""
    is_seeded: bool = False
    """The model honours the seed of a request."""

    def label(self, name: str) -> str:
        """Return what reports call the model `name`; they must not hold folders of a machine."""
        return (PurePath(name).stem or self.name) if self.is_path else name

    def title(self, name: str) -> str:
        """Return the part of `name` that may tell who the model is."""
        return PurePath(name).name if self.is_path else name

    def sent(self, spec: ModelSpec) -> dict[str, Scalar]:
        """Return the parameters of `spec` that the model is told."""
        return {key: value for key, value in spec.parameters.items() if key not in self.not_sent}
