"""Who judges: the judges that a run asked for, put together for each fact set."""

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, TypedDict

from pytest_distill.engine.client import ModelClient
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.protocols import Judge, LikenessJudge
from pytest_distill.records import Cascade, FactSet, ModelSpec, Panel
from pytest_distill.results.store import ResultStore
from pytest_distill.settings.settings import JudgeSpec, Settings
from pytest_distill.stats.panels import cascade, panel


class Told(TypedDict, total=False):
    """What the report says of the judges, under its names there."""

    panel: Panel
    cascade: Cascade


class EnsembleConfig(NamedTuple):
    """How several judges come to one verdict; both None where one judges alone."""

    panel: Literal["majority", "unanimous"] | None
    """The rule."""
    cascade: float | None
    """The confidence from which the offline judge decides."""

    def told(self, ledger: ResultStore, *, level: float) -> Told:
        """Return what the report says of them: how far they agree."""
        if self.panel is not None:
            return {"panel": panel(ledger.outcomes(), rule=self.panel)}
        if self.cascade is not None:
            found = cascade(ledger.outcomes(), confidence=self.cascade, level=level)
            return {"cascade": found}
        return {}


class JudgeFactory:
    """The judges of a run; models that judge are shared by all models under test."""

    def __init__(self, settings: Settings, asked: Callable[[ModelSpec], ModelClient]) -> None:
        """Build what asks the judging models; nobody is asked yet.

        Args:
            settings: name the judges, and how they come to a verdict.
            asked: wraps a model so that it is asked with patience.
        """
        self._settings = settings
        self._models: Mapping[str, ModelClient] = {
            judge.model.label: asked(judge.model) for judge in settings.judges if judge.model
        }

    def judge(self, facts: FactSet, registry: AliasRegistry) -> Judge:
        """Return the run's judge for models of which `facts` are true."""
        judges = [self._one(judge, facts, registry) for judge in self._settings.judges]
        if len(judges) == 1:
            return judges[0]
        from pytest_distill.judges.panel import PanelJudge  # noqa: PLC0415 - few runs have one

        return PanelJudge(judges, rule=self._settings.panel)

    def comparing(self) -> LikenessJudge | None:
        """Return the models that judge, as a judge of likeness; None where none does."""
        if not self._models:
            return None
        from pytest_distill.judges.rubric import (  # noqa: PLC0415 - few runs need it
            RubricJudge,
            RubricPanel,
        )

        seed = self._settings.seed
        judges = [
            RubricJudge(ask=model.complete, label=label, seed=seed)
            for label, model in self._models.items()
        ]
        return judges[0] if len(judges) == 1 else RubricPanel(judges)

    @property
    def models(self) -> tuple[str, ...]:
        """The labels of the models that judge."""
        return tuple(self._models)

    def model(self, label: str, facts: FactSet, registry: AliasRegistry) -> Judge:
        """Return a model that judges, as a judge by itself."""
        from pytest_distill.judges.llm import LlmIdentityJudge  # noqa: PLC0415 - few runs need it

        return LlmIdentityJudge(
            facts,
            registry,
            ask=self._models[label].complete,
            label=label,
            seed=self._settings.seed,
        )

    @property
    def several(self) -> EnsembleConfig:
        """How several judges come to one verdict."""
        settings, judges = self._settings, self._settings.judges
        return EnsembleConfig(
            panel=settings.panel if len(judges) > 1 else None,
            cascade=settings.cascade if judges[0].is_cascade else None,
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
        for model in self._models.values():
            await model.aclose()

    def _one(self, spec: JudgeSpec, facts: FactSet, registry: AliasRegistry) -> Judge:
        if spec.model is None:
            return _offline(facts, registry)
        model = self.model(spec.model.label, facts, registry)
        if not spec.is_cascade:
            return model
        from pytest_distill.judges.cascade import CascadeJudge  # noqa: PLC0415 - likewise

        return CascadeJudge(
            _offline(facts, registry),
            model,
            confidence=self._settings.cascade,
            seed=self._settings.seed,
        )


def _offline(facts: FactSet, registry: AliasRegistry) -> Judge:
    from pytest_distill.judges.identity import (  # noqa: PLC0415 - its many rules take a while
        OfflineIdentityJudge,
    )

    return OfflineIdentityJudge(facts, registry)
