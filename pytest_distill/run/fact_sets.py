"""The fact sets that the models of a run are judged against, and the registry of all names."""

import hashlib
from functools import cached_property
from pathlib import Path

from pytest_distill.data import facts as fact_sets
from pytest_distill.data import questions
from pytest_distill.errors import FactsError
from pytest_distill.files import is_there
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.models.provider import Personas
from pytest_distill.models.registry import BUILT_IN, Providers
from pytest_distill.records import FactSet, ModelSpec, Subject
from pytest_distill.settings.settings import Settings

# The fact set of a fictitious model; it is unrelated to the provider of the same name.
_DEFAULT = "simulated"


class Identities:
    """The fact sets of a run: the shipped ones, and at most one of the user's."""

    def __init__(
        self, settings: Settings, *, providers: Providers = BUILT_IN, needs_facts: bool = True
    ) -> None:
        """Read the shipped fact sets.

        Args:
            settings: of the run.
            providers: the available providers.
            needs_facts: identity is judged.
        """
        self._needs_facts = needs_facts
        self._settings = settings
        self._providers = providers
        self.shipped = fact_sets.load_shipped()

    def facts(self, label: str, spec: ModelSpec | None) -> FactSet:
        """Return the facts about a model.

        Args:
            label: its name in reports.
            spec: of the model; None for a file of transcripts.

        Raises:
            FactsError: they cannot be inferred from its name.
        """
        if self._own is not None:
            return self._own
        try:
            return fact_sets.infer(label if spec is None else self._title(spec), self.shipped)
        except FactsError:
            # A simulated persona may have any name, but needs some facts to be judged against.
            # Where answers are only compared, identity is not judged.
            settings = self._settings
            is_compared = spec is not None and spec in (*settings.references, settings.base)
            has_persona = spec is not None and self._providers.of(spec).has_persona
            if has_persona or is_compared or not self._needs_facts:
                return self.default_facts
            raise

    def vendor(self, spec: ModelSpec) -> str | None:
        """Return the vendor of a model, inferred from its name; None if that is not possible."""
        try:
            return fact_sets.infer(self._title(spec), self.shipped).vendor
        except FactsError:
            return None

    def named(self, name: str) -> FactSet:
        """Return the shipped fact set of this name.

        Raises:
            FactsError: there is none.
        """
        return fact_sets.find(name, self.shipped)

    @property
    def default_facts(self) -> FactSet:
        """Facts for models without a known identity: judges, helpers, simulated personas."""
        return self.shipped[_DEFAULT]

    def personas(self, facts: FactSet) -> Personas:
        """Return the identities that a simulated model with these facts may claim."""
        return Personas(facts, self.known, questions.shipped_by_prompt)

    @cached_property
    def known(self) -> dict[str, FactSet]:
        """Every fact set, by name."""
        return self.shipped if self._own is None else {**self.shipped, self._own.id: self._own}

    @cached_property
    def registry(self) -> AliasRegistry:
        """The names of all models and vendors."""
        return AliasRegistry(self.known.values())

    def _title(self, spec: ModelSpec) -> str:
        return self._providers.of(spec).title(spec.name)

    @cached_property
    def _own(self) -> FactSet | None:
        name = self._settings.facts
        if name is None:
            return None
        path = Path(name)
        if path.suffix == ".toml":
            return fact_sets.read(path)
        try:
            return self.named(name)
        except FactsError:
            # A path that was meant as one; a shipped set may have the name of a folder here.
            if "/" in name or is_there(path):
                message = (
                    f"facts {name}: no fact set is called so, and one of your own is a file whose"
                    " name ends in .toml"
                )
                raise FactsError(message) from None
            raise


def subject(facts: FactSet) -> Subject:
    """Return the report's entry for the facts that a model was judged against."""
    digest = hashlib.sha256(facts.model_dump_json().encode()).hexdigest()
    return Subject(facts=facts.id, vendor=facts.vendor, facts_sha256=digest)
