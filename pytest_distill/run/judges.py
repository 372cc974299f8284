"""Who judges: the judges that a run asked for, put together for each fact set."""

from collections.abc import Callable, Mapping

from pytest_distill.engine.client import ModelClient
from pytest_distill.errors import UsageError
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.protocols import Judge
from pytest_distill.records import EnsembleConfig, FactSet, ModelSpec
from pytest_distill.settings.settings import JudgeSpec, Settings

MakeJudge = Callable[[ModelSpec, FactSet], Judge | None]
"""Builds a judge that a plugin knows; None where it knows none of this spec."""


def ensemble(settings: Settings) -> EnsembleConfig:
    """Return how the judges of a run come to one verdict."""
    judges = settings.judges
    return EnsembleConfig(
        panel=settings.panel if len(judges) > 1 else None,
        cascade=settings.cascade if judges[0].is_cascade else None,
    )


def no_other_judge(spec: ModelSpec, facts: FactSet) -> Judge | None:
    """Build no judge: there is no plugin."""
    del spec, facts
    return None


class JudgeFactory:
    """The judges of a run; models that judge are shared by all models under test."""

    def __init__(
        self,
        settings: Settings,
        *,
        client_of: Callable[[ModelSpec], ModelClient],
        registry: Callable[[], AliasRegistry],
        default_facts: FactSet,
        make_other: MakeJudge = no_other_judge,
    ) -> None:
        """Build what asks the judging models; nobody is asked yet.

        Args:
            settings: name the judges, and how they come to a verdict.
            client_of: wraps a model so that it shares retries, cache and budget.
            registry: gives everybody's names.
            default_facts: facts to build a plugin's judge with, to see whether it has one.
            make_other: builds the judges of plugins, which come first.
        """
        self._settings = settings
        self._registry = registry
        self._make_other = make_other
        specs = [judge.model for judge in settings.judges if judge.model is not None]
        self._specs = {spec.label: spec for spec in specs}
        self.clients: Mapping[str, ModelClient] = {
            spec.label: client_of(spec) for spec in specs if make_other(spec, default_facts) is None
        }
        """What asks the models that judge, by label; judges of plugins ask whom they like."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the judges that are not the offline one."""
        return tuple(self._specs)

    def judge(self, facts: FactSet) -> Judge:
        """Return the run's judge for models of which `facts` are true."""
        judges = [self._one(judge, facts) for judge in self._settings.judges]
        if len(judges) == 1:
            return judges[0]
        from pytest_distill.judges.panel import PanelJudge  # noqa: PLC0415 - few runs have one

        return PanelJudge(judges, rule=self._settings.panel)

    def alone(self, label: str, facts: FactSet) -> Judge:
        """Return one of `labels`, as a judge by itself."""
        if label not in self.clients:
            judge = self._make_other(self._specs[label], facts)
            if judge is None:
                message = (
                    f"the plugin that built judge {label!r} builds it for {facts.id!r} no more"
                )
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
        """Return a warning for each judge of the family that it judges: it may be partial.

        Args:
            vendors: of the models that are judged or compared with, by label.
            vendor_of: returns whose model a judge is; None where its name does not tell.
        """
        texts = []
        for judge in self._settings.judges:
            own = judge.model and vendor_of(judge.model)
            kin = [label for label, vendor in vendors.items() if vendor == own]
            if judge.model and kin:
                texts.append(f"judge {judge.model.label} is of the same family as {', '.join(kin)}")
        return tuple(texts)

    async def aclose(self) -> None:
        """Give back what the judging models opened."""
        for client in self.clients.values():
            await client.aclose()

    def _one(self, spec: JudgeSpec, facts: FactSet) -> Judge:
        if spec.model is None:
            return self._offline(facts)
        model = self.alone(spec.model.label, facts)
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

        return OfflineIdentityJudge(facts, self._registry())
