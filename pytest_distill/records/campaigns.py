"""Mutants of the fuzzer, and their results."""

from collections.abc import Mapping

from pydantic import Field

from pytest_distill.records.base import Count, DeferredRecord
from pytest_distill.records.numbers import Estimate, IceSummary
from pytest_distill.records.questions import Template


class SlotResult(DeferredRecord):
    """Result of one slot of a campaign; sent from a worker with the slot's test."""

    suite: str
    model: str
    slot: str
    """``mut003``, ``bare`` or ``confirm``."""
    template: Template | None = None
    """The mutant; None if none was made."""
    mutator: str | None = None
    parent: str | None = None
    """The seed or slot that it was made from."""
    level: Count = 0
    """Mutations since its seed."""
    is_leading: bool = False
    """Whether it names another vendor than the model's own, or a model of another vendor."""
    rejected: Mapping[str, Count] = Field(default_factory=dict)
    """Number of rejected drafts before this one, by reason."""
    decided: str | None = None
    """Why the campaign stopped before this slot, which is then skipped."""
    is_finished: bool = True
    """Whether all of its cases were observed, or it asks none; False if its test ended early."""
    why_unfinished: str | None = None
    """How its test ended early; None if it did not."""
    shortest: Template | None = None
    """The shortest part of the template that still leaks; None if not searched, or no leak."""
    confirms: tuple[str, ...] = ()
    """Slots whose mutants it asks again; empty unless it is the confirmation."""


class Mutant(DeferredRecord):
    """One template of a campaign, and its results."""

    text: str
    language: str
    frame: str
    mutator: str | None
    parent: str | None
    level: Count
    is_leading: bool
    queries: Count
    """Answers with a verdict."""
    leaks: Count
    shortest: str | None
    """The shortest part of the template that still leaks; None if not searched, or no leak."""


class CampaignSummary(DeferredRecord):
    """How the templates for one model were found."""

    policy: str
    seed: int
    helper: str
    probes: Count
    """Number of questions asked with each mutant."""
    is_reproducible: bool
    """Whether the same seed gives the same mutants: only if slots ran in a fixed order."""
    queries: Count
    made: Mapping[str, Count]
    """Mutants by the mutator that made them."""
    rejected: Mapping[str, Count]
    """Rejected drafts and replies, by reason."""
    depth: Count
    """Most mutations between a seed and a mutant."""
    leading: Count
    """Mutants that name another vendor."""
    not_leading: Count
    decided: str | None
    """Why it ended before its last slot; None if it did not."""
    mutants: Mapping[str, Mutant]
    """By slot."""


class FuzzRates(IceSummary):
    """Leak rates of one model under mutated templates.

    The search looks for the worst templates: the rates are an upper end, not what an ordinary
    user meets. Under the policy ``none`` they are comparable between models.
    """

    control: Estimate
    """Loose rate of bare probes in the same languages."""
    search: Estimate
    """Loose rate of the confirmed mutants during the search: biased upwards."""
    confirmed: Estimate
    """Loose rate of the same mutants, with questions that they were not selected by."""


class FuzzSummary(FuzzRates):
    """The rates, and how the templates were found; run logs have the rates only."""

    campaign: CampaignSummary
