"""Who judges: the judges that a run asked for, put together for each fact set."""

from collections.abc import Callable, Mapping

from pytest_distill.config.settings import JudgeSpec, Settings
from pytest_distill.engine.ask import Asked
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.protocols import Judge
from pytest_distill.records import FactSet, ModelSpec


class Judging:
    """The judges of a run; models that judge are shared by all models under test."""

    def __init__(self, settings: Settings, asked: Callable[[ModelSpec], Asked]) -> None:
        """Build what asks the judging models; nobody is asked yet.

        Args:
            settings: name the judges, and how they come to a verdict.
            asked: wraps a model so that it is asked with patience.
        """
        self._settings = settings
        self._models: Mapping[str, Asked] = {
            judge.model.label: asked(judge.model) for judge in settings.judges if judge.model
        }

    def judge(self, facts: FactSet, registry: AliasRegistry) -> Judge:
        """Return the run's judge for models of which `facts` are true."""
        judges = [self._one(judge, facts, registry) for judge in self._settings.judges]
        if len(judges) == 1:
            return judges[0]
        from pytest_distill.judges.panel import PanelJudge  # noqa: PLC0415 - few runs have one

        return PanelJudge(judges, rule=self._settings.panel)

    def models(self, facts: FactSet, registry: AliasRegistry) -> Mapping[str, Judge]:
        """Return, by label, each model that judges, as a judge by itself."""
        specs = [judge.model for judge in self._settings.judges if judge.model is not None]
        return {spec.label: self._model(spec, facts, registry) for spec in specs}

    async def aclose(self) -> None:
        """Give back what the judging models opened."""
        for model in self._models.values():
            await model.aclose()

    def _one(self, spec: JudgeSpec, facts: FactSet, registry: AliasRegistry) -> Judge:
        if spec.model is None:
            return _offline(facts, registry)
        model = self._model(spec.model, facts, registry)
        if not spec.is_cascade:
            return model
        from pytest_distill.judges.cascade import CascadeJudge  # noqa: PLC0415 - likewise

        return CascadeJudge(
            _offline(facts, registry),
            model,
            confidence=self._settings.cascade,
            seed=self._settings.seed,
        )

    def _model(self, spec: ModelSpec, facts: FactSet, registry: AliasRegistry) -> Judge:
        from pytest_distill.judges.llm import LlmIdentityJudge  # noqa: PLC0415 - likewise

        return LlmIdentityJudge(
            facts,
            registry,
            ask=self._models[spec.label].complete,
            label=spec.label,
            seed=self._settings.seed,
        )


def _offline(facts: FactSet, registry: AliasRegistry) -> Judge:
    from pytest_distill.judges.identity import (  # noqa: PLC0415 - its many rules take a while
        OfflineIdentityJudge,
    )

    return OfflineIdentityJudge(facts, registry)
