"""All models of a run: models under test, references, judges and the helper."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
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
from pytest_distill.redaction import Secrets
from pytest_distill.run.calibration import JudgeOf
from pytest_distill.run.clients import ModelClients
from pytest_distill.run.extensions import Extensions
from pytest_distill.run.fact_sets import Identities
from pytest_distill.run.judges import JudgeFactory
from pytest_distill.settings.settings import Settings


def secrets_of(settings: Settings, extensions: Extensions) -> Secrets:
    """Return what no answer, error or file of a run may show."""
    judging = [judge.model for judge in settings.judges]
    others = filter(None, [settings.base, settings.helper, *judging])
    asked = [*settings.models, *settings.references, *others]
    return factory.secrets(asked, providers=extensions.providers)


class Participants:
    """Builds each model once, with its facts and judge, and closes them all."""

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
        """Check the specs and keys, then build the models; no request is sent.

        Args:
            settings: of the run.
            extensions: suites, providers and judges, with those of plugins.
            recorded: recorded answers of models that are not asked, by label.
            bridge: to the event loop that sends the requests.
            ahead: sends requests before their tests run.
            share: this process's part of the run.
            must_answer: requests will be sent, so API keys are required.

        Raises:
            UsageError: a model, its facts or its key is missing.
        """
        self._settings = settings
        self._extensions = extensions
        self._recorded = recorded
        self._bridge = bridge
        self._ahead = ahead
        suites = [extensions.suites[name] for name in settings.suites]
        # Without a suite, the user's own tests may judge identity.
        self.are_judged = not suites or any(suite.needs.identity for suite in suites)
        """Whether the identity of the models under test is judged."""
        self._identities = Identities(
            settings,
            providers=extensions.providers,
            needs_facts=self.are_judged,
        )
        self._check(must_answer=must_answer)
        # Opened last, so that rejected settings leave no open files.
        self.secrets = secrets_of(settings, extensions)
        """What no answer, error or file of the run may show."""
        self._clients = ModelClients(
            settings,
            share,
            must_answer=must_answer,
            secrets=self.secrets,
            providers=extensions.providers,
        )
        with ExitStack() as refused:
            refused.callback(self._clients.close)
            self._judges = JudgeFactory(
                settings,
                client_of=self._client_without_facts,
                registry=lambda: self._identities.registry,
                default_facts=self._identities.default_facts,
                make_other=extensions.make_judge,
            )
            self.models = {model.label: model for model in self._build_models()}
            """Models under test, by label."""
            self.references = {model.label: model for model in self._build_references()}
            """Reference models, by label."""
            self.base = self._build_base()
            """The model under test before it was distilled; None if it is not known."""
            refused.pop_all()

    @property
    def judges(self) -> Mapping[str, ModelClient]:
        """Clients of the judging models, by label."""
        return self._judges.clients

    @property
    def single_judges(self) -> Mapping[str, JudgeOf]:
        """Each judge except the offline one, outside its panel or cascade, by label."""
        return {label: partial(self._single_judge, label) for label in self._judges.labels}

    @property
    def vendors(self) -> tuple[str, ...]:
        """Vendors whose claim in an answer can be recognised, in alphabetical order."""
        return tuple(sorted({facts.vendor for facts in self._identities.known.values()}))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about the judges, for readers of the numbers."""
        known = {**self.references, **self.models}
        if self.base is not None:
            known[self.base.label] = self.base
        vendors = {label: model.facts.vendor for label, model in known.items()}
        return self._judges.warnings(vendors, self._identities.vendor)

    @property
    def tally(self) -> Tally:
        """Request counts of this process so far."""
        return self._clients.tally_with_cache

    @cached_property
    def helper(self) -> Helper | None:
        """The model that writes mutants, for all models under test; None if there is none."""
        spec = self._settings.helper
        if spec is None:
            return None
        client = self._client_without_facts(spec)
        return Helper(client, bridge=self._bridge, seed=self._settings.seed)

    def judge_of(self, facts: str) -> Judge:
        """Return the run's judge for the fact set of this id."""
        return self._judges.judge(self._identities.named(facts))

    def names_others(self, own: FactSet, text: str) -> bool:
        """Return whether a text names a vendor that is not the model's own."""
        mentions = self._identities.registry.with_own(own).mentions(text)
        return any(mention.vendor != own.vendor for mention in mentions)

    def warm_up(self) -> None:
        """Compile the patterns of names, for which the first judgement would have to wait."""
        for model in self.models.values():
            self._identities.registry.with_own(model.facts).warm_up()

    def close(self) -> None:
        """Close everything that was opened, including the event loop."""
        models = {self.base, *self.references.values(), *self.models.values()}
        closing = [model.aclose() for model in models if model is not None]
        closing.append(self._judges.aclose())
        if self.helper is not None:
            closing.append(self.helper.aclose())
        self._bridge.close(*closing)
        self._clients.close()

    def _check(self, *, must_answer: bool) -> None:
        settings, extensions = self._settings, self._extensions
        facts = self._identities.default_facts
        judging = [judge.model for judge in settings.judges if judge.model is not None]
        asked = [spec for spec in judging if extensions.make_judge(spec, facts) is None]
        helping = filter(None, [settings.base, settings.helper])
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
            # A file of transcripts cannot be asked, but a reference of the same name can.
            known = None if spec.label in self._recorded else self.models.get(spec.label)
            yield known if known is not None else self._model(spec.label, spec)

    def _build_base(self) -> ModelUnderTest | None:
        spec = self._settings.base
        if spec is None:
            return None
        return self.references.get(spec.label) or self._model(spec.label, spec)

    def _model(self, label: str, spec: ModelSpec | None) -> ModelUnderTest:
        facts = self._identities.facts(label, spec)
        model = ModelUnderTest(
            label,
            facts=facts,
            judge=self._judges.judge(facts),
            client=None if spec is None else self._client(spec, facts),
            bridge=self._bridge,
            ahead=self._ahead,
            seed=self._settings.seed,
        )
        model.leave_out(self.secrets)
        return model

    def _client(self, spec: ModelSpec, facts: FactSet) -> ModelClient:
        return self._clients.client(spec, self._identities.personas(facts))

    def _client_without_facts(self, spec: ModelSpec) -> ModelClient:
        return self._client(spec, self._identities.default_facts)

    def _single_judge(self, label: str, facts: str) -> Judge:
        return self._judges.single(label, self._identities.shipped[facts])
