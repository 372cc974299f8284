"""The judges of a run, built for each fact set."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_distill.data import probes
from pytest_distill.engine.client import ModelClient
from pytest_distill.errors import UsageError
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.protocols import Judge
from pytest_distill.records import EnsembleConfig, FactSet, ModelSpec
from pytest_distill.settings.settings import JudgeSpec, Settings

if TYPE_CHECKING:
    from pytest_distill.judges.identity import KnownQuestions

MakeJudge = Callable[[ModelSpec, FactSet], Judge | None]
"""Builds a plugin's judge; None if no plugin has a judge for this spec."""


def ensemble(settings: Settings) -> EnsembleConfig:
    """Return how the verdicts of a run's judges are combined."""
    judges = settings.judges
    return EnsembleConfig(
        panel=settings.panel if len(judges) > 1 else None,
        cascade=settings.cascade if judges[0].is_cascade else None,
    )


def no_other_judge(spec: ModelSpec, facts: FactSet) -> Judge | None:
    """Return None: no plugin adds judges."""
    del spec, facts
    return None


class JudgeFactory:
    """Builds the judges of a run; all models under test share the clients of judging models."""

    def __init__(
        self,
        settings: Settings,
        *,
        client_of: Callable[[ModelSpec], ModelClient],
        registry: Callable[[], AliasRegistry],
        default_facts: FactSet,
        make_other: MakeJudge = no_other_judge,
    ) -> None:
        """Build the clients of the judging models; no request is sent.

        Args:
            settings: name the judges, and how their verdicts are combined.
            client_of: returns the client of a model.
            registry: returns the registry of all names.
            default_facts: facts for a first build, which shows whether a plugin has the judge.
            make_other: builds the judges of plugins, which take precedence.
        """
        self._settings = settings
        self._registry = registry
        self._make_other = make_other
        specs = [judge.model for judge in settings.judges if judge.model is not None]
        self._specs = {spec.label: spec for spec in specs}
        self.clients: Mapping[str, ModelClient] = {
            spec.label: client_of(spec) for spec in specs if make_other(spec, default_facts) is None
        }
        """Clients of the judging models, by label; judges of plugins have none here."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of all judges except the offline one."""
        return tuple(self._specs)

    def judge(self, facts: FactSet) -> Judge:
        """Return the run's judge for models with these facts."""
        judges = [self._one(judge, facts) for judge in self._settings.judges]
        if len(judges) == 1:
            return judges[0]
        from pytest_distill.judges.panel import PanelJudge  # noqa: PLC0415 - few runs have one

        return PanelJudge(judges, rule=self._settings.panel)

    def single(self, label: str, facts: FactSet) -> Judge:
        """Return one of `labels` as a judge outside its panel or cascade."""
        if label not in self.clients:
            judge = self._make_other(self._specs[label], facts)
            if judge is None:
                message = f"judge {label!r}: its plugin returned none for the facts {facts.id!r}"
                raise UsageError(message)
            return judge
        from pytest_distill.judges.llm import LlmIdentityJudge  # noqa: PLC0415 - few runs need it

        return LlmIdentityJudge(
            facts,
            self._registry(),
            ask=self.clients[label].complete,
            label=label,
            seed=self._settings.seed,
        )

    def warnings(
        self, vendors: Mapping[str, str], vendor_of: Callable[[ModelSpec], str | None]
    ) -> tuple[str, ...]:
        """Return a warning for each judge that judges its own family, and may be biased.

        Args:
            vendors: of models under test and references, by label.
            vendor_of: returns the vendor of a judge; None if it is unknown.
        """
        texts = []
        for judge in self._settings.judges:
            own = judge.model and vendor_of(judge.model)
            same = [label for label, vendor in vendors.items() if vendor == own]
            if judge.model and same:
                texts.append(
                    f"judge {judge.model.label} is of the same family as {', '.join(same)}"
                )
        return tuple(texts)

    async def aclose(self) -> None:
        """Close the clients of the judging models."""
        for client in self.clients.values():
            await client.aclose()

    def _one(self, spec: JudgeSpec, facts: FactSet) -> Judge:
        if spec.model is None:
            return self._offline(facts)
        model = self.single(spec.model.label, facts)
        if not spec.is_cascade:
            return model
        from pytest_distill.judges.cascade import CascadeJudge  # noqa: PLC0415 - likewise

        return CascadeJudge(
            self._offline(facts),
            model,
            confidence=self._settings.cascade,
            seed=self._settings.seed,
        )

    def _offline(self, facts: FactSet) -> Judge:
        from pytest_distill.judges.identity import (  # noqa: PLC0415 - its rules take a while
            OfflineIdentityJudge,
        )

        return OfflineIdentityJudge(facts, self._registry(), questions=self._questions)

    @cached_property
    def _questions(self) -> "KnownQuestions":
        from pytest_distill.judges.identity import KnownQuestions  # noqa: PLC0415 - likewise

        return KnownQuestions(probes.load_asked())
