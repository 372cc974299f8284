"""A provider: everything about one kind of model, in one object."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from pydantic import SecretStr

from pytest_distill.models.rules import Rule
from pytest_distill.protocols import Model
from pytest_distill.records import FactSet, ModelSpec, Question, Scalar
from pytest_distill.text import file_label, from_system


@dataclass(frozen=True)
class Personas:
    """What a simulated persona is made of: fact sets, and questions with their answers."""

    own: FactSet
    """Of the model under test."""
    known: Mapping[str, FactSet]
    """Every fact set that the persona may claim, by id."""
    questions: Callable[[], Mapping[str, Question]] = dict
    """Returns the questions that a simulated model may know the answers to, by prompt."""


@dataclass(frozen=True)
class Dependencies:
    """What a model needs besides its spec."""

    key: SecretStr | None = None
    """From the first of `Provider.key_variables` that is set."""
    personas: Personas | None = None
    """None if no facts are known."""
    models: Mapping[str, Model] = field(default_factory=dict)
    """The models that `Provider.model_parameters` name, by parameter."""


def _no_check(_spec: ModelSpec) -> None:
    """Check nothing."""


def _no_revision(_spec: ModelSpec) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One kind of model: its specs, its properties, and how it is built."""

    name: str
    """Prefix of specs, without the colon."""
    example: str
    """An example spec, for help and messages."""
    make: Callable[[ModelSpec, Dependencies], Model]
    """Builds a model, which opens nothing before its first request. Raises SpecError.

    Imports heavy modules, such as an HTTP client, in its body: runs without such a model do not
    need them.
    """
    check: Callable[[ModelSpec], None] = _no_check
    """Makes sure that what a spec names exists; sends nothing and needs no key.

    Raises SpecError, or FileFormatError.
    """
    revision: Callable[[ModelSpec], str] = _no_revision
    """Returns an id of a model's weights, if they are a local file that may change."""
    content: Callable[[ModelSpec], str] = _no_revision
    """Returns a hash of the local file that answers, the same on every machine."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    """Rules for the values of parameters."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Parameters that cannot be set, and why."""
    allows_unknown: bool = False
    """Whether parameters without a rule are passed on unchecked; else they are errors."""
    not_sent: frozenset[str] = frozenset()
    """Parameters that are not sent to the model under these names."""
    unkeyed: frozenset[str] = frozenset({"timeout", "key_env"})
    """Parameters that do not change the answer, and are left out of its cache key."""
    model_parameters: tuple[str, ...] = ()
    """Parameters that are specs of other models, which are built first."""

    takes_base_url: bool = False
    usual_base_url: str | None = None
    """Of a server of one's own that listens there if nothing else is said."""
    key_variables: tuple[str, ...] = ()
    """Environment variables that may hold the API key; empty if there are no keys."""
    own_server: str = ""
    """Example spec of a model on a server of one's own, which needs no key."""

    is_path: bool = False
    """Whether names are paths: label and identity are taken from the file name only."""
    path_suffix: str = ""
    """How names that are paths end, if not all are."""
    has_persona: bool = False
    """Whether names are invented, and say nothing about the model's identity."""
    is_billed: bool = False
    """Whether tokens are billed."""
    is_cached: bool = False
    """Whether answers are cached: they cost something, and depend on the spec only."""
    is_fixed: bool = False
    """Whether a spec always means the same model, apart from `content`. Behind a server or a
    function, another release may answer under the same name."""
    is_seeded: bool = False
    """Whether the model uses the seed of a request."""

    def names_file(self, name: str) -> bool:
        """Return whether a name is the path of a file."""
        return self.is_path and name.casefold().endswith(self.path_suffix)

    def label(self, name: str) -> str:
        """Return the model's name in reports, without local folders."""
        return (file_label(PurePath(name)) or self.name) if self.is_path else name

    def title(self, name: str) -> str:
        """Return the part of `name` that may identify the model."""
        return from_system(PurePath(name).name) if self.is_path else name

    def sent(self, spec: ModelSpec) -> dict[str, Scalar]:
        """Return the parameters of `spec` that are sent to the model."""
        return {key: value for key, value in spec.parameters.items() if key not in self.not_sent}
