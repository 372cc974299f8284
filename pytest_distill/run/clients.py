"""The model clients of a run, which share request limits, retries, cache and budget."""

from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_distill.engine.budgeted_model import BudgetedModel
from pytest_distill.engine.client import ModelClient, Tally
from pytest_distill.engine.guarded_model import GuardedModel
from pytest_distill.engine.limits import InFlight, Share, Slots
from pytest_distill.engine.retry import Retries
from pytest_distill.models import billing, deadline, factory
from pytest_distill.models.provider import Personas
from pytest_distill.models.registry import BUILT_IN, Providers
from pytest_distill.protocols import Model
from pytest_distill.records import ModelSpec, Price
from pytest_distill.redaction import Secrets
from pytest_distill.settings.budget import price_of
from pytest_distill.settings.settings import Settings
from pytest_distill.store.fingerprint import fingerprints

if TYPE_CHECKING:
    from pytest_distill.store.budget_account import BudgetAccount
    from pytest_distill.store.cache import AnswerCache

# Requests to a server that has taken none so far: enough to see what it says.
_UNTRIED = 4

_FREE = Price(input=0.0, output=0.0)


class ModelClients:
    """Builds clients that share request slots, retries, cache and budget."""

    def __init__(
        self,
        settings: Settings,
        share: Share,
        *,
        must_answer: bool,
        secrets: Secrets,
        providers: Providers = BUILT_IN,
    ) -> None:
        """Open cache and budget account, if requests will be sent.

        Args:
            settings: of the run.
            share: this process's part of the run.
            must_answer: requests will be sent.
            secrets: left out of answers and errors.
            providers: the available providers.

        Raises:
            StoreError: the cache cannot be used.
        """
        self._settings = settings
        self._providers = providers
        self._secrets = secrets
        self._slots = Slots(share.of(settings.concurrency))
        self._in_flight: dict[str, InFlight] = {}
        # By server: one that is down says nothing about the others.
        self._retries: dict[str, Retries] = {}
        self.tally = Tally()
        """Request counts of this process so far."""
        self._cache = self._open_cache() if must_answer else None
        self._account = self._open_account(share) if must_answer else None

    def client(self, spec: ModelSpec, personas: Personas) -> ModelClient:
        """Return the client of a model.

        Args:
            spec: of the model.
            personas: identity of a simulated model, and those that it may claim.

        Raises:
            UsageError: the model or its price is unknown.
        """
        provider = self._providers.of(spec)
        model = factory.make(spec, personas=personas, providers=self._providers)
        server = factory.server(spec)
        in_flight = InFlight(self._slots, untried=_UNTRIED)
        retries = Retries(self._settings.retries, seed=self._settings.seed)
        return ModelClient(
            self._guarded(spec, self._paid(spec, model)),
            in_flight=self._in_flight.setdefault(server, in_flight),
            retries=self._retries.setdefault(server, retries),
            tally=self.tally,
            cache=self._cache if provider.is_cached else None,
            key=fingerprints(
                spec,
                seeded=provider.is_seeded,
                unkeyed=provider.unkeyed,
                revision=provider.revision(spec),
            ),
        )

    @property
    def tally_with_cache(self) -> Tally:
        """Request counts of this process so far, and the answers that the cache failed to store."""
        cache = self._cache
        if cache is None or cache.why_stopped is None:
            return self.tally
        return replace(self.tally, cache_failures=cache.failures, cache_failure=cache.why_stopped)

    def close(self) -> None:
        """Close cache and budget account."""
        for store in (self._cache, self._account):
            if store is not None:
                store.close()

    def _guarded(self, spec: ModelSpec, model: Model) -> Model:
        is_server = self._providers.of(spec).takes_base_url
        usual_s = deadline.seconds_or_default(spec) if is_server else None
        return GuardedModel(
            model,
            secrets=self._secrets,
            name=spec.label,
            timeout_s=deadline.seconds(spec) or usual_s,
            say=self._tell_waiting,
        )

    def _tell_waiting(self, sentence: str) -> None:
        self.tally.waiting = sentence

    def _paid(self, spec: ModelSpec, model: Model) -> Model:
        budget = self._settings.budget
        if budget is None or self._account is None:
            return model
        is_billed = self._providers.of(spec).is_billed
        is_priced = budget.usd is not None and is_billed
        has_cap = budget.usd is not None or budget.tokens is not None
        return BudgetedModel(
            model,
            account=self._account,
            price=price_of(spec, self._settings.prices) if is_priced else _FREE,
            answer_tokens=billing.answer_tokens(spec, is_billed=is_billed) if has_cap else 0,
            system=str(spec.parameters.get("system", "")),
        )

    def _open_account(self, share: Share) -> "BudgetAccount | None":
        if self._settings.budget is None or share.folder is None:
            return None
        from pytest_distill.store.budget_account import BudgetAccount  # noqa: PLC0415 - most runs need no sqlite3

        return BudgetAccount(share.folder / "budget.sqlite", self._settings.budget)

    def _open_cache(self) -> "AnswerCache | None":
        if self._settings.cache is None:
            return None
        from pytest_distill.store.cache import (  # noqa: PLC0415 - offline runs need no sqlite3
            AnswerCache,
        )

        cache = AnswerCache(self._settings.cache)
        cache.open()
        return cache
