"""Everybody that is asked in a run: models under test, references, judges and the helper."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial

from pytest_distill.data.transcripts import Transcript
from pytest_distill.engine.bridge import Bridge
from pytest_distill.engine.client import ModelClient, Tally
from pytest_distill.engine.helper import Helper
from pytest_distill.engine.limits import Share
from pytest_distill.engine.lookahead import LookAhead
from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.models import factory
from pytest_distill.protocols import Judge
from pytest_distill.records import FactSet, ModelSpec
from pytest_distill.run.calibration import JudgeOf
from pytest_distill.run.clients import ModelClients
from pytest_distill.run.extensions import Extensions
from pytest_distill.run.fact_sets import Identities
from pytest_distill.run.judges import JudgeFactory
from pytest_distill.settings.settings import Settings


class Participants:
    """Builds them, each once, with the facts that they are held against, and closes them."""

    def __init__(
        self,
        settings: Settings,
        extensions: Extensions,
        *,
        recorded: Mapping[str, Sequence[Transcript]],
        bridge: Bridge,
        ahead: LookAhead,
        share: Share,
        must_answer: bool,
    ) -> None:
        """Check that all are there, then build them; nobody is asked yet.

        Args:
            settings: of the run.
            extensions: what plugins add.
            recorded: the answers of models that are not asked, by label.
            bridge: where questions are asked.
            ahead: what asks them before the tests come.
            share: what part of the run this process does.
            must_answer: models will be asked, so their keys have to be there.

        Raises:
            UsageError: a model, its facts or its key is not there.
        """
        self._settings = settings
        self._extensions = extensions
        self._recorded = recorded
        self._bridge = bridge
        self._ahead = ahead
        suites = [extensions.suites[name] for name in settings.suites]
        self._identities = Identities(
            settings,
            providers=extensions.providers,
            # Tests of the user's own may judge identity; they name no suite.
            needs_facts=not suites or any(suite.needs.identity for suite in suites),
        )
        self._check(must_answer=must_answer)
        # Opened last: a set-up that is refused leaves nothing behind.
        self._clients = ModelClients(
            settings, share, must_answer=must_answer, providers=extensions.providers
        )
        self._judges = JudgeFactory(
            settings,
            client_of=self._client_of_no_facts,
            registry=lambda: self._identities.registry,
            default_facts=self._identities.default_facts,
            make_other=extensions.make_judge,
        )
        self.models = {model.label: model for model in self._build_models()}
        """Models under test, by label."""
        self.references = {model.label: model for model in self._build_references()}
        """Models that they are compared with, by label."""

    @property
    def judges(self) -> Mapping[str, ModelClient]:
        """What asks the models that judge, by label."""
        return self._judges.clients

    @property
    def lone_judges(self) -> Mapping[str, JudgeOf]:
        """Each judge but the offline one, as a judge by itself for the fact set of an id."""
        return {label: partial(self._judge_alone, label) for label in self._judges.labels}

    @property
    def vendors(self) -> tuple[str, ...]:
        """Vendors that answers can be found to claim, in alphabetical order."""
        return tuple(sorted({facts.vendor for facts in self._identities.known.values()}))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the numbers has to know of the judges."""
        everybody = {**self.references, **self.models}
        vendors = {label: model.facts.vendor for label, model in everybody.items()}
        return self._judges.warnings(vendors, self._identities.vendor)

    @property
    def tally(self) -> Tally:
        """What this process has asked for so far."""
        return self._clients.counted

    @cached_property
    def helper(self) -> Helper | None:
        """The model that writes mutants, for all models under test; None where none does."""
        spec = self._settings.helper
        if spec is None:
            return None
        client = self._client_of_no_facts(spec)
        return Helper(client, bridge=self._bridge, seed=self._settings.seed)

    def judge_of(self, facts: str) -> Judge:
        """Return the judge of the run for the fact set of this id."""
        return self._judges.judge(self._identities.named(facts))

    def names_others(self, own: FactSet, text: str) -> bool:
        """Return whether a text names a vendor that is not the model's own."""
        mentions = self._identities.registry.with_own(own).mentions(text)
        return any(mention.vendor != own.vendor for mention in mentions)

    def warm_up(self) -> None:
        """Compile the patterns of names, which the first judgement would wait for."""
        for model in self.models.values():
            self._identities.registry.with_own(model.facts).warm_up()

    def close(self) -> None:
        """Give back everything that was opened, the event loop too."""
        everybody = {*self.references.values(), *self.models.values()}
        farewells = [model.aclose() for model in everybody]
        farewells.append(self._judges.aclose())
        if self.helper is not None:
            farewells.append(self.helper.aclose())
        self._bridge.close(*farewells)
        self._clients.close()

    def _check(self, *, must_answer: bool) -> None:
        settings, extensions = self._settings, self._extensions
        facts = self._identities.default_facts
        judging = [judge.model for judge in settings.judges if judge.model is not None]
        asked = [spec for spec in judging if extensions.make_judge(spec, facts) is None]
        helping = filter(None, [settings.helper])
        for spec in (*settings.models, *settings.references, *asked, *helping):
            factory.check(spec, providers=extensions.providers)
            if must_answer:
                factory.check_credentials(spec, providers=extensions.providers)

    def _build_models(self) -> Iterator[ModelUnderTest]:
        for spec in self._settings.models:
            yield self._model(spec.label, spec)
        for label in self._recorded:
            yield self._model(label, None)

    def _build_references(self) -> Iterator[ModelUnderTest]:
        for spec in self._settings.references:
            # A file of transcripts cannot be asked: a reference of its name can.
            known = None if spec.label in self._recorded else self.models.get(spec.label)
            yield known if known is not None else self._model(spec.label, spec)

    def _model(self, label: str, spec: ModelSpec | None) -> ModelUnderTest:
        facts = self._identities.facts(label, spec)
        return ModelUnderTest(
            label,
            facts=facts,
            judge=self._judges.judge(facts),
            client=None if spec is None else self._client(spec, facts),
            bridge=self._bridge,
            ahead=self._ahead,
            seed=self._settings.seed,
        )

    def _client(self, spec: ModelSpec, facts: FactSet) -> ModelClient:
        return self._clients.client(spec, self._identities.personas(facts))

    def _client_of_no_facts(self, spec: ModelSpec) -> ModelClient:
        return self._client(spec, self._identities.default_facts)

    def _judge_alone(self, label: str, facts: str) -> Judge:
        return self._judges.alone(label, self._identities.shipped[facts])
